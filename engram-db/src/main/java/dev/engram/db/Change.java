package dev.engram.db;

/**
 * How a record of one moment differs from that of another.
 *
 * @param id of the record
 * @param kind what became of it
 */
public record Change(String id, Kind kind) {

    /** What became of a record. */
    public enum Kind {
        /** It was not there, and is. */
        ADDED,
        /** It is there as another version. */
        CHANGED,
        /** It was there, and is not. */
        REMOVED
    }
}
