package dev.engram.text.read;

/** In what a file is written, which decides who reads it. */
enum Format {
    /** Sentences in paragraphs. */
    PROSE,
    /** Markdown. */
    MARKDOWN,
    /** A web page. */
    HTML,
    /** Code, settings, data: lines, as they are. */
    LINES,
    /** Values between commas, semicolons or bars. */
    CSV,
    /** Values between tabs. */
    TSV,
    /** One JSON value. */
    JSON,
    /** A JSON value a line. */
    JSON_LINES,
    /** Elements and attributes. */
    XML,
    /** A notebook of cells. */
    NOTEBOOK,
    /** A format of other programs, which a process of its own reads. */
    FOREIGN
}
