package dev.engram.index.graph;

import dev.engram.index.Metric;
import dev.engram.index.Vectors;
import java.util.Arrays;
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

    /**
     * From so many times on that the common length grew, it grows by more than it must: vectors may
     * come by ascending length.
     */
    private static final int TIMES_MAX = 64;

    private static final double MARGIN = 1.25;

    private float[] components;

    /** Squared lengths, where vectors are added one by one. */
    private double[] squares = {};

    /** The square of the length that all have. */
    private double common;

    private int count;
    private int times;

    /** Makes distances under one common length comparable with those under another. */
    private float offset;

    private Lift(float[] components, double common) {
        this.components = components;
        this.common = common;
    }

    /** A lift of no vectors yet, null under a metric that needs none. */
    static @Nullable Lift growing(Metric metric) {
        return switch (metric) {
            case DOT -> new Lift(new float[0], 0);
            case COSINE, EUCLIDEAN, MANHATTAN -> null;
        };
    }

    /**
     * Adds the next vector of a growing lift. Where the common length grows, the lifts of all are
     * computed anew; that happens seldom.
     */
    void add(float[] row) {
        if (count == components.length) {
            components = Arrays.copyOf(components, Math.max(1024, 2 * count));
            squares = Arrays.copyOf(squares, components.length);
        }
        squares[count] = square(row);
        int first = count;
        if (squares[count] > common) {
            common = squares[count] * (times++ < TIMES_MAX ? 1 : MARGIN);
            offset = (float) common;
            first = 0;
        }
        count++;
        for (int ordinal = first; ordinal < count; ordinal++) {
            components[ordinal] = (float) Math.sqrt(common - squares[ordinal]);
        }
    }

    private static double square(float[] row) {
        double square = 0;
        for (float x : row) {
            square += (double) x * x;
        }
        return square;
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
            squares[ordinal] = square(row);
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
        return (float) common;
    }

    /** Makes distances between a vector and others those of the lifted ones. */
    void apply(int ordinal, int[] others, int count, float[] distances) {
        float component = components[ordinal];
        for (int i = 0; i < count; i++) {
            distances[i] += offset - component * components[others[i]];
        }
    }

    /** The same for others that follow each other. */
    void apply(int ordinal, int first, int count, float[] distances) {
        float component = components[ordinal];
        for (int i = 0; i < count; i++) {
            distances[i] += offset - component * components[first + i];
        }
    }
}
