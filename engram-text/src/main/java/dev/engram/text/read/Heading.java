package dev.engram.text.read;

/**
 * A heading of a document.
 *
 * @param start offset of its line in the text
 * @param end offset behind its line
 * @param level 1 for the highest
 * @param title its words
 */
public record Heading(int start, int end, int level, String title) {

    /** Headings a document can have; a file of nothing but headings is not a document. */
    static final int COUNT_MAX = 100_000;

    public Heading {
        if (start < 0 || end < start || level < 1) {
            throw new AssertionError(start + ".." + end + " level " + level);
        }
    }
}
