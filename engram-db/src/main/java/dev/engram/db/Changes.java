package dev.engram.db;

import dev.engram.db.RowReader.Located;
import dev.engram.db.rows.DeathMark;
import dev.engram.db.rows.Family;
import dev.engram.db.rows.RowKey;
import dev.engram.db.rows.RowStore;
import dev.engram.db.rows.StoredRow;
import dev.engram.db.shard.Shard;
import dev.engram.db.shard.View;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Compares a collection at two moments, by looking at the rows that were born, died or were over in
 * between; what stayed as it was costs nothing.
 */
final class Changes {

    private final RowStore rows;
    private final RowReader reader;
    private final int collection;

    Changes(RowStore rows, RowReader reader, int collection) {
        this.rows = rows;
        this.reader = reader;
        this.collection = collection;
    }

    /** The records that differ, by id. */
    List<Change> between(View from, View to, Shard shard) {
        Set<String> touched = new TreeSet<>();
        rows.scan(
                Family.ROWS,
                RowKey.row(collection, Math.max(1, shard.firstAfter(from.ts()))),
                RowKey.end(collection),
                (_, value) -> touched.add(StoredRow.decode(value).id()));
        rows.scan(
                Family.DEAD,
                RowKey.prefix(collection),
                RowKey.end(collection),
                (key, value) -> {
                    if (DeathMark.ts(value) > from.ts()) {
                        add(touched, RowKey.rowOf(key));
                    }
                });
        rows.scan(
                Family.EXPIRES,
                RowKey.expiry(collection, from.now(), 0),
                RowKey.expiry(collection, to.now() + 1, 0),
                (key, _) -> add(touched, RowKey.expiringRowOf(key)));
        List<Change> changes = new ArrayList<>();
        for (String id : touched) {
            Change.Kind kind = kind(reader.find(id, from), reader.find(id, to));
            if (kind != null) {
                changes.add(new Change(id, kind));
            }
        }
        return List.copyOf(changes);
    }

    private void add(Set<String> touched, long number) {
        StoredRow row = reader.rowOrNull(number);
        if (row != null) {
            touched.add(row.id());
        }
    }

    private static Change.@Nullable Kind kind(@Nullable Located before, @Nullable Located after) {
        if (before == null) {
            return after == null ? null : Change.Kind.ADDED;
        }
        if (after == null) {
            return Change.Kind.REMOVED;
        }
        return before.number() == after.number() ? null : Change.Kind.CHANGED;
    }
}
