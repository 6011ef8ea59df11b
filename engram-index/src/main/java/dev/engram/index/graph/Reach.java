package dev.engram.index.graph;

import dev.engram.index.Metric;
import org.jspecify.annotations.Nullable;

/**
 * How much nearer to a chosen link than to the node itself a candidate must be, so that a search is
 * left to find it by way of that link.
 *
 * @param factor that the distance to the link is multiplied with, >= 1: the larger, the more links
 *     a node keeps
 * @param offset added to a distance to make it a true one, 0 at the same place
 */
record Reach(float factor, float offset) {

    /** Nearer at all. */
    static final Reach EQUAL = new Reach(1, 0);

    /**
     * Nearer by a factor.
     *
     * @param alpha α of RobustPrune, DiskANN (2019), algorithm 2: a factor of true distances
     * @param lift of the vectors under the dot product
     */
    static Reach of(double alpha, Metric metric, @Nullable Lift lift) {
        return switch (metric) {
            case MANHATTAN -> new Reach((float) alpha, 0);
            case EUCLIDEAN -> new Reach((float) (alpha * alpha), 0);
            // Between vectors of one length l the squared distance is 2 (l * l - dot).
            case COSINE -> new Reach((float) (alpha * alpha), 1);
            case DOT -> new Reach((float) (alpha * alpha), lift == null ? 0 : lift.squaredLength());
        };
    }

    /** Whether a link at this distance from a candidate makes a link of the node's own needless. */
    boolean covers(float fromLink, float fromNode) {
        return factor * (fromLink + offset) < fromNode + offset;
    }
}
