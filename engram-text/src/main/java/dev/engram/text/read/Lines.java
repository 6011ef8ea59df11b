package dev.engram.text.read;

import java.util.Arrays;

/** In which line of its file a character of a text lies; lines count from 1. */
public sealed interface Lines {

    /** Of files that are not made of lines. */
    Lines NONE = new None();

    /**
     * The line of a character; 0 where the file has no lines.
     *
     * @param offset of the character in the text
     */
    int at(int offset);

    /** The lines of a text that is its file. */
    static Lines of(String text) {
        int[] firsts = new int[text.length() / OfText.BLOCK + 1];
        int line = 1;
        for (int block = 0; block < firsts.length; block++) {
            firsts[block] = line;
            int start = block * OfText.BLOCK;
            line += ends(text, start, Math.min(start + OfText.BLOCK, text.length()));
        }
        return new OfText(text, firsts);
    }

    /** How many lines end between two places; {@code \n}, {@code \r\n} and {@code \r} end one. */
    private static int ends(String text, int start, int end) {
        int count = 0;
        for (int i = start; i < end; i++) {
            char c = text.charAt(i);
            if (c == '\n' || (c == '\r' && !isFollowedByNewline(text, i))) {
                count++;
            }
        }
        return count;
    }

    private static boolean isFollowedByNewline(String text, int at) {
        return at + 1 < text.length() && text.charAt(at + 1) == '\n';
    }

    /**
     * Counts from the nearest place of which the line is known: 4 bytes a thousand characters,
     * where a table of all lines could be larger than the text.
     *
     * @param text whose lines are counted
     * @param firsts the line of the first character of each block
     */
    record OfText(String text, int[] firsts) implements Lines {

        private static final int BLOCK = 1024;

        @Override
        public int at(int offset) {
            int block = offset / BLOCK;
            return firsts[block] + ends(text, block * BLOCK, offset);
        }
    }

    /** No lines at all. */
    record None() implements Lines {

        @Override
        public int at(int offset) {
            return 0;
        }
    }

    /**
     * Lines of a text that was taken out of its file.
     *
     * @param offsets in the text, ascending, where another line of the file begins to show
     * @param lines which line that is
     */
    record OfMarks(int[] offsets, int[] lines) implements Lines {

        @Override
        public int at(int offset) {
            int found = Arrays.binarySearch(offsets, offset);
            int mark = found >= 0 ? found : -found - 2;
            return mark < 0 ? 1 : lines[mark];
        }
    }
}
