package dev.engram.db.commit;

import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Timestamps that follow the time of day, never repeat and never go back: a hybrid logical clock.
 *
 * <pre>
 *   bits 63..16  milliseconds since 1970
 *   bits 15..0   counts what happens within a millisecond, or while the time of day stands still
 * </pre>
 *
 * Where the time of day jumps back, timestamps go on from the last one until it has caught up.
 *
 * <p>S. Kulkarni et al.: Logical Physical Clocks, 2014.
 */
public final class HybridClock {

    private static final int COUNTER_BITS = 16;
    private static final long COUNTER_MAX = (1L << COUNTER_BITS) - 1;
    private static final long MILLIS_MAX = Long.MAX_VALUE >>> COUNTER_BITS;

    private final InstantSource source;
    private final AtomicLong last;

    /**
     * @param source the time of day
     * @param last the largest timestamp given out before; 0 for none
     */
    public HybridClock(InstantSource source, long last) {
        this.source = source;
        this.last = new AtomicLong(last);
    }

    /** A timestamp for a commit: larger than all before. */
    public long next() {
        long now = ofMillis(source.millis());
        return last.updateAndGet(before -> Math.max(before + 1, now));
    }

    /** The time as it is: no smaller than any before, and larger timestamps will follow. */
    public long now() {
        return pass(ofMillis(source.millis()));
    }

    /** Has all later commits get larger timestamps than this one; returns {@link #now}. */
    public long pass(long ts) {
        return last.accumulateAndGet(ts, Math::max);
    }

    /** The first timestamp of a millisecond. */
    public static long ofMillis(long millis) {
        return Math.clamp(millis, 0, MILLIS_MAX) << COUNTER_BITS;
    }

    /** The last timestamp of the millisecond that an instant is in. */
    public static long through(Instant instant) {
        long seconds = Math.clamp(instant.getEpochSecond(), 0, MILLIS_MAX / 1000 - 1);
        long millis = instant.getEpochSecond() < 0 ? 0 : instant.getNano() / 1_000_000;
        return ofMillis(seconds * 1000 + millis) | COUNTER_MAX;
    }

    /** The millisecond of a timestamp, since 1970. */
    public static long millis(long ts) {
        return ts >>> COUNTER_BITS;
    }

    /** The time of day of a timestamp. */
    public static Instant instant(long ts) {
        return Instant.ofEpochMilli(millis(ts));
    }
}
