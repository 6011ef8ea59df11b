package dev.engram.index;

import dev.engram.index.graph.GrowingGraph;
import dev.engram.index.kernel.Instructions;
import dev.engram.storage.Storage;
import java.util.List;

/**
 * An index in memory to which vectors are added. A vector can be found as soon as it was appended:
 * by exact scan at first, and through a graph once it was linked, which takes longer and may be
 * done by another thread meanwhile.
 *
 * <pre>
 *   append ──► vectors, scanned ──link──► vectors in the graph
 *                        └───────┬────────────┘
 *                          snapshot().search
 * </pre>
 *
 * Any number of threads search while one appends and one links; nobody waits for a writer. Vectors
 * are never removed: whoever deletes one leaves it out of the accepted {@link Ordinals}, and
 * searches go on passing through it. The graph depends on the vectors, their order and the spec,
 * and not on when they were linked. Memory is freed by the garbage collector once neither the index
 * nor a snapshot is held.
 */
public final class GrowingIndex {

    /** Fewer vectors than that are scanned faster than any graph is searched, so none is made. */
    private static final int LINKED_MIN = 1024;

    private final GrowingGraph graph;
    private final Object appending = new Object();
    private final Object linking = new Object();

    /**
     * An index without vectors.
     *
     * @param spec of the graph; its codes are those of {@link #write}, a search in memory always
     *     compares full vectors
     * @param dimension components a vector
     */
    public GrowingIndex(IndexSpec.Hnsw spec, int dimension, Metric metric) {
        this(spec, dimension, metric, Instructions.best());
    }

    GrowingIndex(IndexSpec.Hnsw spec, int dimension, Metric metric, Instructions instructions) {
        spec.checkMetric(metric);
        if (dimension < 1 || dimension > Vectors.DIMENSION_MAX) {
            throw new IllegalArgumentException(
                    "dimension: " + dimension + " (expected: 1.." + Vectors.DIMENSION_MAX + ")");
        }
        this.graph = new GrowingGraph(spec, dimension, metric, instructions);
    }

    /**
     * Adds a vector behind all before. A search that starts after the return finds it.
     *
     * @param vector copied; under {@link Metric#COSINE} of length 1
     * @return its ordinal
     */
    public int append(float[] vector) {
        return append(List.of(vector));
    }

    /**
     * Adds some vectors, which can be found all at once when it returns.
     *
     * @param vectors copied; under {@link Metric#COSINE} of length 1
     * @return the ordinal of the first; the others follow
     */
    public int append(List<float[]> vectors) {
        for (float[] vector : vectors) {
            if (vector.length != graph.dimension()) {
                throw new IllegalArgumentException(
                        "vector: %d components (expected: %d)"
                                .formatted(vector.length, graph.dimension()));
            }
        }
        synchronized (appending) {
            int first = graph.count();
            int next = first;
            for (float[] vector : vectors) {
                graph.set(next++, vector);
            }
            graph.publish(next);
            return first;
        }
    }

    /**
     * Takes vectors into the graph, in order. Called after each append with a number larger than
     * what was appended, or by a thread of its own. Does nothing while there are so few vectors
     * that a scan is faster.
     *
     * @param most how many at most
     * @return how many vectors are not in the graph
     */
    public int link(int most) {
        synchronized (linking) {
            int size = graph.count();
            if (size >= LINKED_MIN) {
                link(size, most);
            }
            return size - graph.linked();
        }
    }

    private void link(int size, int most) {
        for (int i = 0; i < most && graph.linked() < size; i++) {
            graph.link();
        }
    }

    /** How many vectors there are. */
    public int size() {
        return graph.count();
    }

    /** How many of them are in the graph. */
    public int linked() {
        return graph.linked();
    }

    /** A copy of a vector. */
    public float[] row(int ordinal) {
        if (ordinal < 0 || ordinal >= graph.count()) {
            throw new IllegalArgumentException(
                    "ordinal: " + ordinal + " (expected: 0.." + (graph.count() - 1) + ")");
        }
        float[] row = new float[graph.dimension()];
        graph.copyRow(ordinal, row);
        return row;
    }

    /** The memory taken: vectors, links, and what linking needs. */
    public long bytes() {
        synchronized (linking) {
            return graph.bytes();
        }
    }

    /** Distances computed by the walks of {@link #link}. */
    long comparisons() {
        synchronized (linking) {
            return graph.comparisons();
        }
    }

    /** The vectors there are now, whatever is added later. Costs next to nothing. */
    public VectorIndex snapshot() {
        return new Prefix(graph, graph.count());
    }

    /**
     * Links what is not linked yet and writes the graph as {@link Indexes#build} would have,
     * without building it again.
     *
     * @param vectors all of this index, in the same order
     * @return the size of the file in bytes
     */
    public long write(Vectors vectors, Storage storage, String name, Workers workers) {
        synchronized (linking) {
            if (vectors.count() != graph.count() || vectors.dimension() != graph.dimension()) {
                throw new IllegalArgumentException(
                        "vectors: %d of dimension %d (expected: %d of dimension %d)"
                                .formatted(
                                        vectors.count(),
                                        vectors.dimension(),
                                        graph.count(),
                                        graph.dimension()));
            }
            link(graph.count(), Integer.MAX_VALUE);
            return graph.write(vectors, storage, name, workers);
        }
    }

    private record Prefix(GrowingGraph graph, int size) implements VectorIndex {

        @Override
        public List<Neighbour> search(Query query) {
            return search(query, new SearchCost());
        }

        @Override
        public List<Neighbour> search(Query query, SearchCost cost) {
            return graph.search(query, size, cost);
        }
    }
}
