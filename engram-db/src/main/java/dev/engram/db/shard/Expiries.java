package dev.engram.db.shard;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;

/**
 * The ordinals of a part whose rows are over at a time known beforehand, sorted by that time.
 * Immutable.
 */
final class Expiries {

    static final Expiries NONE = new Expiries(new long[0], new int[0]);

    private final long[] times;
    private final int[] ordinals;

    private Expiries(long[] times, int[] ordinals) {
        this.times = times;
        this.ordinals = ordinals;
    }

    /**
     * @param byTime the ordinals that are over at a time in milliseconds since 1970
     */
    static Expiries of(SortedMap<Long, List<Integer>> byTime) {
        int count = byTime.values().stream().mapToInt(List::size).sum();
        long[] times = new long[count];
        int[] ordinals = new int[count];
        int at = 0;
        for (Map.Entry<Long, List<Integer>> entry : byTime.entrySet()) {
            for (int ordinal : entry.getValue()) {
                times[at] = entry.getKey();
                ordinals[at++] = ordinal;
            }
        }
        return new Expiries(times, ordinals);
    }

    /** Adds these to a map, by the ordinals that the same rows have in another part, if any. */
    void collect(RowNumbers here, RowNumbers there, Map<Long, List<Integer>> byTime) {
        for (int i = 0; i < times.length; i++) {
            int ordinal = there.find(here.at(ordinals[i]));
            if (ordinal >= 0) {
                byTime.computeIfAbsent(times[i], _ -> new ArrayList<>()).add(ordinal);
            }
        }
    }

    /** These and one more. */
    Expiries plus(int ordinal, long millis) {
        int place = count(millis);
        long[] moreTimes = Arrays.copyOf(times, times.length + 1);
        int[] moreOrdinals = Arrays.copyOf(ordinals, ordinals.length + 1);
        System.arraycopy(times, place, moreTimes, place + 1, times.length - place);
        System.arraycopy(ordinals, place, moreOrdinals, place + 1, ordinals.length - place);
        moreTimes[place] = millis;
        moreOrdinals[place] = ordinal;
        return new Expiries(moreTimes, moreOrdinals);
    }

    /** The ordinals that are over at that time, in milliseconds since 1970. */
    int[] through(long now) {
        return times.length == 0 ? ordinals : Arrays.copyOf(ordinals, count(now));
    }

    /** How many are over by then. */
    private int count(long millis) {
        int low = 0;
        int high = times.length;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (times[middle] <= millis) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }
}
