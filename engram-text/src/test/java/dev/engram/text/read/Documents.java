package dev.engram.text.read;

/** Documents of texts, as if read from files of that form. */
public final class Documents {

    private Documents() {}

    public static Document of(String text, Form form) {
        try {
            return FileReader.document(text, form);
        } catch (Unreadable e) {
            throw new AssertionError(e);
        }
    }
}
