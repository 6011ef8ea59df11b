package dev.engram.db;

import dev.engram.db.filter.Subject;
import dev.engram.db.rows.Family;
import dev.engram.db.rows.RowKey;
import dev.engram.db.rows.RowStore;
import dev.engram.db.rows.StoredRow;
import dev.engram.db.shard.RowSet;
import dev.engram.db.shard.View;
import java.util.stream.LongStream;

/**
 * Finds the rows that a filter accepts, before anything is ranked.
 *
 * <p>It reads all rows of the collection, dead ones too, since the view knows best which of them
 * are seen: the time grows with the collection, whatever the filter.
 */
final class Acceptance {

    private final RowStore rows;
    private final int collection;

    Acceptance(RowStore rows, int collection) {
        this.rows = rows;
        this.collection = collection;
    }

    /** What a view shows of the records that a filter accepts. */
    View of(Filter filter, View view) {
        if (filter.isEvery()) {
            return view;
        }
        LongStream.Builder accepted = LongStream.builder();
        rows.scan(
                Family.ROWS,
                RowKey.prefix(collection),
                RowKey.end(collection),
                (key, value) -> {
                    StoredRow row = StoredRow.decode(value);
                    if (filter.matches(new Subject(row.id(), row.text(), row.metadata()))) {
                        accepted.add(RowKey.rowOf(key));
                    }
                });
        return view.only(RowSet.of(accepted.build().toArray()));
    }
}
