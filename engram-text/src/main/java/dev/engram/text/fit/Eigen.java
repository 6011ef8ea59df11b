package dev.engram.text.fit;

import java.util.Arrays;

/**
 * Eigenvectors of a symmetric matrix without negative eigenvalues, by one-sided Jacobi rotations:
 * rows are turned in pairs until all are orthogonal to each other (Hestenes, 1958). Whole rows are
 * touched at a time, and the order is fixed: always the same bits.
 */
public final class Eigen {

    private static final int SWEEPS_MAX = 30;
    private static final double TOLERANCE = 1e-9;

    private final double[][] turned;
    private final double[][] turn;

    private Eigen(double[][] matrix) {
        turned = new double[matrix.length][];
        turn = new double[matrix.length][matrix.length];
        for (int i = 0; i < matrix.length; i++) {
            turned[i] = matrix[i].clone();
            turn[i][i] = 1;
        }
    }

    /**
     * The eigenvectors as rows, that of the largest eigenvalue first.
     *
     * @param matrix symmetric, n rows of n
     */
    public static double[][] vectors(double[][] matrix) {
        Eigen eigen = new Eigen(matrix);
        for (int sweep = 0; sweep < SWEEPS_MAX; sweep++) {
            if (!eigen.sweep()) {
                break;
            }
        }
        return eigen.sorted();
    }

    /** Turns every pair of rows once; false where all were orthogonal. */
    private boolean sweep() {
        double[] squares = new double[turned.length];
        for (int i = 0; i < turned.length; i++) {
            squares[i] = dot(turned[i], turned[i]);
        }
        boolean any = false;
        for (int p = 0; p < turned.length; p++) {
            for (int q = p + 1; q < turned.length; q++) {
                double dot = dot(turned[p], turned[q]);
                if (Math.abs(dot) > TOLERANCE * Math.sqrt(squares[p] * squares[q])) {
                    any = true;
                    turn(p, q, dot, squares);
                }
            }
        }
        return any;
    }

    private void turn(int p, int q, double dot, double[] squares) {
        double zeta = (squares[q] - squares[p]) / (2 * dot);
        double tangent = 1 / (Math.abs(zeta) + Math.sqrt(1 + zeta * zeta));
        tangent = zeta < 0 ? -tangent : tangent;
        double cosine = 1 / Math.sqrt(1 + tangent * tangent);
        rotate(turned[p], turned[q], cosine, cosine * tangent);
        rotate(turn[p], turn[q], cosine, cosine * tangent);
        squares[p] -= tangent * dot;
        squares[q] += tangent * dot;
    }

    private static void rotate(double[] p, double[] q, double cosine, double sine) {
        for (int i = 0; i < p.length; i++) {
            double x = p[i];
            double y = q[i];
            p[i] = cosine * x - sine * y;
            q[i] = sine * x + cosine * y;
        }
    }

    private static double dot(double[] a, double[] b) {
        double sum0 = 0;
        double sum1 = 0;
        double sum2 = 0;
        double sum3 = 0;
        int i = 0;
        for (; i + 3 < a.length; i += 4) {
            sum0 += a[i] * b[i];
            sum1 += a[i + 1] * b[i + 1];
            sum2 += a[i + 2] * b[i + 2];
            sum3 += a[i + 3] * b[i + 3];
        }
        for (; i < a.length; i++) {
            sum0 += a[i] * b[i];
        }
        return (sum0 + sum1) + (sum2 + sum3);
    }

    /** By length of the turned rows, which are the eigenvalues; a stable order. */
    private double[][] sorted() {
        Integer[] order = new Integer[turned.length];
        double[] values = new double[turned.length];
        for (int i = 0; i < order.length; i++) {
            order[i] = i;
            values[i] = dot(turned[i], turned[i]);
        }
        Arrays.sort(order, (a, b) -> Double.compare(values[b], values[a]));
        double[][] vectors = new double[order.length][];
        for (int i = 0; i < order.length; i++) {
            vectors[i] = turn[order[i]];
        }
        return vectors;
    }
}
