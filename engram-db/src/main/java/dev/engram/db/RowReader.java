package dev.engram.db;

import dev.engram.db.filter.Subject;
import dev.engram.db.rows.DeathMark;
import dev.engram.db.rows.Family;
import dev.engram.db.rows.IdState;
import dev.engram.db.rows.RowKey;
import dev.engram.db.rows.RowStore;
import dev.engram.db.rows.Stamp;
import dev.engram.db.rows.StoredRow;
import dev.engram.db.shard.View;
import dev.engram.error.CorruptException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads the rows of one collection as they were at a time.
 *
 * <pre>
 *   id ──► newest row ──previous──► row before ──previous──► ...
 * </pre>
 *
 * Rows are removed from the far end of such a chain, once nobody reads so far back.
 */
final class RowReader {

    private final RowStore rows;
    private final String name;
    private final int collection;

    RowReader(RowStore rows, String name, int collection) {
        this.rows = rows;
        this.name = name;
        this.collection = collection;
    }

    /**
     * A row and its number.
     *
     * @param number of the row
     * @param row what is stored of it
     */
    record Located(long number, StoredRow row) {}

    /** What became of an id last; null where there is no trace of it. */
    @Nullable IdState state(String id) {
        byte[] value = rows.get(Family.IDS, RowKey.id(collection, id));
        return value == null ? null : IdState.decode(value);
    }

    /** The row of an id that a view shows, or null. */
    @Nullable Located find(String id, View view) {
        IdState state = state(id);
        Located found = state == null ? null : find(state, view.ts());
        return found == null || found.row.stamp().isExpired(view.now()) ? null : found;
    }

    private @Nullable Located find(IdState state, long ts) {
        if (state.ts() <= ts) {
            return state.isGone() ? null : new Located(state.row(), row(state.row()));
        }
        long number = state.row();
        long death = state.isGone() ? state.ts() : Long.MAX_VALUE;
        while (number != 0) {
            StoredRow row = rowOrNull(number);
            if (row == null) {
                return null;
            }
            if (row.stamp().ts() <= ts) {
                return death > ts ? new Located(number, row) : null;
            }
            number = row.stamp().previous();
            death = number == 0 ? 0 : death(number);
        }
        return null;
    }

    /**
     * Rows from a number on, that a view shows and a filter accepts.
     *
     * @param max how many at most
     */
    List<Located> scan(long from, int max, Filter filter, View view) {
        List<Located> found = new ArrayList<>();
        rows.scanWhile(
                Family.ROWS,
                RowKey.row(collection, from),
                RowKey.end(collection),
                (key, value) -> {
                    Located located = new Located(RowKey.rowOf(key), StoredRow.decode(value));
                    if (isSeen(located, view) && filter.matches(subject(located.row))) {
                        found.add(located);
                    }
                    return found.size() < max;
                });
        return found;
    }

    private boolean isSeen(Located located, View view) {
        Stamp stamp = located.row.stamp();
        if (stamp.ts() > view.ts() || stamp.isExpired(view.now())) {
            return false;
        }
        byte[] mark = rows.get(Family.DEAD, RowKey.row(collection, located.number));
        return mark == null || DeathMark.ts(mark) > view.ts();
    }

    private static Subject subject(StoredRow row) {
        return new Subject(row.id(), row.text(), row.metadata());
    }

    private long death(long number) {
        byte[] value = rows.get(Family.DEAD, RowKey.row(collection, number));
        return value == null ? DeathMark.FOR_ALL : DeathMark.ts(value);
    }

    /** A row that must be there. */
    StoredRow row(long number) {
        return decode(rows.get(Family.ROWS, RowKey.row(collection, number)));
    }

    /** A row, or null where it was removed. */
    @Nullable StoredRow rowOrNull(long number) {
        byte[] value = rows.get(Family.ROWS, RowKey.row(collection, number));
        return value == null ? null : StoredRow.decode(value);
    }

    /** Rows that must be there. */
    List<StoredRow> rows(List<Long> numbers) {
        List<byte[]> keys = numbers.stream().map(row -> RowKey.row(collection, row)).toList();
        return rows.getAll(Family.ROWS, keys).stream().map(this::decode).toList();
    }

    private StoredRow decode(byte @Nullable [] value) {
        if (value == null) {
            throw new CorruptException(
                    "rows", 0, "a row of '" + name + "' is in the index but not stored");
        }
        return StoredRow.decode(value);
    }
}
