package dev.engram.text.chunk;

/** Cuts long texts where a tokenizer does not notice, so that it never sees all of one at once. */
public final class Slabs {

    /** Characters a slab has at most. */
    public static final int CHARS_MAX = 16 * 1024;

    private Slabs() {}

    /**
     * The end of the slab that begins at {@code start}: the end of the text, else behind the last
     * line end or white space of the slab, else (no white space at all) between two characters.
     */
    public static int end(String text, int start) {
        int limit = start + CHARS_MAX;
        if (limit >= text.length()) {
            return text.length();
        }
        int blank = -1;
        for (int i = limit; i > start; i--) {
            char c = text.charAt(i - 1);
            if (c == '\n') {
                return i;
            }
            if (blank < 0 && isBlank(c)) {
                blank = i;
            }
        }
        return blank > 0 ? blank : characterBoundary(text, limit);
    }

    /** Whether people see nothing there: white space of any kind, no-break spaces included. */
    public static boolean isBlank(char c) {
        return Character.isWhitespace(c) || Character.isSpaceChar(c);
    }

    /** That place, or the one before it where it lies inside a surrogate pair. */
    static int characterBoundary(String text, int at) {
        boolean inside =
                at > 0
                        && at < text.length()
                        && Character.isLowSurrogate(text.charAt(at))
                        && Character.isHighSurrogate(text.charAt(at - 1));
        return inside ? at - 1 : at;
    }
}
