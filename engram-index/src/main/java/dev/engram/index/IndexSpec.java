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
     * A Vamana graph on disk, searched by codes in memory (DiskANN, 2019).
     *
     * @param degree R of the paper: links a node keeps at most; 4..256
     * @param beamBuild L of the paper: candidates held while a node is inserted; degree..4096
     * @param alpha α of the paper, a factor of distances: the larger, the more long links there are
     *     and the fewer hops a search takes; 1..2
     * @param codeBytes of a vector in memory while it is searched; 0 to choose by the dimension
     * @param seed of the codes: the same vectors and seed give the same file
     */
    record DiskAnn(int degree, int beamBuild, double alpha, int codeBytes, long seed)
            implements IndexSpec {

        public DiskAnn {
            check("degree", degree, 4, 256);
            check("beamBuild", beamBuild, degree, 4096);
            if (!(alpha >= 1 && alpha <= 2)) {
                throw new IllegalArgumentException("alpha: " + alpha + " (expected: 1..2)");
            }
            check("codeBytes", codeBytes, 0, 1024);
        }

        /** Bytes of a vector's codes; where the settings leave the choice, half the dimension. */
        public int codeBytes(int dimension) {
            int wanted = codeBytes == 0 ? Math.ceilDiv(dimension, 2) : codeBytes;
            return Math.min(wanted, dimension);
        }

        /** R = 48, L = 100, alpha = 1.2. */
        public DiskAnn() {
            this(48, 100, 1.2, 0, 42);
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
