package dev.engram.text.read;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a file says.
 *
 * @param text the whole text; of a web page, what people see of it
 * @param form how it is laid out
 * @param title what it calls itself, where it does
 * @param headings ascending, not overlapping
 * @param lines from places in the text to lines of the file
 * @param pages from places in the text to pages of the file
 */
public record Document(
        String text,
        Form form,
        @Nullable String title,
        List<Heading> headings,
        Lines lines,
        Pages pages) {

    public Document {
        headings = List.copyOf(headings);
    }

    /** A document without pages. */
    Document(String text, Form form, @Nullable String title, List<Heading> headings, Lines lines) {
        this(text, form, title, headings, lines, Pages.NONE);
    }

    /** A document of nothing but its text. */
    public static Document plain(String text, Form form) {
        return new Document(text, form, null, List.of(), Lines.of(text));
    }
}
