package dev.engram.db;

import dev.engram.db.commit.HybridClock;
import java.time.Instant;

/**
 * A record as one commit left it.
 *
 * @param point the record
 * @param number of the version: larger than that of every commit before, in all collections
 */
public record Version(Point point, long number) {

    /** In the place of a version's number: there is no such record. */
    public static final long NONE = 0;

    /** When it was committed, to the millisecond. */
    public Instant committed() {
        return HybridClock.instant(number);
    }
}
