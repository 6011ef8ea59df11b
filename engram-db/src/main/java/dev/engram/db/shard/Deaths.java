package dev.engram.db.shard;

import java.util.Arrays;

/**
 * The rows of a part that died and can still be seen by readers of the past, in the order of their
 * deaths. Once nobody reads so far back they are taken out, and are gone for all.
 *
 * <p>Immutable; the arrays are shared with later ones, which only write behind what this one reads.
 */
final class Deaths {

    static final Deaths NONE = new Deaths(new long[0], new int[0], 0, 0);

    private final long[] times;
    private final int[] ordinals;
    private final int from;
    private final int to;

    private Deaths(long[] times, int[] ordinals, int from, int to) {
        this.times = times;
        this.ordinals = ordinals;
        this.from = from;
        this.to = to;
    }

    int count() {
        return to - from;
    }

    /** These and one more. Called on the newest alone: it writes behind it. */
    Deaths plus(int ordinal, long ts) {
        if (count() > 0 && ts < times[to - 1]) {
            return inserted(ordinal, ts);
        }
        long[] moreTimes = times;
        int[] moreOrdinals = ordinals;
        if (to == times.length) {
            int room = 8 + 2 * count();
            moreTimes = new long[room];
            moreOrdinals = new int[room];
            System.arraycopy(times, from, moreTimes, 0, count());
            System.arraycopy(ordinals, from, moreOrdinals, 0, count());
            moreTimes[count()] = ts;
            moreOrdinals[count()] = ordinal;
            return new Deaths(moreTimes, moreOrdinals, 0, count() + 1);
        }
        moreTimes[to] = ts;
        moreOrdinals[to] = ordinal;
        return new Deaths(moreTimes, moreOrdinals, from, to + 1);
    }

    /** What is over dies at the time it was over at, though others died between. */
    private Deaths inserted(int ordinal, long ts) {
        int before = firstAfter(ts) - from;
        long[] moreTimes = new long[count() + 1];
        int[] moreOrdinals = new int[count() + 1];
        System.arraycopy(times, from, moreTimes, 0, before);
        System.arraycopy(ordinals, from, moreOrdinals, 0, before);
        moreTimes[before] = ts;
        moreOrdinals[before] = ordinal;
        int left = count() - before;
        System.arraycopy(times, from + before, moreTimes, before + 1, left);
        System.arraycopy(ordinals, from + before, moreOrdinals, before + 1, left);
        return new Deaths(moreTimes, moreOrdinals, 0, count() + 1);
    }

    /** The ordinals that were alive at that time, and died later. */
    int[] after(long ts) {
        return Arrays.copyOfRange(ordinals, firstAfter(ts), to);
    }

    /** The ordinals that had died by that time. */
    int[] through(long ts) {
        return Arrays.copyOfRange(ordinals, from, firstAfter(ts));
    }

    /** The deaths after that time: the others are not told apart any more. */
    Deaths keptAfter(long ts) {
        int first = firstAfter(ts);
        return first == to ? NONE : new Deaths(times, ordinals, first, to);
    }

    /** The ordinal that died as the i-th. */
    int ordinal(int i) {
        return ordinals[from + i];
    }

    /** When the i-th died. */
    long time(int i) {
        return times[from + i];
    }

    private int firstAfter(long ts) {
        if (count() == 0 || times[to - 1] <= ts) {
            return to;
        }
        int low = from;
        int high = to;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (times[middle] <= ts) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }
}
