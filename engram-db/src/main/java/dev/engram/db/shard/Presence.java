package dev.engram.db.shard;

import dev.engram.index.Ordinals;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Which rows a shard shows at a time, whenever they are over. Holds what it shows until closed. */
public final class Presence implements AutoCloseable {

    /** In the place of a timestamp: the row is not seen. */
    public static final long NOT_SEEN = -1;

    private final Snapshot snapshot;
    private final List<Seen> parts = new ArrayList<>();

    private record Seen(Part part, @Nullable Ordinals visible) {}

    /**
     * @param snapshot held for this object
     */
    Presence(Snapshot snapshot, long ts) {
        this.snapshot = snapshot;
        for (Part part : snapshot.parts()) {
            Part endless = part.with(Expiries.NONE);
            parts.add(new Seen(part, endless.visible(View.at(ts, 0))));
        }
    }

    /** When a row was committed, or {@link #NOT_SEEN}. */
    public long committed(long row) {
        for (Seen seen : parts) {
            int ordinal = seen.part.rows().find(row);
            if (ordinal >= 0 && (seen.visible == null || seen.visible.contains(ordinal))) {
                return seen.part.births().at(ordinal);
            }
        }
        return NOT_SEEN;
    }

    /** How many rows are seen. */
    public long count() {
        long count = 0;
        for (Seen seen : parts) {
            count += seen.visible == null ? seen.part.rows().count() : seen.visible.count();
        }
        return count;
    }

    @Override
    public void close() {
        snapshot.letGo();
    }
}
