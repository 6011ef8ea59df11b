package dev.engram.testkit;

import java.util.Locale;

/** How far two vectors are apart, computed in double precision; smaller is nearer. */
@FunctionalInterface
public interface Distance {

    /** Minus the cosine of the angle, whatever the lengths; 0 where a vector is all zeros. */
    Distance COSINE =
            (a, b) -> {
                double lengths = Math.sqrt(dot(a, a)) * Math.sqrt(dot(b, b));
                return lengths == 0 ? 0 : -dot(a, b) / lengths;
            };

    /** Minus the dot product. */
    Distance DOT = (a, b) -> -dot(a, b);

    /** The squared euclidean distance. */
    Distance EUCLIDEAN =
            (a, b) -> {
                double sum = 0;
                for (int i = 0; i < a.length; i++) {
                    double difference = (double) a[i] - b[i];
                    sum += difference * difference;
                }
                return sum;
            };

    /** The sum of the absolute differences. */
    Distance MANHATTAN =
            (a, b) -> {
                double sum = 0;
                for (int i = 0; i < a.length; i++) {
                    sum += Math.abs((double) a[i] - b[i]);
                }
                return sum;
            };

    /**
     * The distance between two vectors.
     *
     * @param a as long as {@code b}
     * @param b as long as {@code a}
     */
    double between(float[] a, float[] b);

    /**
     * The distance that a metric of the index stands for.
     *
     * @param metric {@code cosine}, {@code dot}, {@code euclidean} or {@code manhattan}, in any
     *     case
     */
    static Distance of(String metric) {
        return switch (metric.toLowerCase(Locale.ROOT)) {
            case "cosine" -> COSINE;
            case "dot" -> DOT;
            case "euclidean" -> EUCLIDEAN;
            case "manhattan" -> MANHATTAN;
            default ->
                    throw new IllegalArgumentException(
                            "metric: '"
                                    + metric
                                    + "' (expected: cosine, dot, euclidean or manhattan)");
        };
    }

    private static double dot(float[] a, float[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += (double) a[i] * b[i];
        }
        return sum;
    }
}
