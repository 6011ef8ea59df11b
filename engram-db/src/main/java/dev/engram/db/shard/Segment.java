package dev.engram.db.shard;

import dev.engram.index.VectorIndex;
import java.lang.foreign.Arena;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

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
    private volatile @Nullable Runnable unneeded;

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
            Runnable then = unneeded;
            if (then != null) {
                then.run();
            }
        }
    }

    /**
     * Another segment took its place.
     *
     * @param then run by the last holder, once the files are unmapped; does not take long
     */
    void retire(Runnable then) {
        unneeded = then;
    }
}
