package dev.engram.db.commit;

import java.util.ArrayList;
import java.util.List;

/** The moments that are read at, and so how far back anything must be kept. */
public final class Moments {

    private final List<Moment> open = new ArrayList<>();
    private volatile Moment newest;

    /**
     * @param ts of the last commit
     */
    public Moments(long ts) {
        newest = new Moment(ts, Long.MAX_VALUE);
        open.add(newest);
    }

    /** The newest moment, held for the caller, who lets go of it. */
    public Moment hold() {
        while (true) {
            Moment moment = newest;
            if (moment.tryHold()) {
                return moment;
            }
            // It was replaced between the two lines above; the next one is there already.
            Thread.onSpinWait();
        }
    }

    /** The newest timestamp that readers see. */
    public long newest() {
        return newest.ts();
    }

    /**
     * A moment of the caller's own at the newest timestamp; its hold is over at the lease's end.
     */
    public synchronized Moment lease(long end) {
        Moment moment = new Moment(newest.ts(), end);
        open.add(moment);
        return moment;
    }

    /** A moment of the caller's own in the past, unless that is before {@code first}. */
    public synchronized Moment past(long ts, long first) {
        if (ts < first) {
            throw new IllegalArgumentException(
                    "asOf: %s (expected: %s or later, which is how far back it is kept)"
                            .formatted(HybridClock.instant(ts), HybridClock.instant(first)));
        }
        Moment moment = new Moment(ts, Long.MAX_VALUE);
        open.add(moment);
        return moment;
    }

    /** Lets readers see what was committed up to this timestamp. */
    public synchronized void publish(long ts) {
        Moment before = newest;
        Moment next = new Moment(ts, Long.MAX_VALUE);
        open.add(next);
        newest = next;
        before.end();
        open.removeIf(moment -> !moment.isHeld());
    }

    /** The oldest timestamp that anyone reads at; leases that are over by {@code now} are ended. */
    public synchronized long oldest(long now) {
        long oldest = Long.MAX_VALUE;
        for (Moment moment : open) {
            if (!moment.isLeasedUntil(now)) {
                moment.end();
            }
            if (moment.isHeld()) {
                oldest = Math.min(oldest, moment.ts());
            }
        }
        open.removeIf(moment -> !moment.isHeld());
        return oldest;
    }
}
