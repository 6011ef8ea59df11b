package dev.engram.db;

/** What a search goes by. */
public enum Mode {
    /** The meaning of the question: how near its vector is to those of the records. */
    VECTOR,
    /** The words of the question: BM25 over the texts of the records. */
    KEYWORD,
    /** Both, from one state of the collection. */
    HYBRID
}
