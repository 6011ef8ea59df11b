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
     */
    record Hnsw(int degree, int beamBuild, long seed) implements IndexSpec {

        public Hnsw {
            check("degree", degree, 2, 128);
            check("beamBuild", beamBuild, degree, 4096);
        }

        /** M = 16, efConstruction = 200. */
        public Hnsw() {
            this(16, 200, 42);
        }
    }

    private static void check(String name, int value, int min, int max) {
        if (value < min || value > max) {
            throw new IllegalArgumentException(
                    name + ": " + value + " (expected: " + min + ".." + max + ")");
        }
    }
}
