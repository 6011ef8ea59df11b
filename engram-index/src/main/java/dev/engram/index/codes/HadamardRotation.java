package dev.engram.index.codes;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * A random rotation that costs n log n: rounds of random signs and a Hadamard transform (Ailon and
 * Chazelle, 2009), so that no direction is coded worse than another.
 *
 * <p>A transform takes a power of two of components. Vectors are filled up to the next multiple of
 * 64 only: the rounds take the first components and the last in turns, as many as the greatest
 * power of two there is, and what these share carries from one to the other.
 *
 * <pre>
 *   round 0, 2   [ ................ ] ....
 *   round 1, 3   .... [ ................ ]
 * </pre>
 */
final class HadamardRotation {

    private static final int ROUNDS = 4;
    private static final int STEP = Long.SIZE;

    private static final ValueLayout.OfLong LONG =
            ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final int padded;
    private final float[] signs;

    private HadamardRotation(int padded, float[] signs) {
        this.padded = padded;
        this.signs = signs;
    }

    /** Components after the rotation. */
    static int padded(int dimension) {
        return Math.ceilDiv(dimension, STEP) * STEP;
    }

    /** The bytes of the signs: a bit for each, set where it is -1. */
    static long bytes(int dimension) {
        return (long) ROUNDS * padded(dimension) / Byte.SIZE;
    }

    static HadamardRotation random(int dimension, long seed) {
        int padded = padded(dimension);
        SplittableRandom random = new SplittableRandom(seed);
        long[] words = random.longs((long) ROUNDS * padded / STEP).toArray();
        return of(padded, words);
    }

    static HadamardRotation read(MemorySegment bytes, long at, int dimension) {
        int padded = padded(dimension);
        long[] words = new long[ROUNDS * padded / STEP];
        MemorySegment.copy(bytes, LONG, at, words, 0, words.length);
        return of(padded, words);
    }

    void write(MemorySegment bytes, long at) {
        long[] words = new long[signs.length / STEP];
        for (int i = 0; i < signs.length; i++) {
            words[i / STEP] |= signs[i] < 0 ? 1L << i : 0;
        }
        MemorySegment.copy(words, 0, bytes, LONG, at, words.length);
    }

    private static HadamardRotation of(int padded, long[] words) {
        float[] signs = new float[ROUNDS * padded];
        for (int i = 0; i < signs.length; i++) {
            signs[i] = (words[i / STEP] >>> i & 1) == 0 ? 1 : -1;
        }
        return new HadamardRotation(padded, signs);
    }

    int padded() {
        return padded;
    }

    /**
     * Rotates in place.
     *
     * @param values as many as {@link #padded}, zero behind the dimension
     */
    void rotate(float[] values, Fht transform) {
        int length = Integer.highestOneBit(padded);
        for (int round = 0; round < ROUNDS; round++) {
            int first = round % 2 == 0 ? 0 : padded - length;
            transform.round(values, signs, round * padded, first, length);
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof HadamardRotation rotation && Arrays.equals(signs, rotation.signs);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(signs);
    }
}
