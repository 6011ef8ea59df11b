package dev.engram.text.read;

/** How a file is laid out, which decides how it is read and where it may be cut. */
public enum Form {
    /** Sentences in paragraphs. */
    PROSE,
    /** Sentences in paragraphs, under {@code #} headings, with fenced code between. */
    MARKDOWN,
    /** A web page. */
    HTML,
    /** Lines that mean something each: source code, settings, data. */
    LINES,
    /** One record of a table a line, each a passage of its own. */
    ROWS;

    /** Whether it is made of sentences; else of lines that mean something by themselves. */
    public boolean hasSentences() {
        return this != LINES && this != ROWS;
    }
}
