package dev.engram.index.graph;

import dev.engram.index.Metric;
import dev.engram.index.Vectors;
import org.jspecify.annotations.Nullable;

/**
 * One more component for every vector, so that all have the same length.
 *
 * <p>Under the plain dot product long vectors are near to everything, and a graph built by it links
 * to little else. Between vectors of one length the greatest dot product is the least distance
 * (Bachrach and others, "Speeding up the Xbox recommender system using a euclidean transformation
 * for inner-product spaces", 2014). A query's extra component is zero, so a search needs none of
 * this: only the build does.
 */
final class Lift {

    private final float[] components;
    private final float squaredLength;

    private Lift(float[] components, double squaredLength) {
        this.components = components;
        this.squaredLength = (float) squaredLength;
    }

    /** The lift of the vectors, null under a metric that needs none. */
    static @Nullable Lift of(Vectors vectors, Metric metric) {
        return switch (metric) {
            case DOT -> of(vectors);
            case COSINE, EUCLIDEAN, MANHATTAN -> null;
        };
    }

    private static Lift of(Vectors vectors) {
        double[] squares = new double[vectors.count()];
        double longest = 0;
        float[] row = new float[vectors.dimension()];
        for (int ordinal = 0; ordinal < squares.length; ordinal++) {
            vectors.copyRow(ordinal, row);
            for (float x : row) {
                squares[ordinal] += (double) x * x;
            }
            longest = Math.max(longest, squares[ordinal]);
        }
        float[] components = new float[squares.length];
        for (int ordinal = 0; ordinal < squares.length; ordinal++) {
            components[ordinal] = (float) Math.sqrt(longest - squares[ordinal]);
        }
        return new Lift(components, longest);
    }

    /** The squared length that all lifted vectors have. */
    float squaredLength() {
        return squaredLength;
    }

    /** Makes distances between a vector and others those of the lifted ones. */
    void apply(int ordinal, int[] others, int count, float[] distances) {
        float component = components[ordinal];
        for (int i = 0; i < count; i++) {
            distances[i] -= component * components[others[i]];
        }
    }

    /** The same for others that follow each other. */
    void apply(int ordinal, int first, int count, float[] distances) {
        float component = components[ordinal];
        for (int i = 0; i < count; i++) {
            distances[i] -= component * components[first + i];
        }
    }
}
