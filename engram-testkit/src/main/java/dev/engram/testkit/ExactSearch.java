package dev.engram.testkit;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.function.IntPredicate;

/**
 * The oracle every index is compared with: looks at each vector, in double precision. It shares no
 * code with the indexes, so that it cannot share their mistakes.
 */
public final class ExactSearch {

    private static final Comparator<Hit> NEAREST_FIRST =
            Comparator.comparingDouble(Hit::distance).thenComparingInt(Hit::ordinal);

    /** What the rounding of a float may do to a distance near 1. */
    private static final double TIE = 1e-6;

    private final float[][] vectors;
    private final Distance distance;

    /**
     * @param vectors of one dimension; the ordinal of each is its place
     * @param distance to the query
     */
    public ExactSearch(float[][] vectors, Distance distance) {
        this.vectors = vectors;
        this.distance = distance;
    }

    /**
     * One answer.
     *
     * @param ordinal the vector's place, from 0
     * @param distance to the query
     */
    public record Hit(int ordinal, double distance) {

        public Hit {
            if (Double.isNaN(distance)) {
                throw new IllegalArgumentException("distance of vector " + ordinal + ": NaN");
            }
            // Makes -0.0 a 0.0: Double.compare tells them apart, and they would be no tie.
            distance += 0.0;
        }
    }

    /** The {@code k} nearest vectors, nearest first, ties by ordinal. */
    public List<Hit> nearest(float[] query, int k) {
        return nearest(query, k, _ -> true);
    }

    /**
     * The {@code k} nearest of the accepted vectors, nearest first, ties by ordinal.
     *
     * @param k how many, >= 1; fewer come back only where fewer are accepted
     */
    public List<Hit> nearest(float[] query, int k, IntPredicate accepted) {
        if (k < 1) {
            throw new IllegalArgumentException("k: " + k + " (expected: >= 1)");
        }
        PriorityQueue<Hit> farthestFirst = new PriorityQueue<>(NEAREST_FIRST.reversed());
        for (int ordinal = 0; ordinal < vectors.length; ordinal++) {
            if (accepted.test(ordinal)) {
                farthestFirst.add(new Hit(ordinal, distance.between(vectors[ordinal], query)));
                if (farthestFirst.size() > k) {
                    farthestFirst.remove();
                }
            }
        }
        List<Hit> found = new ArrayList<>(farthestFirst);
        found.sort(NEAREST_FIRST);
        return List.copyOf(found);
    }

    /**
     * How much of the true answer an index found, 0..1. An ordinal that lies no farther than the
     * last of the true ones counts, so that the order among equals does not matter.
     *
     * @param found ordinals in any order, none twice
     */
    public double recall(float[] query, int k, IntPredicate accepted, int[] found) {
        List<Hit> exact = nearest(query, k, accepted);
        if (exact.isEmpty()) {
            return 1;
        }
        double last = exact.getLast().distance();
        double bound = last + TIE * Math.max(1, Math.abs(last));
        int good = 0;
        for (int ordinal : found) {
            if (accepted.test(ordinal) && distance.between(vectors[ordinal], query) <= bound) {
                good++;
            }
        }
        return Math.min(good, exact.size()) / (double) exact.size();
    }
}
