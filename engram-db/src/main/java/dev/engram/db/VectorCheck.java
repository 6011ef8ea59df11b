package dev.engram.db;

import dev.engram.index.Metric;
import java.util.Locale;

/** Brings vectors into the form the index keeps, or says what is wrong with them. */
final class VectorCheck {

    /** Squares of longer vectors could not be told apart as float32, nor their differences. */
    private static final double SQUARES_MAX = Float.MAX_VALUE / 4;

    private VectorCheck() {}

    /**
     * A vector as the index wants it: of length 1 under cosine, else as it is.
     *
     * @param what names the vector in the message
     */
    static float[] prepare(float[] vector, CatalogEntry entry, String what) {
        if (vector.length != entry.dimension()) {
            throw new IllegalArgumentException(
                    what
                            + ": "
                            + vector.length
                            + " components (expected: "
                            + entry.dimension()
                            + ", the collection's dimension)");
        }
        double squares = 0;
        for (int i = 0; i < vector.length; i++) {
            if (!Float.isFinite(vector[i])) {
                throw new IllegalArgumentException(
                        what + ": component " + i + " is " + vector[i] + " (expected: a number)");
            }
            squares += (double) vector[i] * vector[i];
        }
        if (squares > SQUARES_MAX && entry.metric() != Metric.COSINE) {
            throw new IllegalArgumentException(
                    String.format(
                            Locale.ROOT,
                            "%s: length %.3g (expected: at most %.3g, for distances to stay"
                                    + " finite)",
                            what,
                            Math.sqrt(squares),
                            Math.sqrt(SQUARES_MAX)));
        }
        return entry.metric() == Metric.COSINE
                ? unit(vector, Math.sqrt(squares), what)
                : vector.clone();
    }

    private static float[] unit(float[] vector, double length, String what) {
        if (length == 0) {
            throw new IllegalArgumentException(
                    what + ": all components are 0 (expected: a direction, for cosine)");
        }
        float[] unit = new float[vector.length];
        for (int i = 0; i < vector.length; i++) {
            unit[i] = (float) (vector[i] / length);
        }
        return unit;
    }
}
