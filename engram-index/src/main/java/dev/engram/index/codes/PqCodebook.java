package dev.engram.index.codes;

import dev.engram.index.kernel.Instructions;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.SplittableRandom;

/**
 * Codes of 4 bits for parts of a vector (Jégou and others, "Product quantization for nearest
 * neighbor search", 2011). What is coded are directions: the residuals between linked vectors, at
 * length 1. About 2 bits a component up to 200 components, 1 bit above.
 *
 * @param mean of the vectors, {@code parts * width} components, zero behind the dimension; queries
 *     and centres are taken relative to it, so that sums stay small
 * @param width components a part
 * @param parts codes a vector, a multiple of 4
 * @param centroids 16 a component, {@code parts * width * 16}
 */
public record PqCodebook(float[] mean, int width, int parts, float[] centroids) {

    /** Centroids a part. */
    public static final int CENTROIDS = 16;

    /** Bits a code. */
    static final int BITS = 4;

    private static final int DIMENSION_OF_TWO_BITS = 200;

    /** With more, the 16-bit sums would leave each table entry too few levels. */
    private static final int PARTS_MAX = 1024;

    private static final int ROUNDS = 12;

    private static final ValueLayout.OfFloat FLOAT =
            ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    /** Components a part, for vectors of a dimension. */
    public static int width(int dimension) {
        return dimension <= DIMENSION_OF_TWO_BITS
                ? 2
                : Math.max(4, Math.ceilDiv(dimension, PARTS_MAX));
    }

    /** Codes a vector of a dimension, a multiple of 4. */
    public static int parts(int dimension) {
        return Math.ceilDiv(dimension, 4 * width(dimension)) * 4;
    }

    /**
     * Learns centroids: k-means (Lloyd, 1982) on every part, from the first of the samples.
     *
     * @param mean of the vectors
     * @param samples directions, {@code parts * width} components each; may be none
     */
    public static PqCodebook train(
            float[] mean, float[][] samples, long seed, Instructions instructions) {
        int width = width(mean.length);
        int parts = parts(mean.length);
        float[] centroids = new float[parts * width * CENTROIDS];
        if (samples.length > 0) {
            start(centroids, width, samples, new SplittableRandom(seed));
        }
        PqKernel kernel = PqKernel.of(instructions);
        for (int round = 0; round < ROUNDS; round++) {
            improve(centroids, width, parts, samples, kernel);
        }
        float[] padded = new float[parts * width];
        System.arraycopy(mean, 0, padded, 0, mean.length);
        return new PqCodebook(padded, width, parts, centroids);
    }

    private static void start(
            float[] centroids, int width, float[][] samples, SplittableRandom random) {
        for (int i = 0; i < centroids.length; i += width * CENTROIDS) {
            for (int c = 0; c < CENTROIDS; c++) {
                float[] sample = samples[random.nextInt(samples.length)];
                for (int j = 0; j < width; j++) {
                    int component = i / CENTROIDS + j;
                    centroids[component * CENTROIDS + c] = sample[component];
                }
            }
        }
    }

    private static void improve(
            float[] centroids, int width, int parts, float[][] samples, PqKernel kernel) {
        float[] sums = new float[centroids.length];
        int[] counts = new int[parts * CENTROIDS];
        byte[] codes = new byte[parts];
        for (float[] sample : samples) {
            kernel.nearest(centroids, BITS, width, sample, codes);
            for (int part = 0; part < parts; part++) {
                counts[part * CENTROIDS + codes[part]]++;
                for (int i = part * width; i < (part + 1) * width; i++) {
                    sums[i * CENTROIDS + codes[part]] += sample[i];
                }
            }
        }
        for (int at = 0; at < centroids.length; at++) {
            int count = counts[at / (width * CENTROIDS) * CENTROIDS + at % CENTROIDS];
            // A centroid that nobody chose stays where it is: somebody may the next time.
            if (count > 0) {
                centroids[at] = sums[at] / count;
            }
        }
    }

    /** The bytes of {@link #write} for vectors of a dimension. */
    public static long bytes(int dimension) {
        return (long) parts(dimension) * width(dimension) * (1 + CENTROIDS) * Float.BYTES;
    }

    /** Reads what {@link #write} wrote for vectors of a dimension. */
    public static PqCodebook read(MemorySegment from, int dimension) {
        float[] mean = new float[parts(dimension) * width(dimension)];
        float[] centroids = new float[mean.length * CENTROIDS];
        MemorySegment.copy(from, FLOAT, 0, mean, 0, mean.length);
        MemorySegment.copy(
                from, FLOAT, (long) mean.length * Float.BYTES, centroids, 0, centroids.length);
        return new PqCodebook(mean, width(dimension), parts(dimension), centroids);
    }

    /** Writes the mean, padded, and then the 16 centroids of every component. */
    public void write(MemorySegment into) {
        MemorySegment.copy(mean, 0, into, FLOAT, 0, mean.length);
        MemorySegment.copy(
                centroids, 0, into, FLOAT, (long) mean.length * Float.BYTES, centroids.length);
    }

    /** Whether all numbers are ones that training can give. */
    public boolean isSane() {
        float sum = 0;
        for (float x : mean) {
            sum += x * 0;
        }
        for (float x : centroids) {
            sum += x * 0;
        }
        // Zero times what is not finite is not a number.
        return sum == 0;
    }

    /** Components of a padded vector. */
    public int padded() {
        return mean.length;
    }
}
