package dev.engram.index.codes;

import dev.engram.index.Metric;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * What stands behind the codes of a row, where a distance is estimated from the dot product S of a
 * query and what the codes stand for.
 *
 * <p>With the residual r of a vector w from the mean and its code c, a = |r|^2 / &lt;r, c> makes
 * the coding error a c - r stand at a right angle to r, and so a S an estimate of &lt;q - mean, r>
 * that errs to both sides alike (Gao and Long, 2024):
 *
 * <pre>
 *   euclidean   |q - w|^2  ~  |q - mean|^2 + |r|^2 - 2a S
 *   dot         -&lt;q, w>    ~  -&lt;q, mean> - &lt;mean, r> - a S
 *
 *   0  f32  add: |r|^2 or -&lt;mean, r>
 *   4  f32  multiply: -2a or -a
 *   8  f32  deviation of the error, for a query with |q - mean| = 1, were all directions as likely:
 *           |a c - r| / sqrt(n - 1), n components; twice that for euclidean
 * </pre>
 */
final class RowFactors {

    static final int BYTES = 12;

    /** A code that points elsewhere than what it stands for says nothing. */
    private static final double AGREEMENT_MIN = 0.05;

    private static final int MULTIPLY_OFFSET = 4;
    private static final int DEVIATION_OFFSET = 8;

    private static final ValueLayout.OfFloat FLOAT =
            ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private RowFactors() {}

    static float add(MemorySegment rows, long factors) {
        return rows.get(FLOAT, factors);
    }

    static float multiply(MemorySegment rows, long factors) {
        return rows.get(FLOAT, factors + MULTIPLY_OFFSET);
    }

    static float deviation(MemorySegment rows, long factors) {
        return rows.get(FLOAT, factors + DEVIATION_OFFSET);
    }

    static void set(
            MemorySegment rows, long factors, double add, double multiply, double deviation) {
        rows.set(FLOAT, factors, (float) add);
        rows.set(FLOAT, factors + MULTIPLY_OFFSET, (float) multiply);
        rows.set(FLOAT, factors + DEVIATION_OFFSET, (float) deviation);
    }

    /** Sums over the components of a residual r, its code c and the mean. */
    record Sums(double residual, double towards, double agreement, double code) {

        /**
         * @param residual |r|^2
         * @param towards &lt;mean, r>
         * @param agreement &lt;r, c>
         * @param code |c|^2
         */
        Sums {}

        /** Writes the factors that follow. */
        void write(Metric metric, int components, MemorySegment rows, long factors) {
            double least = AGREEMENT_MIN * Math.sqrt(residual * code);
            double multiple = agreement > least ? residual / agreement : 0;
            double sideways = residual + multiple * (multiple * code - 2 * agreement);
            double deviation = Math.sqrt(Math.max(0, sideways) / Math.max(1, components - 1));
            switch (metric) {
                case COSINE, DOT -> set(rows, factors, -towards, -multiple, deviation);
                case EUCLIDEAN -> set(rows, factors, residual, -2 * multiple, 2 * deviation);
                case MANHATTAN -> throw new AssertionError("no dot products under MANHATTAN");
            }
        }
    }
}
