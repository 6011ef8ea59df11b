package dev.engram.db.shard;

import dev.engram.index.Ordinals;
import java.util.List;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;

/**
 * Tells of single rows whether a view shows them: for those who find rows by other means than their
 * vectors. Holds the snapshot it looks at until it is closed.
 */
public final class Sight implements LongPredicate, AutoCloseable {

    private final Snapshot snapshot;
    private final List<Part> parts;
    private final @Nullable Ordinals[] visible;

    Sight(Snapshot snapshot, View view) {
        this.snapshot = snapshot;
        this.parts = snapshot.parts();
        this.visible = new Ordinals[parts.size()];
        for (int i = 0; i < visible.length; i++) {
            visible[i] = parts.get(i).visible(view);
        }
    }

    @Override
    public boolean test(long row) {
        int place = place(row);
        if (place == parts.size()) {
            return false;
        }
        int ordinal = parts.get(place).rows().find(row);
        Ordinals seen = visible[place];
        return ordinal >= 0 && (seen == null || seen.contains(ordinal));
    }

    /** The part that has a row, if any has: parts are ascending by row. */
    private int place(long row) {
        int low = 0;
        int high = parts.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (parts.get(middle).lastRow() < row) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    @Override
    public void close() {
        snapshot.letGo();
    }
}
