package dev.engram.index.codes;

import dev.engram.index.kernel.Instructions;
import java.lang.foreign.MemorySegment;

/**
 * Estimates distances from the planes of bits of one query and those of many rows: see {@link
 * RaBitQQuery}. Counts are whole numbers, so it is equal to the bit on all instructions. Has no
 * state.
 */
sealed interface PlaneKernel permits ScalarPlanes, SimdPlanes {

    /** The kernel for the instructions given, which must be at hand. */
    static PlaneKernel of(Instructions instructions) {
        boolean simd = instructions == Instructions.SIMD && CodeLanes.areWide();
        return simd ? new SimdPlanes() : new ScalarPlanes();
    }

    /**
     * Rounds components to whole numbers and parts these into planes of bits.
     *
     * @param components a multiple of 64 of them
     * @param perStep what to multiply a component with
     * @param limit no product is farther from 0
     * @param bits of a number, with its sign
     * @param planes gets bit k of the numbers from k * width on
     * @return the sum of the numbers
     */
    int split(float[] components, float perStep, int limit, int bits, long[] planes, int width);

    /**
     * Distances to the rows {@code ids[0..count-1]}.
     *
     * @param rows with 64 bytes behind the last
     */
    void distances(RaBitQQuery query, MemorySegment rows, int[] ids, int count, float[] out);

    /**
     * The distance of one row.
     *
     * @param factors where they start
     * @param count of common bits, weighed
     */
    static float distance(RaBitQQuery query, MemorySegment rows, long factors, long count) {
        float sum = query.step * count - query.centre;
        float multiply = RowFactors.multiply(rows, factors);
        return query.base + RowFactors.add(rows, factors) + multiply * sum;
    }
}
