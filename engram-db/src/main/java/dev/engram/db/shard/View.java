package dev.engram.db.shard;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a reader sees of a shard.
 *
 * @param ts rows committed up to it and not dead by it
 * @param now milliseconds since 1970; rows that are over by then are not seen
 * @param hidden rows that are not seen all the same
 * @param only the rows that are seen, if the others allow it; null for any
 */
public record View(long ts, long now, Set<Long> hidden, @Nullable RowSet only) {

    /** All that was there at a time. */
    public static View at(long ts, long now) {
        return new View(ts, now, Set.of(), null);
    }

    /** The same without some rows. */
    public View without(Set<Long> rows) {
        return new View(ts, now, Set.copyOf(rows), only);
    }

    /** The same of some rows only. */
    public View only(RowSet rows) {
        return new View(ts, now, hidden, rows);
    }
}
