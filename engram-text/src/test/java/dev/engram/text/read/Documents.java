package dev.engram.text.read;

/** Documents of texts, as if read from files of that form. */
public final class Documents {

    private Documents() {}

    public static Document of(String text, Form form) {
        if (form == Form.ROWS) {
            return Document.plain(text, form);
        }
        try {
            return FileReader.document(text, Format.valueOf(form.name()));
        } catch (Unreadable e) {
            throw new AssertionError(e);
        }
    }
}
