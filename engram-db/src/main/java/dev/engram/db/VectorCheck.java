package dev.engram.db;

import dev.engram.index.Metric;

/** Brings vectors into the form the index keeps, or says what is wrong with them. */
final class VectorCheck {

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
