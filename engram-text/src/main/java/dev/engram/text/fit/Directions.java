package dev.engram.text.fit;

import dev.engram.text.embed.Workers;

/**
 * The directions in which the terms of texts occur together: the first right singular vectors of
 * the matrix of texts by terms, found by subspace iteration from random signs (Halko, Martinsson
 * and Tropp, Finding structure with randomness, 2011, alg. 4.4).
 *
 * <p>Sums run over fixed blocks in a fixed order, so the result has the same bits on any number of
 * threads.
 */
final class Directions {

    private static final int OVERSAMPLING = 20;
    private static final int ITERATIONS = 3;
    private static final int BLOCK = 512;
    private static final double PIVOT_MIN = 1e-9;
    private static final long SEED = 0x656e6772616d5631L; // "engramV1"

    private final SparseRows texts;
    private final SparseRows terms;
    private final int rank;
    private final int width;
    private final Workers workers;

    /**
     * @param texts rows of length 1, a number for each term
     * @param rank how many directions are wanted; fewer where there are fewer texts or terms
     */
    Directions(SparseRows texts, int rank, Workers workers) {
        this.texts = texts;
        this.terms = texts.transposed();
        this.workers = workers;
        int most = Math.min(texts.rows(), texts.columns());
        this.rank = Math.min(rank, most);
        this.width = Math.min(rank + OVERSAMPLING, most);
    }

    int rank() {
        return rank;
    }

    /** For each term its number in each direction: terms x rank. */
    float[] find() {
        float[] basis = randomSigns();
        for (int i = 0; i < ITERATIONS; i++) {
            basis = terms.times(texts.times(basis, width, workers), width, workers);
            orthonormalise(basis);
        }
        // Once more: what rounding left of the first.
        orthonormalise(basis);
        double[][] axes = Eigen.vectors(gram(texts.times(basis, width, workers)));
        return turned(basis, axes);
    }

    private float[] randomSigns() {
        float[] signs = new float[texts.columns() * width];
        for (int i = 0; i < signs.length; i++) {
            signs[i] = FittedModel.mix(SEED + i) < 0 ? -1 : 1;
        }
        return signs;
    }

    /** The products of all columns with each other. */
    private double[][] gram(float[] rows) {
        int count = rows.length / width;
        int blocks = (count + BLOCK - 1) / BLOCK;
        double[][][] parts = new double[blocks][][];
        workers.each(
                blocks,
                block ->
                        parts[block] =
                                gram(rows, block * BLOCK, Math.min(count, (block + 1) * BLOCK)));
        double[][] sum = new double[width][width];
        for (double[][] part : parts) {
            for (int i = 0; i < width; i++) {
                for (int j = i; j < width; j++) {
                    sum[i][j] += part[i][j];
                }
            }
        }
        for (int i = 0; i < width; i++) {
            for (int j = 0; j < i; j++) {
                sum[i][j] = sum[j][i];
            }
        }
        return sum;
    }

    private double[][] gram(float[] rows, int from, int to) {
        double[][] sum = new double[width][width];
        double[] row = new double[width];
        for (int r = from; r < to; r++) {
            for (int i = 0; i < width; i++) {
                row[i] = rows[r * width + i];
            }
            for (int i = 0; i < width; i++) {
                addScaled(row, row[i], sum[i], i);
            }
        }
        return sum;
    }

    private static void addScaled(double[] row, double factor, double[] sum, int from) {
        for (int j = from; j < sum.length; j++) {
            sum[j] += factor * row[j];
        }
    }

    /** Makes the columns orthogonal and of length 1, by the Cholesky factor of their products. */
    private void orthonormalise(float[] basis) {
        double[][] upper = cholesky(gram(basis));
        int count = basis.length / width;
        int blocks = (count + BLOCK - 1) / BLOCK;
        workers.each(
                blocks,
                block -> {
                    double[] row = new double[width];
                    int end = Math.min(count, (block + 1) * BLOCK);
                    for (int r = block * BLOCK; r < end; r++) {
                        solve(basis, r * width, upper, row);
                    }
                });
    }

    /** Upper R with R'R = gram; a row of zeros for a column that adds nothing to those before. */
    private double[][] cholesky(double[][] gram) {
        double[][] upper = new double[width][width];
        for (int i = 0; i < width; i++) {
            double[] row = gram[i].clone();
            for (int k = 0; k < i; k++) {
                addScaled(upper[k], -upper[k][i], row, i);
            }
            if (row[i] > PIVOT_MIN * gram[i][i] && row[i] > 0) {
                double root = Math.sqrt(row[i]);
                for (int j = i; j < width; j++) {
                    upper[i][j] = row[j] / root;
                }
            }
        }
        return upper;
    }

    /** Replaces a row x by x R^-1. */
    private void solve(float[] basis, int at, double[][] upper, double[] row) {
        for (int i = 0; i < width; i++) {
            row[i] = basis[at + i];
        }
        for (int i = 0; i < width; i++) {
            double pivot = upper[i][i];
            double solved = pivot == 0 ? 0 : row[i] / pivot;
            if (solved != 0) {
                addScaled(upper[i], -solved, row, i);
            }
            basis[at + i] = (float) solved;
        }
    }

    private float[] turned(float[] basis, double[][] axes) {
        int count = basis.length / width;
        float[] found = new float[count * rank];
        int blocks = (count + BLOCK - 1) / BLOCK;
        workers.each(
                blocks,
                block -> {
                    int end = Math.min(count, (block + 1) * BLOCK);
                    for (int r = block * BLOCK; r < end; r++) {
                        for (int k = 0; k < rank; k++) {
                            found[r * rank + k] = product(basis, r * width, axes[k]);
                        }
                    }
                });
        return found;
    }

    private static float product(float[] basis, int at, double[] axis) {
        double sum = 0;
        for (int j = 0; j < axis.length; j++) {
            sum += basis[at + j] * axis[j];
        }
        return (float) sum;
    }
}
