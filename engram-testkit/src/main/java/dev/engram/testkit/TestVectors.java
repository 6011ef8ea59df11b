package dev.engram.testkit;

import java.util.random.RandomGenerator;

/** Sets of vectors to index and to ask for; the same generator gives the same set. */
public final class TestVectors {

    private TestVectors() {}

    /**
     * Components drawn evenly from -1..1. The hardest kind for a graph: in high dimensions all
     * distances are nearly equal.
     *
     * @return {@code count} vectors of {@code dimension} components
     */
    public static float[][] uniform(RandomGenerator random, int count, int dimension) {
        float[][] vectors = new float[count][dimension];
        for (float[] vector : vectors) {
            for (int i = 0; i < dimension; i++) {
                vector[i] = random.nextFloat(-1, 1);
            }
        }
        return vectors;
    }

    /**
     * A mixture of Gaussians, as embeddings of texts on a number of topics are: centres of standard
     * deviation 1 in each component, vectors around them in turn.
     *
     * @param clusters how many centres, >= 1
     * @param spread standard deviation of each component around its centre; below 1 the clusters
     *     are apart
     */
    public static float[][] clustered(
            RandomGenerator random, int count, int dimension, int clusters, double spread) {
        if (clusters < 1) {
            throw new IllegalArgumentException("clusters: " + clusters + " (expected: >= 1)");
        }
        float[][] centres = gaussian(random, clusters, dimension, 1);
        float[][] vectors = gaussian(random, count, dimension, spread);
        for (int v = 0; v < count; v++) {
            float[] centre = centres[v % clusters];
            for (int i = 0; i < dimension; i++) {
                vectors[v][i] += centre[i];
            }
        }
        return vectors;
    }

    /** Vectors of length 1 in directions drawn evenly from the sphere. */
    public static float[][] onSphere(RandomGenerator random, int count, int dimension) {
        return normalised(gaussian(random, count, dimension, 1));
    }

    /** Copies scaled to length 1; a vector of zeros stays one. */
    public static float[][] normalised(float[][] vectors) {
        float[][] unit = new float[vectors.length][];
        for (int v = 0; v < vectors.length; v++) {
            unit[v] = normalised(vectors[v]);
        }
        return unit;
    }

    /** A copy scaled to length 1; a vector of zeros stays one. */
    public static float[] normalised(float[] vector) {
        double squares = 0;
        for (float component : vector) {
            squares += (double) component * component;
        }
        double scale = squares == 0 ? 0 : 1 / Math.sqrt(squares);
        float[] unit = new float[vector.length];
        for (int i = 0; i < vector.length; i++) {
            unit[i] = (float) (vector[i] * scale);
        }
        return unit;
    }

    private static float[][] gaussian(
            RandomGenerator random, int count, int dimension, double deviation) {
        float[][] vectors = new float[count][dimension];
        for (float[] vector : vectors) {
            for (int i = 0; i < dimension; i++) {
                vector[i] = (float) (random.nextGaussian() * deviation);
            }
        }
        return vectors;
    }
}
