package dev.engram.text.read;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The lines of Markdown that code stands between: three or more backticks or tildes. */
public final class Fences {

    private static final Pattern OPENING =
            Pattern.compile(" {0,3}(?:(`{3,})[^`]*|(~{3,}).*)", Pattern.DOTALL);

    private Fences() {}

    /** The fence that this line opens, or null where it opens none. */
    public static @Nullable String opens(String line) {
        Matcher fence = OPENING.matcher(line);
        if (!fence.matches()) {
            return null;
        }
        return fence.group(1) != null ? fence.group(1) : fence.group(2);
    }

    /** Whether this line ends what {@code fence} began: the same sign, at least as often. */
    public static boolean closes(String fence, String line) {
        String stripped = line.strip();
        return stripped.startsWith(fence) && stripped.chars().allMatch(c -> c == fence.charAt(0));
    }
}
