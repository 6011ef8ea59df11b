package dev.engram.text.read;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A pattern of file names as git understands it. Its places are followed all at once, so that no
 * pattern takes longer than its length times that of the path.
 *
 * <pre>
 *   *      any characters but a slash    ?     one character but a slash
 *   ** /   any folders, or none          **    at the end: whatever
 *   [a-z]  [!a]  [[:alpha:]]             \x    x itself
 * </pre>
 */
final class Glob {

    private final List<Part> parts;

    private Glob(List<Part> parts) {
        this.parts = parts;
    }

    /** What one place of the pattern matches. */
    private sealed interface Part {

        /** That character. */
        record One(char c) implements Part {}

        /** Any character but a slash. */
        record Any() implements Part {}

        /** One of these, or none of these; never a slash. */
        record Among(CharSet set) implements Part {}

        /** Any characters but slashes, or none. */
        record Star() implements Part {}

        /** Any characters, or none. */
        record Everything() implements Part {}

        /** No character: goes on inside of folders, or behind where they would be. */
        record FoldersOrNone() implements Part {}

        /** Any characters up to a slash, which may be the next or any later. */
        record Inside() implements Part {}
    }

    /** Which characters are meant. */
    private record CharSet(BitSet members, boolean negated) {

        boolean has(char c) {
            return c != '/' && members.get(c) != negated;
        }
    }

    /**
     * Reads a pattern.
     *
     * @return null where it has a class that never ends or a last sign that escapes nothing: such a
     *     pattern matches nothing
     */
    static @Nullable Glob of(String pattern) {
        List<Part> parts = new ArrayList<>();
        int i = 0;
        while (i < pattern.length()) {
            char c = pattern.charAt(i);
            switch (c) {
                case '?' -> {
                    parts.add(new Part.Any());
                    i++;
                }
                case '*' -> i = star(pattern, i, parts);
                case '\\' -> {
                    if (i + 1 == pattern.length()) {
                        return null;
                    }
                    parts.add(new Part.One(pattern.charAt(i + 1)));
                    i += 2;
                }
                case '[' -> {
                    GlobClass found = GlobClass.at(pattern, i);
                    if (found == null) {
                        return null;
                    }
                    parts.add(new Part.Among(new CharSet(found.members(), found.negated())));
                    i = found.end();
                }
                default -> {
                    parts.add(new Part.One(c));
                    i++;
                }
            }
        }
        return new Glob(parts);
    }

    /** Two stars mean folders only where they stand alone between slashes. */
    private static int star(String pattern, int at, List<Part> parts) {
        int end = at;
        while (end < pattern.length() && pattern.charAt(end) == '*') {
            end++;
        }
        boolean opens = at == 0 || pattern.charAt(at - 1) == '/';
        boolean last = end == pattern.length();
        boolean slash = !last && pattern.charAt(end) == '/';
        boolean escaped = pattern.startsWith("\\/", end);
        if (end - at == 1 || !opens || !(last || slash || escaped)) {
            parts.add(new Part.Star());
            return end;
        }
        if (slash) {
            parts.add(new Part.FoldersOrNone());
            parts.add(new Part.Inside());
            return end + 1;
        }
        parts.add(new Part.Everything());
        return end;
    }

    /** Whether all of a path matches. */
    boolean matches(String path) {
        BitSet places = new BitSet(parts.size() + 1);
        places.set(0);
        skip(places);
        for (int i = 0; i < path.length() && !places.isEmpty(); i++) {
            places = step(places, path.charAt(i));
        }
        return places.get(parts.size());
    }

    private BitSet step(BitSet places, char c) {
        BitSet next = new BitSet(parts.size() + 1);
        for (int at = places.nextSetBit(0); isPart(at); at = places.nextSetBit(at + 1)) {
            boolean goesOn =
                    switch (parts.get(at)) {
                        case Part.One(char wanted) -> wanted == c;
                        case Part.Any() -> c != '/';
                        case Part.Among(CharSet set) -> set.has(c);
                        case Part.Inside() -> c == '/';
                        case Part.Star(), Part.Everything(), Part.FoldersOrNone() -> false;
                    };
            boolean stays =
                    switch (parts.get(at)) {
                        case Part.Star() -> c != '/';
                        case Part.Everything(), Part.Inside() -> true;
                        case Part.One(char _), Part.Any(), Part.Among(CharSet _) -> false;
                        case Part.FoldersOrNone() -> false;
                    };
            if (goesOn) {
                next.set(at + 1);
            }
            if (stays) {
                next.set(at);
            }
        }
        skip(next);
        return next;
    }

    /** Adds the places that are reached without a character. */
    private void skip(BitSet places) {
        for (int at = places.nextSetBit(0); isPart(at); at = places.nextSetBit(at + 1)) {
            switch (parts.get(at)) {
                case Part.Star(), Part.Everything() -> places.set(at + 1);
                case Part.FoldersOrNone() -> places.set(at + 1, at + 3);
                case Part.One(char _), Part.Any(), Part.Among(CharSet _), Part.Inside() -> {}
            }
        }
    }

    private boolean isPart(int at) {
        return at >= 0 && at < parts.size();
    }
}
