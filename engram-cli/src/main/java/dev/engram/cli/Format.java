package dev.engram.cli;

/** How an answer is printed. */
enum Format {
    /** For people. */
    TEXT,
    /** For scripts; its fields are a promise. */
    JSON
}
