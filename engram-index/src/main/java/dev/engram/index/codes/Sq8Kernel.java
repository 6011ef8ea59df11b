package dev.engram.index.codes;

import dev.engram.index.Metric;
import dev.engram.index.kernel.Instructions;
import java.lang.foreign.MemorySegment;

/**
 * Computes distances between one query in full precision and many rows of {@link Sq8}. Has no
 * state; any number of threads may share it.
 */
public sealed interface Sq8Kernel
        permits ScalarSq8Dot,
                ScalarSq8Euclidean,
                ScalarSq8Manhattan,
                SimdSq8Dot,
                SimdSq8Euclidean,
                SimdSq8Manhattan {

    /** The kernel of a metric for the instructions given, which must be at hand. */
    static Sq8Kernel of(Metric metric, Instructions instructions) {
        boolean simd = instructions == Instructions.SIMD && CodeLanes.areWide();
        return switch (metric) {
            case COSINE, DOT -> simd ? new SimdSq8Dot() : new ScalarSq8Dot();
            case EUCLIDEAN -> simd ? new SimdSq8Euclidean() : new ScalarSq8Euclidean();
            case MANHATTAN -> simd ? new SimdSq8Manhattan() : new ScalarSq8Manhattan();
        };
    }

    /**
     * Distances to the rows {@code ids[0..count-1]}.
     *
     * @param rows a row every {@code stride} bytes
     * @param out gets the distances of {@link Metric} at 0..count-1
     */
    void distances(
            Sq8Query query, MemorySegment rows, long stride, int[] ids, int count, float[] out);

    /**
     * The distances to two rows at once, as a search through two nodes at a time needs them.
     *
     * @param first where one row starts, in bytes
     * @param second where the other starts
     * @return the bits of the first's distance in the low half, those of the second's in the high
     */
    long pair(Sq8Query query, MemorySegment rows, long first, long second);

    /** Two distances as {@link #pair} returns them. */
    static long pack(float first, float second) {
        return (Float.floatToRawIntBits(first) & 0xffff_ffffL)
                | ((long) Float.floatToRawIntBits(second) << 32);
    }

    /** The first distance of a {@link #pair}. */
    static float first(long pair) {
        return Float.intBitsToFloat((int) pair);
    }

    /** The second distance of a {@link #pair}. */
    static float second(long pair) {
        return Float.intBitsToFloat((int) (pair >>> 32));
    }
}
