package dev.engram.text.read;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What source code is made of: a file, the definitions in it, the statements in those. The remarks
 * and annotations right above a part belong to it.
 *
 * @param start offset of its first character in the text
 * @param end offset behind its last one
 * @param name of what it defines; null where it defines nothing
 * @param parts what it falls into, ascending, inside of it, not overlapping; none where it is small
 */
public record Syntax(int start, int end, @Nullable String name, List<Syntax> parts) {

    /** Deeper ones are not told apart. */
    static final int DEPTH_MAX = 100;

    static final int NAME_CHARS_MAX = 200;

    public Syntax {
        if (start < 0 || end < start) {
            throw new AssertionError(start + ".." + end);
        }
        parts = List.copyOf(parts);
    }
}
