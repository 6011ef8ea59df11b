package dev.engram.index.codes;

import java.util.SplittableRandom;

/**
 * A random orthogonal map that takes no memory worth the name and few operations: rounds of random
 * signs and a Walsh-Hadamard transform (Ailon and Chazelle, "The fast Johnson-Lindenstrauss
 * transform and approximate nearest neighbors", 2009).
 *
 * <p>A transform takes a power of two of components: the first so many in even rounds, the last so
 * many in odd ones. These are more than half, so that the two overlap and all components mix. All
 * additions have one order, on every machine.
 */
final class Turn {

    private static final int ROUNDS = 4;

    private final int dimension;

    /** Components a transform takes. */
    private final int span;

    private final float scale;

    /** 1 or -1 for every component, round after round. */
    private final float[] signs;

    Turn(int dimension, long seed) {
        this.dimension = dimension;
        this.span = Integer.highestOneBit(dimension);
        this.scale = (float) (1 / Math.sqrt(span));
        this.signs = new float[ROUNDS * dimension];
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < signs.length; i++) {
            signs[i] = random.nextBoolean() ? 1 : -1;
        }
    }

    /** Turns a vector in its place. */
    void apply(float[] vector) {
        for (int round = 0; round < ROUNDS; round++) {
            flip(vector, round);
            transform(vector, first(round));
        }
    }

    /** Undoes {@link #apply}. */
    void undo(float[] vector) {
        for (int round = ROUNDS - 1; round >= 0; round--) {
            transform(vector, first(round));
            flip(vector, round);
        }
    }

    private int first(int round) {
        return round % 2 == 0 ? 0 : dimension - span;
    }

    private void flip(float[] vector, int round) {
        for (int i = 0; i < dimension; i++) {
            vector[i] *= signs[round * dimension + i];
        }
    }

    /** The transform is its own inverse. */
    private void transform(float[] vector, int first) {
        int end = first + span;
        for (int half = 1; half < span; half *= 2) {
            for (int from = first; from < end; from += 2 * half) {
                for (int i = from; i < from + half; i++) {
                    float a = vector[i];
                    float b = vector[i + half];
                    vector[i] = a + b;
                    vector[i + half] = a - b;
                }
            }
        }
        for (int i = first; i < end; i++) {
            vector[i] *= scale;
        }
    }
}
