package dev.engram.index;

/**
 * How near two vectors are.
 *
 * <p>Inside the engine a metric is a <em>distance</em>: smaller is nearer, and cheap to compute.
 * Outside it is a <em>score</em>: larger is better, whatever the metric.
 */
public enum Metric {
    /** Distance: -dot of unit vectors. Score: the cosine, -1..1. Vectors are stored at length 1. */
    COSINE,
    /** Distance: -dot. Score: the dot product, unbounded. */
    DOT,
    /** Distance: squared euclidean. Score: 1 / (1 + euclidean distance), 0..1. */
    EUCLIDEAN,
    /** Distance: sum of absolute differences. Score: 1 / (1 + distance), 0..1. */
    MANHATTAN;

    /** Turns the engine's distance into the score a caller sees. */
    public float score(float distance) {
        return switch (this) {
            case COSINE, DOT -> -distance;
            case EUCLIDEAN -> (float) (1 / (1 + Math.sqrt(Math.max(0, distance))));
            case MANHATTAN -> 1 / (1 + distance);
        };
    }
}
