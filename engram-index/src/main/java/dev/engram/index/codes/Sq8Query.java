package dev.engram.index.codes;

import dev.engram.index.Metric;

/**
 * A query turned into what {@link Sq8Kernel} computes with, so that codes need not be turned back
 * into components. Under a difference of components, {@code terms[i] + weights[i] * code} is the
 * query's component minus the vector's; under the dot product, {@code base} plus the sum of {@code
 * weights[i] * code} is the distance. Not safe for several threads.
 */
public final class Sq8Query implements ErrorBound {

    /** Of the error of one rounding, which is uniform over a step. */
    private static final double DEVIATION = Math.sqrt(1 / 12.0);

    /** Errors this many deviations off are not waited for. */
    private static final double DEVIATIONS = 4;

    private final Sq8 codes;
    private final Metric metric;
    final float[] terms;
    final float[] weights;
    float base;
    private double deviation;

    /** Of any query until {@link #set}. */
    public Sq8Query(Sq8 codes, Metric metric) {
        int width = Sq8.rowBytes(codes.lows().length);
        this.codes = codes;
        this.metric = metric;
        this.terms = new float[width];
        this.weights = new float[width];
        switch (metric) {
            case COSINE, DOT -> {}
            case EUCLIDEAN, MANHATTAN -> setSteps();
        }
    }

    private void setSteps() {
        double squares = 0;
        for (int i = 0; i < codes.steps().length; i++) {
            float step = codes.steps()[i];
            weights[i] = -step;
            squares += (double) step * step;
        }
        deviation = DEVIATION * Math.sqrt(squares);
    }

    /** From now on this vector is asked for. */
    public void set(float[] vector) {
        switch (metric) {
            case COSINE, DOT -> setDot(vector);
            case EUCLIDEAN, MANHATTAN -> setDifference(vector);
        }
    }

    private void setDot(float[] vector) {
        float[] lows = codes.lows();
        float[] steps = codes.steps();
        double sum = 0;
        double squares = 0;
        for (int i = 0; i < lows.length; i++) {
            float weight = vector[i] * steps[i];
            weights[i] = -weight;
            sum += vector[i] * lows[i];
            squares += weight * weight;
        }
        base = (float) -sum;
        deviation = DEVIATION * Math.sqrt(squares);
    }

    private void setDifference(float[] vector) {
        float[] lows = codes.lows();
        for (int i = 0; i < lows.length; i++) {
            terms[i] = vector[i] - lows[i];
        }
    }

    @Override
    public float slack(int ordinal, float distance) {
        double spread =
                switch (metric) {
                    case COSINE, DOT, MANHATTAN -> deviation;
                    // The error of each component counts by twice its difference.
                    case EUCLIDEAN ->
                            2 * deviation * Math.sqrt(Math.max(0, distance) / codes.lows().length);
                };
        return (float) (DEVIATIONS * spread);
    }

    /** Bytes of a row, all of which kernels read. */
    public int rowBytes() {
        return weights.length;
    }
}
