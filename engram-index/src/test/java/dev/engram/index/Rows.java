package dev.engram.index;

import static org.assertj.core.api.Assertions.assertThat;

import dev.engram.index.kernel.Instructions;
import dev.engram.index.kernel.KeptVectors;
import dev.engram.index.kernel.Kernel;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.random.RandomGenerator;

/** Makes vectors to search. */
public final class Rows {

    private Rows() {}

    /** Off-heap rows of the components given; all of one length. */
    public static Vectors of(int dimension, float[]... rows) {
        MemorySegment memory =
                Arena.ofAuto().allocate(Math.max(1, 4L * rows.length * dimension), 64);
        for (int i = 0; i < rows.length; i++) {
            MemorySegment.copy(rows[i], 0, memory, Vectors.FLOAT, 4L * i * dimension, dimension);
        }
        return new Vectors(memory.asSlice(0, 4L * rows.length * dimension), rows.length, dimension);
    }

    /**
     * Rows around random centres, as real embeddings lie, of length 1 for cosine.
     *
     * <p>Every component is a small multiple of a power of two, so that all sums are exact in
     * float: every kernel computes the same distances, whatever its order of additions.
     */
    public static float[][] clustered(
            RandomGenerator random, Metric metric, int count, int dimension, int clusters) {
        float[][] centres = new float[clusters][dimension];
        for (float[] centre : centres) {
            for (int i = 0; i < dimension; i++) {
                centre[i] = (float) random.nextGaussian();
            }
        }
        float[][] rows = new float[count][];
        for (int r = 0; r < count; r++) {
            float[] centre = centres[random.nextInt(clusters)];
            float[] row = new float[dimension];
            for (int i = 0; i < dimension; i++) {
                row[i] = centre[i] + 0.6f * (float) random.nextGaussian();
            }
            rows[r] = exact(metric, row);
        }
        return rows;
    }

    private static float[] exact(Metric metric, float[] row) {
        double scale = 16;
        if (metric == Metric.COSINE) {
            double squares = 0;
            for (float x : row) {
                squares += (double) x * x;
            }
            scale = 1024 / Math.sqrt(squares);
        }
        float[] exact = new float[row.length];
        for (int i = 0; i < row.length; i++) {
            exact[i] = Math.round(row[i] * scale) / 1024f;
        }
        return exact;
    }

    /** Vectors that were kept. */
    public static VectorSource kept(Vectors vectors, Metric metric, Instructions instructions) {
        return new KeptVectors(vectors, Kernel.of(metric, instructions));
    }

    /** Vectors that were kept, with the best instructions there are. */
    public static VectorSource kept(Vectors vectors, Metric metric) {
        return kept(vectors, metric, Instructions.best());
    }

    /** Vectors that were not kept, but come anew for every question, as from a model. */
    static VectorSource recalled(Vectors vectors, Metric metric) {
        float[][] rows = new float[vectors.count()][];
        for (int i = 0; i < rows.length; i++) {
            rows[i] = vectors.row(i);
        }
        return new VectorSource() {
            @Override
            public int count() {
                return rows.length;
            }

            @Override
            public int dimension() {
                return vectors.dimension();
            }

            @Override
            public void distances(float[] query, int[] ordinals, int count, float[] out) {
                assertThat(Arrays.stream(ordinals, 0, count).distinct().count()).isEqualTo(count);
                for (int i = 0; i < count; i++) {
                    out[i] = (float) ExactOracle.distance(metric, query, rows[ordinals[i]]);
                }
            }
        };
    }
}
