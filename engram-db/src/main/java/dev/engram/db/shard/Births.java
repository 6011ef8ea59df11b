package dev.engram.db.shard;

import java.util.Arrays;

/**
 * When the rows of a part were committed. Rows are numbered in the order of their commits, so the
 * timestamps ascend with the ordinals: what is visible at a time is a beginning of the part, and
 * the rows of one commit need one number together.
 *
 * <p>Immutable; the arrays are shared with later ones of a growing part, which only write behind
 * what this one reads.
 */
final class Births {

    private final int[] firsts;
    private final long[] times;
    private final int runs;
    private final int count;

    private Births(int[] firsts, long[] times, int runs, int count) {
        this.firsts = firsts;
        this.times = times;
        this.runs = runs;
        this.count = count;
    }

    /** All at one time. */
    static Births uniform(long ts, int count) {
        return new Births(new int[] {0}, new long[] {ts}, 1, count);
    }

    /**
     * @param firsts the first ordinal of each commit, ascending from 0
     * @param times of these commits, ascending
     */
    static Births of(int[] firsts, long[] times, int count) {
        return new Births(firsts, times, firsts.length, count);
    }

    int count() {
        return count;
    }

    /** How many commits it tells apart. */
    int runs() {
        return runs;
    }

    int first(int run) {
        return firsts[run];
    }

    long time(int run) {
        return times[run];
    }

    /** How many rows, from ordinal 0 on, were there at that time. */
    int through(long ts) {
        if (runs == 0 || times[runs - 1] <= ts) {
            return count;
        }
        int at = Arrays.binarySearch(times, 0, runs, ts);
        int run = at >= 0 ? at + 1 : -at - 1;
        return firsts[run];
    }

    /** When the row of an ordinal was committed. */
    long at(int ordinal) {
        int at = Arrays.binarySearch(firsts, 0, runs, ordinal);
        return times[at >= 0 ? at : -at - 2];
    }

    /** Those of a part that grows. One writer; what {@link #births} returned does not change. */
    static final class Growing {
        private int[] firsts = new int[4];
        private long[] times = new long[4];
        private int runs;
        private int count;

        /** Adds a row. A time before the last one cannot be: commits come in order. */
        void add(long ts) {
            if (runs > 0 && ts < times[runs - 1]) {
                throw new AssertionError("commit " + ts + " after " + times[runs - 1]);
            }
            if (runs == 0 || ts > times[runs - 1]) {
                if (runs == firsts.length) {
                    firsts = Arrays.copyOf(firsts, 2 * runs);
                    times = Arrays.copyOf(times, 2 * runs);
                }
                firsts[runs] = count;
                times[runs++] = ts;
            }
            count++;
        }

        Births births() {
            return new Births(firsts, times, runs, count);
        }
    }
}
