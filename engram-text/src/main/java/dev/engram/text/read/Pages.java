package dev.engram.text.read;

import java.util.Arrays;

/**
 * On which page of its file a character of a text lies: a page of a book, a slide, a cell of a
 * notebook. Pages count from 1.
 *
 * @param offsets in the text, ascending, where another page begins to show
 * @param numbers which page that is
 */
public record Pages(int[] offsets, int[] numbers) {

    /** Of files without pages. */
    public static final Pages NONE = new Pages(new int[0], new int[0]);

    /** The page of a character; 0 where there is none. */
    public int at(int offset) {
        int found = Arrays.binarySearch(offsets, offset);
        int mark = found >= 0 ? found : -found - 2;
        return mark < 0 ? 0 : numbers[mark];
    }
}
