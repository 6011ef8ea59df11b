package dev.engram.index.kernel;

import java.lang.foreign.MemorySegment;

/**
 * Computes distances between one query and many rows of signed bytes: of 8-bit components, or of
 * single bits, eight a byte. All sums are whole numbers below 2^31 up to 65,536 components, so they
 * are equal on all instructions. Has no state; any number of threads may share it.
 */
public sealed interface ByteKernel
        permits ScalarByteDot,
                ScalarByteEuclidean,
                ScalarHamming,
                SimdByteDot,
                SimdByteEuclidean,
                SimdHamming {

    /** Minus the dot product of 8-bit components. */
    static ByteKernel dot(Instructions instructions) {
        return isWide(instructions) ? new SimdByteDot() : new ScalarByteDot();
    }

    /** The squared euclidean distance of 8-bit components. */
    static ByteKernel euclidean(Instructions instructions) {
        return isWide(instructions) ? new SimdByteEuclidean() : new ScalarByteEuclidean();
    }

    /** The number of different bits. */
    static ByteKernel hamming(Instructions instructions) {
        return isWide(instructions) ? new SimdHamming() : new ScalarHamming();
    }

    private static boolean isWide(Instructions instructions) {
        return instructions == Instructions.SIMD && Lanes.areWide();
    }

    /**
     * Distances to the rows {@code ids[0..count-1]}.
     *
     * @param query {@code rowBytes} bytes
     * @param rows row after row, without gaps
     * @param ids which rows; may name one several times
     * @param out gets the distances at 0..count-1
     */
    void distances(byte[] query, MemorySegment rows, int rowBytes, int[] ids, int count, int[] out);
}
