package dev.engram.index.codes;

import dev.engram.index.Metric;
import dev.engram.index.kernel.Instructions;

/**
 * The arithmetic of {@link PqCodebook} and {@link ProductQuantizer}. Centroids lie component after
 * component, the {@code 1 << bits} of one component together, so that registers hold them. Every
 * lane does the same operations in the same order in both twins: their results are equal to the
 * bit.
 */
sealed interface PqKernel permits ScalarPq, SimdPq {

    /** The kernel for the instructions given, which must be at hand. */
    static PqKernel of(Instructions instructions) {
        boolean simd = instructions == Instructions.SIMD && CodeLanes.areWide();
        return simd ? new SimdPq() : new ScalarPq();
    }

    /**
     * Finds for every part of a vector the nearest centroid, the first of equally near ones.
     *
     * @param bits a code, 4 or 8
     * @param width components a part
     * @param vector {@code codes.length * width} components
     */
    void nearest(float[] centroids, int bits, int width, float[] vector, byte[] codes);

    /**
     * The dot products of every part of a vector with its 16 centroids.
     *
     * @param products 16 a part
     * @param range gets the least and the greatest product
     */
    void products(float[] centroids, int width, float[] vector, float[] products, float[] range);

    /**
     * The distances of every part of a vector from its centroids: their sum over the parts is the
     * vector's distance from what is coded.
     *
     * @param table {@code 1 << bits} a part
     */
    void distances(
            Metric metric, float[] centroids, int bits, int width, float[] vector, float[] table);

    /** Rounds {@code (products[i] - low) * scale}, which are in 0..255. */
    void quantise(float[] products, float low, float scale, byte[] table);
}
