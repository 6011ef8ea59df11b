package dev.engram.db.shard;

import dev.engram.index.VectorIndex;
import java.lang.foreign.Arena;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The mapped files of one sealed segment, kept as long as any snapshot shows them.
 *
 * <p>Counts the snapshots that hold it; the last to let go unmaps the files.
 */
final class Segment {

    private final SegmentEntry entry;
    private final VectorIndex index;
    private final Arena arena;
    private final AtomicInteger holders = new AtomicInteger();

    /**
     * @param entry what the manifest says of it
     * @param index has files open; closed with the last holder
     * @param arena owns the mappings; closed after the index
     */
    Segment(SegmentEntry entry, VectorIndex index, Arena arena) {
        this.entry = entry;
        this.index = index;
        this.arena = arena;
    }

    SegmentEntry entry() {
        return entry;
    }

    void hold() {
        holders.incrementAndGet();
    }

    void letGo() {
        int left = holders.decrementAndGet();
        if (left < 0) {
            throw new AssertionError("segment let go more often than held");
        }
        if (left == 0) {
            try {
                index.close();
            } finally {
                arena.close();
            }
        }
    }
}
