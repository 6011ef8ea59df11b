package dev.engram.db.rows;

/**
 * What the commit adds to a record: when it came, and what it replaced.
 *
 * @param ts of the commit; 0 for rows from before there were timestamps
 * @param previous the row that had the id before, alive or dead; 0 for none
 * @param expires milliseconds since 1970 from which on nobody sees it; 0 for never
 */
public record Stamp(long ts, long previous, long expires) {

    /** Of a row of format 1. */
    static final Stamp NONE = new Stamp(0, 0, 0);

    /** Whether it is over at that time, in milliseconds since 1970. */
    public boolean isExpired(long now) {
        return expires != 0 && expires <= now;
    }
}
