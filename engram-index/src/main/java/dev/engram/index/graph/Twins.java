package dev.engram.index.graph;

import dev.engram.index.Vectors;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * Which vectors equal an earlier one bit by bit.
 *
 * <p>Only the first of its kind enters the graph. Otherwise a thousand equal vectors would fill
 * each other's lists, and a search that came among them would not find its way out.
 */
final class Twins {

    private final int[] firsts;
    private final int count;

    private Twins(int[] firsts, int count) {
        this.firsts = firsts;
        this.count = count;
    }

    /** Compares all vectors by their hash, and the bytes of those whose hashes are equal. */
    static Twins of(Vectors vectors) {
        int[] firsts = new int[vectors.count()];
        int[] hashes = new int[vectors.count()];
        int[] table = new int[tableSize(vectors.count())];
        Arrays.fill(table, -1);
        int count = 0;
        for (int ordinal = 0; ordinal < firsts.length; ordinal++) {
            hashes[ordinal] = hash(vectors.row(ordinal));
            int at = hashes[ordinal] & (table.length - 1);
            while (table[at] >= 0 && !areEqual(vectors, hashes, table[at], ordinal)) {
                at = (at + 1) & (table.length - 1);
            }
            if (table[at] < 0) {
                table[at] = ordinal;
            } else {
                count++;
            }
            firsts[ordinal] = table[at];
        }
        return new Twins(firsts, count);
    }

    private static int tableSize(int count) {
        return (int) Math.min(1L << 30, Long.highestOneBit(Math.max(1, count)) * 4);
    }

    /** A number that equal vectors have in common. */
    static int hash(float[] row) {
        long hash = row.length;
        for (float x : row) {
            // Small whole numbers as floats differ in their high bits only: rotate them about.
            long bits = Long.rotateLeft(hash, 27) ^ Float.floatToRawIntBits(x);
            hash = bits * 0x9e3779b97f4a7c15L;
        }
        return (int) (hash >>> 32);
    }

    private static boolean areEqual(Vectors vectors, int[] hashes, int a, int b) {
        long bytes = (long) vectors.dimension() * Float.BYTES;
        MemorySegment rows = vectors.rows();
        return hashes[a] == hashes[b]
                && MemorySegment.mismatch(
                                rows,
                                vectors.offset(a),
                                vectors.offset(a) + bytes,
                                rows,
                                vectors.offset(b),
                                vectors.offset(b) + bytes)
                        < 0;
    }

    /** Whether an earlier vector stands for this one. */
    boolean isTwin(int ordinal) {
        return firsts[ordinal] != ordinal;
    }

    /** How many are twins of an earlier one. */
    int count() {
        return count;
    }

    /** Writes the pairs, by the first of its kind and then by twin. */
    void write(MemorySegment pairs) {
        long[] sorted = new long[count];
        int next = 0;
        for (int ordinal = 0; ordinal < firsts.length; ordinal++) {
            if (isTwin(ordinal)) {
                sorted[next++] = ((long) firsts[ordinal] << 32) | ordinal;
            }
        }
        Arrays.sort(sorted);
        for (int i = 0; i < count; i++) {
            HnswLayout.setPair(pairs, i, (int) (sorted[i] >>> 32), (int) sorted[i]);
        }
    }
}
