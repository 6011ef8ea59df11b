package dev.engram.text.chunk;

import dev.engram.text.read.Heading;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The headings that stand above a place, as one goes through a document. */
final class Outline {

    private static final int TITLE_CHARS_MAX = 200;

    private final Deque<Heading> above = new ArrayDeque<>();
    private @Nullable String path;

    /** Goes past a heading. */
    void pass(Heading heading) {
        while (!above.isEmpty() && above.getLast().level() >= heading.level()) {
            above.removeLast();
        }
        above.addLast(heading);
        String joined =
                above.stream()
                        .map(Outline::title)
                        .filter(t -> !t.isEmpty())
                        .collect(Collectors.joining(" > "));
        path = joined.isEmpty() ? null : joined;
    }

    /** The titles above this place, outermost first; null where there are none. */
    @Nullable String path() {
        return path;
    }

    private static String title(Heading heading) {
        String title = heading.title();
        return title.length() <= TITLE_CHARS_MAX
                ? title
                : title.substring(0, Slabs.characterBoundary(title, TITLE_CHARS_MAX));
    }
}
