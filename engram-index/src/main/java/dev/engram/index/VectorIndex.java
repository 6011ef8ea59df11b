package dev.engram.index;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Finds the vectors nearest to a query in one immutable segment. Safe for any number of threads;
 * usable until it is closed, or the arena that its files were mapped in.
 */
public interface VectorIndex extends AutoCloseable {

    /** How many vectors there are, accepted or not. */
    int size();

    /** Bytes of the codes that are compared before, or in place of, the vectors; 0 for none. */
    default long codeBytes() {
        return 0;
    }

    /** What it holds in memory at most, in bytes; 0 where all of it is mapped, or a caller's. */
    default long residentBytes() {
        return 0;
    }

    /**
     * How many vectors a search scores exactly to find {@code k} answers with a wanted recall,
     * where that was measured when the index was built; 0 where it was not.
     */
    default int scored(int k, double recall) {
        return 0;
    }

    /** The nearest vectors of those accepted, nearest first, ties by ordinal: see {@link Query}. */
    List<Neighbour> search(Query query);

    /**
     * The same, and tells what it took.
     *
     * @param cost of the calling thread; what this search took is added to it
     */
    List<Neighbour> search(Query query, SearchCost cost);

    /** Frees what does not belong to the arena: handles of files. After the last search. */
    @Override
    default void close() {}

    /**
     * What to look for.
     *
     * @param vector as long as the segment's dimension; under {@link Metric#COSINE} of length 1
     * @param k how many answers, >= 1; fewer come back only where fewer are accepted
     * @param beam candidates held during a graph search, raised to k where smaller; exact indexes
     *     ignore it. In a scan, vectors to score exactly, raised to 1.5 k
     * @param accepted the ordinals that may be answered, out of as many as the index has; null for
     *     all
     * @param recall wanted, 0..1: an index that knows what it takes goes by this and not by the
     *     beam; 0 for the beam
     */
    record Query(float[] vector, int k, int beam, @Nullable Ordinals accepted, double recall) {

        public Query {
            if (k < 1) {
                throw new IllegalArgumentException("k: " + k + " (expected: >= 1)");
            }
            if (!(recall >= 0 && recall <= 1)) {
                throw new IllegalArgumentException("recall: " + recall + " (expected: 0..1)");
            }
            beam = Math.max(beam, k);
        }

        /** By the beam. */
        public Query(float[] vector, int k, int beam, @Nullable Ordinals accepted) {
            this(vector, k, beam, accepted, 0);
        }

        /** Fails where the vector is not of the dimension that is searched. */
        public void checkDimension(int dimension) {
            if (vector.length != dimension) {
                throw new IllegalArgumentException(
                        "vector: " + vector.length + " components (expected: " + dimension + ")");
            }
        }

        /** How many of {@code size} vectors may be answered; fails where the set is of others. */
        public int acceptedOf(int size) {
            if (accepted != null && accepted.size() != size) {
                throw new IllegalArgumentException(
                        "accepted: of " + accepted.size() + " ordinals (expected: " + size + ")");
            }
            return accepted == null ? size : accepted.count();
        }
    }
}
