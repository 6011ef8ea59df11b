package dev.engram.index.graph;

import java.util.Arrays;

/** Finds out which vector equals an earlier one, as they come; as {@link Twins} does for a set. */
final class GrowingTwins {

    private static final int FIRST_CAPACITY = 1024;

    private final GrowingRows rows;

    /** Firsts of their kind plus 1, at the place of their hash or behind it; 0 where free. */
    private int[] table = new int[FIRST_CAPACITY];

    private int[] hashes = new int[FIRST_CAPACITY];
    private int firsts;

    /** {@code original << 32 | twin}, as they came. */
    private long[] pairs = new long[16];

    private int count;

    GrowingTwins(GrowingRows rows) {
        this.rows = rows;
    }

    /**
     * The first vector that equals this one, which may be itself; called once for each in order.
     */
    int original(int ordinal, float[] row) {
        if (firsts >= table.length / 2) {
            grow();
        }
        int hash = Twins.hash(row);
        int at = hash & (table.length - 1);
        while (table[at] != 0) {
            int other = table[at] - 1;
            if (hashes[at] == hash && rows.areEqual(other, ordinal)) {
                remember(other, ordinal);
                return other;
            }
            at = (at + 1) & (table.length - 1);
        }
        table[at] = ordinal + 1;
        hashes[at] = hash;
        firsts++;
        return ordinal;
    }

    private void remember(int original, int twin) {
        if (count == pairs.length) {
            pairs = Arrays.copyOf(pairs, 2 * count);
        }
        pairs[count++] = ((long) original << 32) | twin;
    }

    private void grow() {
        int[] oldTable = table;
        int[] oldHashes = hashes;
        table = new int[2 * oldTable.length];
        hashes = new int[table.length];
        for (int i = 0; i < oldTable.length; i++) {
            if (oldTable[i] != 0) {
                int at = oldHashes[i] & (table.length - 1);
                while (table[at] != 0) {
                    at = (at + 1) & (table.length - 1);
                }
                table[at] = oldTable[i];
                hashes[at] = oldHashes[i];
            }
        }
    }

    /** {@code original << 32 | twin} for every twin so far, ascending. */
    long[] pairs() {
        long[] sorted = Arrays.copyOf(pairs, count);
        Arrays.sort(sorted);
        return sorted;
    }

    long bytes() {
        return 8L * table.length + 8L * pairs.length;
    }
}
