package dev.engram.text.embed;

import java.nio.FloatBuffer;

/** From the vectors of tokens to the vector of a text. Sums run in token order: always alike. */
final class Pooling {

    private Pooling() {}

    /**
     * The mean of all rows. There is no padding, so every row counts.
     *
     * @param rows tokens * dimension values, row after row
     */
    static float[] mean(FloatBuffer rows, int tokens, int dimension) {
        float[] row = new float[dimension];
        float[] sum = new float[dimension];
        for (int token = 0; token < tokens; token++) {
            rows.get(token * dimension, row);
            add(sum, row, 1);
        }
        for (int i = 0; i < dimension; i++) {
            sum[i] /= tokens;
        }
        return sum;
    }

    /** Adds {@code weight * row} to {@code sum}. */
    static void add(float[] sum, float[] row, float weight) {
        for (int i = 0; i < sum.length; i++) {
            sum[i] += weight * row[i];
        }
    }

    /** Scales a vector to length 1, in place; a vector of zeros stays. */
    static float[] normalise(float[] vector) {
        double squares = 0;
        for (float x : vector) {
            squares += (double) x * x;
        }
        double length = Math.sqrt(squares);
        if (length > 0) {
            for (int i = 0; i < vector.length; i++) {
                vector[i] = (float) (vector[i] / length);
            }
        }
        return vector;
    }
}
