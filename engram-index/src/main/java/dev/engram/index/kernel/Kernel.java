package dev.engram.index.kernel;

import dev.engram.index.Metric;
import java.lang.foreign.MemorySegment;

/**
 * Computes distances between one query of float32 and many rows of float32, or of float16, in
 * little-endian order.
 *
 * <p>One virtual call serves a whole list of rows: the loop over ids and the arithmetic stand in
 * one method, so that the reads of several rows overlap. A kernel has no state; any number of
 * threads may share it.
 */
public sealed interface Kernel
        permits ScalarDot,
                ScalarEuclidean,
                ScalarHalfDot,
                ScalarHalfEuclidean,
                ScalarHalfManhattan,
                ScalarManhattan,
                SimdDot,
                SimdEuclidean,
                SimdHalfDot,
                SimdHalfEuclidean,
                SimdHalfManhattan,
                SimdManhattan {

    /** The most rows one {@link #scan} takes. */
    int BLOCK = 256;

    /** The kernel of a metric for the best instructions at hand. */
    static Kernel of(Metric metric) {
        return of(metric, Instructions.best());
    }

    /** The kernel of a metric for the instructions given, which must be at hand. */
    static Kernel of(Metric metric, Instructions instructions) {
        return switch (instructions) {
            case SCALAR ->
                    switch (metric) {
                        case COSINE, DOT -> new ScalarDot();
                        case EUCLIDEAN -> new ScalarEuclidean();
                        case MANHATTAN -> new ScalarManhattan();
                    };
            case SIMD ->
                    switch (metric) {
                        case COSINE, DOT -> new SimdDot();
                        case EUCLIDEAN -> new SimdEuclidean();
                        case MANHATTAN -> new SimdManhattan();
                    };
        };
    }

    /** The kernel of a metric for rows of float16, for the instructions given. */
    static Kernel ofHalves(Metric metric, Instructions instructions) {
        return switch (instructions) {
            case SCALAR ->
                    switch (metric) {
                        case COSINE, DOT -> new ScalarHalfDot();
                        case EUCLIDEAN -> new ScalarHalfEuclidean();
                        case MANHATTAN -> new ScalarHalfManhattan();
                    };
            case SIMD ->
                    switch (metric) {
                        case COSINE, DOT -> new SimdHalfDot();
                        case EUCLIDEAN -> new SimdHalfEuclidean();
                        case MANHATTAN -> new SimdHalfManhattan();
                    };
        };
    }

    /** Bytes of a component of a row. */
    default int componentBytes() {
        return Float.BYTES;
    }

    /**
     * Distances to the rows {@code ids[0..count-1]}.
     *
     * @param query at least {@code dimension} components
     * @param rows row after row, {@code dimension * componentBytes()} bytes each, without gaps
     * @param ids which rows; may name one several times
     * @param out gets the distances of {@link Metric} at 0..count-1
     */
    void distances(
            float[] query, MemorySegment rows, int dimension, int[] ids, int count, float[] out);

    /** Distances to the neighbouring rows {@code first..first+count-1}, at most {@link #BLOCK}. */
    default void scan(
            float[] query, MemorySegment rows, int dimension, int first, int count, float[] out) {
        long rowBytes = (long) dimension * componentBytes();
        MemorySegment block = rows.asSlice(first * rowBytes, count * rowBytes);
        distances(query, block, dimension, RowIds.CONSECUTIVE, count, out);
    }
}
