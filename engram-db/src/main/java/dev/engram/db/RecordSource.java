package dev.engram.db;

import dev.engram.db.shard.View;
import java.util.List;

/** Hands out the records that a filter accepts, in the order of their rows. */
final class RecordSource implements Cursor.Source<Point> {

    private final Filter filter;

    /** The row to go on from. */
    private long from = 1;

    RecordSource(Filter filter) {
        this.filter = filter;
    }

    @Override
    public List<Point> next(Records records, View view, int max) {
        List<RowReader.Located> found = records.reader().scan(from, max, filter, view);
        if (!found.isEmpty()) {
            from = found.getLast().number() + 1;
        }
        return records.reading().points(found);
    }
}
