package dev.engram.db.shard;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * All that a reader sees of a shard at one moment. Immutable.
 *
 * <p>It is held by the shard while it is the newest, and by every reader at work in it. Whoever
 * lets go last lets go of the segments.
 */
final class Snapshot {

    /** Ascending by row: sealed segments first, then the chunks in memory. */
    private final List<Part> parts;

    private final AtomicInteger holders = new AtomicInteger(1);

    Snapshot(List<Part> parts) {
        this.parts = List.copyOf(parts);
        parts.forEach(Part::hold);
    }

    List<Part> parts() {
        return parts;
    }

    /** Becomes a holder, unless the last one has gone already. */
    boolean tryHold() {
        int before = holders.get();
        while (before > 0) {
            if (holders.compareAndSet(before, before + 1)) {
                return true;
            }
            before = holders.get();
        }
        return false;
    }

    void letGo() {
        if (holders.decrementAndGet() == 0) {
            parts.forEach(Part::letGo);
        }
    }
}
