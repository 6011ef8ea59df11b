package dev.engram.text.embed;

import java.nio.FloatBuffer;
import java.util.Locale;

/** From the vectors of tokens to the vector of a text. Sums run in token order: always alike. */
enum Pooling {
    /** The mean of all tokens. There is no padding, so every token counts. */
    MEAN,
    /** The first token. */
    CLS,
    /** Of each component the largest. */
    MAX,
    /** The last token. */
    LAST;

    /**
     * The vector of a text.
     *
     * @param rows tokens * dimension values, row after row
     */
    float[] pool(FloatBuffer rows, int tokens, int dimension) {
        return switch (this) {
            case MEAN -> mean(rows, tokens, dimension);
            case CLS -> row(rows, 0, dimension);
            case MAX -> max(rows, tokens, dimension);
            case LAST -> row(rows, tokens - 1, dimension);
        };
    }

    /** Its name in files and identities. */
    String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    private static float[] row(FloatBuffer rows, int token, int dimension) {
        float[] row = new float[dimension];
        rows.get(token * dimension, row);
        return row;
    }

    private static float[] max(FloatBuffer rows, int tokens, int dimension) {
        float[] most = row(rows, 0, dimension);
        float[] row = new float[dimension];
        for (int token = 1; token < tokens; token++) {
            rows.get(token * dimension, row);
            for (int i = 0; i < dimension; i++) {
                most[i] = Math.max(most[i], row[i]);
            }
        }
        return most;
    }

    /** The mean of all rows. */
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
