package dev.engram.bench;

import dev.engram.index.Metric;
import java.util.Arrays;

/**
 * Counts right answers: those not farther than the last true neighbour, so that of several vectors
 * at the same distance any may be answered.
 */
final class Judge {

    private final float[][] base;
    private final float[][] queries;
    private final Metric metric;
    private final double[] farthest;

    /**
     * @param truth by query the ordinals of its nearest vectors
     */
    Judge(float[][] base, float[][] queries, int[][] truth, Metric metric) {
        this.base = base;
        this.queries = queries;
        this.metric = metric;
        this.farthest = new double[queries.length];
        for (int query = 0; query < queries.length; query++) {
            int number = query;
            farthest[query] =
                    Arrays.stream(truth[query])
                            .mapToDouble(id -> distance(number, id))
                            .max()
                            .orElseThrow();
        }
    }

    /** How many of the answers to a query are right. */
    int hits(int query, int[] answers) {
        int hits = 0;
        for (int id : answers) {
            hits += distance(query, id) <= farthest[query] ? 1 : 0;
        }
        return hits;
    }

    private double distance(int query, int id) {
        float[] a = queries[query];
        float[] b = base[id];
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum +=
                    switch (metric) {
                        case COSINE, DOT -> -(double) a[i] * b[i];
                        case EUCLIDEAN -> ((double) a[i] - b[i]) * ((double) a[i] - b[i]);
                        case MANHATTAN -> Math.abs((double) a[i] - b[i]);
                    };
        }
        return sum;
    }
}
