package dev.engram.db.shard;

import java.util.Set;

/**
 * What a reader sees of a shard.
 *
 * @param ts rows committed up to it and not dead by it
 * @param now milliseconds since 1970; rows that are over by then are not seen
 * @param hidden rows that are not seen all the same
 */
public record View(long ts, long now, Set<Long> hidden) {

    /** All that was there at a time. */
    public static View at(long ts, long now) {
        return new View(ts, now, Set.of());
    }

    /** The same without some rows. */
    public View without(Set<Long> rows) {
        return new View(ts, now, Set.copyOf(rows));
    }
}
