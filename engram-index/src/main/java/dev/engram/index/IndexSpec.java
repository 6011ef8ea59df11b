package dev.engram.index;

/** Which index a collection's sealed segments get. */
public sealed interface IndexSpec {

    /** Exact search: every vector is compared. */
    record Flat() implements IndexSpec {}

    /**
     * A hierarchical navigable small world graph (Malkov and Yashunin, 2018).
     *
     * @param degree M of the paper: links a node keeps on the upper layers; twice that on the base
     *     layer; 2..128
     * @param beamBuild efConstruction of the paper: candidates held while a node is inserted;
     *     degree..4096
     * @param seed of the random layers: the same vectors and seed give the same graph
     * @param codes what a search compares instead of the full vectors
     */
    record Hnsw(int degree, int beamBuild, long seed, Codes codes) implements IndexSpec {

        /** The most links that fit a block: twice as many stand on the base layer. */
        public static final int BLOCKS_DEGREE_MAX = 16;

        public Hnsw {
            check("degree", degree, 2, 128);
            check("beamBuild", beamBuild, degree, 4096);
            if (codes == Codes.BLOCKS) {
                check("degree of a graph with codes BLOCKS", degree, 2, BLOCKS_DEGREE_MAX);
            }
        }

        /** Without codes. */
        public Hnsw(int degree, int beamBuild, long seed) {
            this(degree, beamBuild, seed, Codes.NONE);
        }

        /** M = 16, efConstruction = 200. */
        public Hnsw() {
            this(16, 200, 42);
        }

        /** The same with other codes. */
        public Hnsw with(Codes other) {
            return new Hnsw(degree, beamBuild, seed, other);
        }
    }

    /**
     * Fails where this index cannot search by the metric.
     *
     * @throws IllegalArgumentException for codes that hold dot products under {@link
     *     Metric#MANHATTAN}: no sum of absolute differences can be made of these
     */
    default void checkMetric(Metric metric) {
        if (this instanceof Hnsw hnsw && !hnsw.codes().tell(metric)) {
            throw new IllegalArgumentException(
                    "metric: "
                            + metric
                            + " with codes "
                            + hnsw.codes()
                            + " (expected: COSINE, DOT or EUCLIDEAN, or codes NONE, SQ8 or PQ)");
        }
    }

    private static void check(String name, int value, int min, int max) {
        if (value < min || value > max) {
            throw new IllegalArgumentException(
                    name + ": " + value + " (expected: " + min + ".." + max + ")");
        }
    }
}
