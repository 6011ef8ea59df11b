package dev.engram.db.commit;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A point in time that somebody reads at. As long as it is held, what it shows is not removed.
 *
 * <p>Its owner holds it from the start: the newest moment is held by {@link Moments}, that of a
 * transaction by the transaction, up to the end of its lease.
 */
public final class Moment {

    private final long ts;
    private volatile long leaseEnd;
    private final AtomicInteger holders = new AtomicInteger(1);
    private final AtomicBoolean ended = new AtomicBoolean();

    Moment(long ts, long leaseEnd) {
        this.ts = ts;
        this.leaseEnd = leaseEnd;
    }

    /** What was committed up to this timestamp is seen. */
    public long ts() {
        return ts;
    }

    /** Becomes a holder, unless the owner's time is over, or its lease at that time. */
    public boolean tryHold(long now) {
        if (!isLeasedUntil(now)) {
            end();
        }
        return tryHold();
    }

    /** Becomes a holder, unless the owner's time is over. */
    boolean tryHold() {
        int before = holders.get();
        while (before > 0 && !ended.get()) {
            if (holders.compareAndSet(before, before + 1)) {
                return true;
            }
            before = holders.get();
        }
        return false;
    }

    /** Ends what {@link #tryHold} began. */
    public void letGo() {
        if (holders.decrementAndGet() < 0) {
            throw new AssertionError("moment let go more often than held");
        }
    }

    /** Ends the owner's hold; a second call does nothing. */
    public void end() {
        if (ended.compareAndSet(false, true)) {
            letGo();
        }
    }

    /** Has the owner's time go on to that timestamp, if it is not over. */
    public void leaseUntil(long end) {
        leaseEnd = end;
    }

    boolean isLeasedUntil(long now) {
        return leaseEnd > now;
    }

    boolean isHeld() {
        return holders.get() > 0;
    }
}
