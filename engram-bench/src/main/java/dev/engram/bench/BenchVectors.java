package dev.engram.bench;

import dev.engram.index.Vectors;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.random.RandomGenerator;

/**
 * Makes vectors as text embeddings are: length 1, clustered, of fewer dimensions than they have.
 */
final class BenchVectors {

    private static final ValueLayout.OfFloat FLOAT =
            ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final int LATENT = 32;
    private static final int CLUSTERS = 100;

    private BenchVectors() {}

    static Vectors embeddings(RandomGenerator random, int count, int dimension, Arena arena) {
        float[][] axes = gaussian(random, LATENT, dimension);
        float[][] centres = gaussian(random, CLUSTERS, LATENT);
        MemorySegment rows = arena.allocate(4L * count * dimension, 64);
        float[] row = new float[dimension];
        for (int r = 0; r < count; r++) {
            fill(random, row, axes, centres[random.nextInt(CLUSTERS)]);
            MemorySegment.copy(row, 0, rows, FLOAT, 4L * r * dimension, dimension);
        }
        return new Vectors(rows, count, dimension);
    }

    /**
     * Makes vectors as image descriptors are: whole numbers in 0..218, in many clusters of fewer
     * dimensions than they have.
     */
    static Vectors descriptors(RandomGenerator random, int count, int dimension, Arena arena) {
        float[][] axes = gaussian(random, LATENT, dimension);
        float[][] centres = gaussian(random, 20 * CLUSTERS, LATENT);
        MemorySegment rows = arena.allocate(4L * count * dimension, 64);
        float[] row = new float[dimension];
        for (int r = 0; r < count; r++) {
            float[] centre = centres[random.nextInt(centres.length)];
            Arrays.fill(row, 0);
            for (int l = 0; l < LATENT; l++) {
                float weight = 0.7f * centre[l] + 0.7f * (float) random.nextGaussian();
                for (int i = 0; i < dimension; i++) {
                    row[i] += weight * axes[l][i];
                }
            }
            for (int i = 0; i < dimension; i++) {
                double value = 30 + 7 * row[i] + 5 * random.nextGaussian();
                row[i] = Math.round(Math.clamp(value, 0, 218));
            }
            MemorySegment.copy(row, 0, rows, FLOAT, 4L * r * dimension, dimension);
        }
        return new Vectors(rows, count, dimension);
    }

    private static float[][] gaussian(RandomGenerator random, int rows, int columns) {
        float[][] numbers = new float[rows][columns];
        for (float[] row : numbers) {
            for (int i = 0; i < columns; i++) {
                row[i] = (float) random.nextGaussian();
            }
        }
        return numbers;
    }

    private static void fill(RandomGenerator random, float[] row, float[][] axes, float[] centre) {
        for (int i = 0; i < row.length; i++) {
            row[i] = 0.3f * (float) random.nextGaussian();
        }
        for (int l = 0; l < LATENT; l++) {
            float weight = centre[l] + 0.5f * (float) random.nextGaussian();
            for (int i = 0; i < row.length; i++) {
                row[i] += weight * axes[l][i];
            }
        }
        double squares = 0;
        for (float x : row) {
            squares += (double) x * x;
        }
        for (int i = 0; i < row.length; i++) {
            row[i] /= (float) Math.sqrt(squares);
        }
    }
}
