package dev.engram.index.codes;

import dev.engram.index.Metric;
import dev.engram.index.Vectors;
import dev.engram.index.kernel.Instructions;
import java.lang.foreign.MemorySegment;

/**
 * A code that turns every vector into a row of bytes of its own, by which a search can compare it.
 * Immutable; any number of threads may share it.
 */
public sealed interface RowCodes permits ProductRows, RaBitQ, Sq8 {

    /** Bytes of a row. */
    int rowBytes();

    /** Bytes of so many rows, and of what kernels may read behind the last. */
    long bytes(int rows);

    /** Bytes of what was learnt from the vectors and belongs to no row. */
    long modelBytes();

    /** Writes what was learnt from the vectors. */
    void writeModel(MemorySegment model);

    /** What turns vectors into rows, for one thread. */
    Encoder encoder();

    /**
     * What compares queries with rows, for one thread.
     *
     * @param rows by ordinal, as {@link #bytes} counts them
     */
    RowQuery query(Metric metric, Instructions instructions, MemorySegment rows);

    /** The mean of vectors, which is no codes' own but what they leave aside. */
    static float[] mean(Vectors vectors) {
        double[] sums = new double[vectors.dimension()];
        float[] row = new float[sums.length];
        for (int ordinal = 0; ordinal < vectors.count(); ordinal++) {
            vectors.copyRow(ordinal, row);
            for (int i = 0; i < row.length; i++) {
                sums[i] += row[i];
            }
        }
        float[] mean = new float[sums.length];
        for (int i = 0; i < mean.length; i++) {
            mean[i] = (float) (sums[i] / Math.max(1, vectors.count()));
        }
        return mean;
    }

    /** Turns vectors into rows. Not safe for several threads. */
    interface Encoder {

        /**
         * Writes a vector's row.
         *
         * @param row where it starts in {@code rows}, in bytes; the bytes there are zero
         */
        void encode(float[] vector, MemorySegment rows, long row);
    }
}
