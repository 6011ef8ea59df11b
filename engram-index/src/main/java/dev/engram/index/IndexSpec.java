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
     * Inverted lists of product codes: the vectors are divided among lists by their nearest
     * centroid, a search scans the codes of some lists and scores the most promising exactly (Jégou
     * and others, 2011). Not under {@link Metric#MANHATTAN}.
     *
     * @param lists how many, 0..65536; 0 for a number that suits the vectors. Never more than there
     *     are vectors
     * @param codeBytes bytes of 4-bit codes a vector, even, 2..512; 0 for a number that suits the
     *     dimension. 8 more hold its id and what makes a distance of its codes
     * @param assignments lists that a vector stands in, 1..4; it is answered once all the same
     * @param rotation what vectors are turned by before they are cut into parts
     * @param seed of all that is drawn by chance
     */
    record IvfPq(int lists, int codeBytes, int assignments, Rotation rotation, long seed)
            implements IndexSpec {

        /** The most lists there can be. */
        public static final int LISTS_MAX = 65_536;

        /** The most bytes of codes a vector can have. */
        public static final int CODE_BYTES_MAX = 512;

        /** The most lists a vector can stand in. */
        public static final int ASSIGNMENTS_MAX = 4;

        public IvfPq {
            check("lists", lists, 0, LISTS_MAX);
            check("codeBytes", codeBytes, 0, CODE_BYTES_MAX);
            if (codeBytes % 2 != 0) {
                throw new IllegalArgumentException(
                        "codeBytes: " + codeBytes + " (expected: an even number)");
            }
            check("assignments", assignments, 1, ASSIGNMENTS_MAX);
        }

        /** Lists and codes as suit the vectors, every vector in one list. */
        public IvfPq() {
            this(0, 0, 1, Rotation.NONE, 42);
        }
    }

    /**
     * A scan of small codes of all vectors, after which the most promising are scored exactly: of
     * all kinds the one that needs fewest exact scores, which are dear where vectors are not kept.
     * Only under {@link Metric#COSINE} and {@link Metric#DOT}.
     *
     * @param codeBytes bytes of 4-bit codes a vector, even, 2..512; 0 for a number that suits the
     *     dimension: 24 at 384. 2 more hold a scale and a list
     * @param seed of all that is drawn by chance
     */
    record Scan(int codeBytes, long seed) implements IndexSpec {

        /** The most bytes of codes a vector can have. */
        public static final int CODE_BYTES_MAX = 512;

        public Scan {
            check("codeBytes", codeBytes, 0, CODE_BYTES_MAX);
            if (codeBytes % 2 != 0) {
                throw new IllegalArgumentException(
                        "codeBytes: " + codeBytes + " (expected: an even number)");
            }
        }

        /** Codes as suit the vectors. */
        public Scan() {
            this(0, 42);
        }
    }

    /**
     * Fails where this index cannot search by the metric.
     *
     * @throws IllegalArgumentException for codes and lists that hold dot products under {@link
     *     Metric#MANHATTAN}: no sum of absolute differences can be made of these. For a scan under
     *     {@link Metric#EUCLIDEAN}, too: its codes do not hold the lengths that this takes
     */
    default void checkMetric(Metric metric) {
        String what =
                switch (this) {
                    case Flat(), DiskAnn _ -> "";
                    case Hnsw hnsw -> hnsw.codes().tell(metric) ? "" : "codes " + hnsw.codes();
                    case IvfPq _ -> metric == Metric.MANHATTAN ? "IVF_PQ" : "";
                    case Scan _ -> metric == Metric.COSINE || metric == Metric.DOT ? "" : "SCAN";
                };
        if (!what.isEmpty()) {
            if (this instanceof Scan) {
                throw new IllegalArgumentException(
                        "metric: " + metric + " with SCAN (expected: COSINE or DOT)");
            }
            String codes = this instanceof Hnsw ? ", or codes NONE, SQ8 or PQ" : "";
            throw new IllegalArgumentException(
                    "metric: "
                            + metric
                            + " with "
                            + what
                            + " (expected: COSINE, DOT or EUCLIDEAN"
                            + codes
                            + ")");
        }
    }

    private static void check(String name, int value, int min, int max) {
        if (value < min || value > max) {
            throw new IllegalArgumentException(
                    name + ": " + value + " (expected: " + min + ".." + max + ")");
        }
    }
}
