package dev.engram.index.graph;

import dev.engram.index.FlatIndex;
import dev.engram.index.IndexSpec;
import dev.engram.index.Metric;
import dev.engram.index.Neighbour;
import dev.engram.index.Ordinals;
import dev.engram.index.SearchCost;
import dev.engram.index.VectorIndex;
import dev.engram.index.Vectors;
import dev.engram.index.Workers;
import dev.engram.index.kernel.Instructions;
import dev.engram.index.kernel.Kernel;
import dev.engram.index.kernel.Keys;
import dev.engram.index.kernel.Nearest;
import dev.engram.storage.Storage;
import java.lang.foreign.Arena;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.function.IntConsumer;

/**
 * Approximate search through a graph on disk, mapped and used in place.
 *
 * <p>Answers as many as were asked for wherever so many are accepted: what the graph cannot give,
 * because few are accepted or a node is not linked to the rest, an exact scan gives.
 */
public final class HnswIndex implements VectorIndex {

    /** Comparisons that a graph search makes for each candidate of its beam, roughly. */
    private static final long COMPARISONS_PER_CANDIDATE = 16;

    private final HnswGraph graph;
    private final Vectors vectors;
    private final Kernel kernel;
    private final FlatIndex exact;

    /** Idle walks: as many as there are cores, since more searches than that wait anyway. */
    private final ArrayBlockingQueue<Walk> idle =
            new ArrayBlockingQueue<>(Runtime.getRuntime().availableProcessors());

    private HnswIndex(HnswGraph graph, Vectors vectors, Kernel kernel, FlatIndex exact) {
        this.graph = graph;
        this.vectors = vectors;
        this.kernel = kernel;
        this.exact = exact;
    }

    /** Builds a graph and writes it as file {@code name}; returns the file's size in bytes. */
    public static long build(
            IndexSpec.Hnsw spec,
            Vectors vectors,
            Metric metric,
            Storage storage,
            String name,
            Workers workers,
            IntConsumer progress) {
        try (Arena arena = Arena.ofShared()) {
            HnswGraph graph = HnswBuilder.build(spec, vectors, metric, workers, progress, arena);
            return HnswFile.write(graph, spec, vectors, metric, storage, name);
        }
    }

    /**
     * Maps what {@link #build} wrote.
     *
     * @param exact searches the same vectors by the same metric
     */
    public static HnswIndex open(
            FlatIndex exact,
            Vectors vectors,
            Metric metric,
            Instructions instructions,
            Storage storage,
            String name,
            Arena arena) {
        HnswGraph graph = HnswFile.open(vectors, metric, storage, name, arena);
        return new HnswIndex(graph, vectors, Kernel.of(metric, instructions), exact);
    }

    @Override
    public int size() {
        return vectors.count();
    }

    @Override
    public List<Neighbour> search(Query query) {
        return search(query, new SearchCost());
    }

    @Override
    public List<Neighbour> search(Query query, SearchCost cost) {
        Walk walk = idle.poll();
        if (walk == null) {
            walk = walk();
        }
        long before = walk.comparisons();
        List<Neighbour> found = search(query, walk);
        cost.addDistances(walk.comparisons() - before);
        // Not in a finally: a walk that failed half way is not worth keeping.
        idle.offer(walk);
        return found;
    }

    /** What a search needs besides the index. */
    Walk walk() {
        return new Walk(graph.links(), vectors, kernel);
    }

    /** Searches with memory of the caller's, which counts the comparisons. */
    List<Neighbour> search(Query query, Walk walk) {
        query.checkDimension(vectors.dimension());
        int accepted = query.acceptedOf(vectors.count());
        int limit = Math.min(query.k(), accepted);
        if (limit == 0) {
            return List.of();
        }
        if (!isScanCheaper(accepted, query.beam()) && walkGraph(query, accepted, walk)) {
            Nearest found = answers(query, limit, walk.nearest());
            if (found.size() == limit) {
                return found.neighbours();
            }
        }
        walk.addComparisons(accepted);
        return exact.search(query);
    }

    /**
     * A search meets accepted nodes among others, one in {@code size / accepted}, and so makes that
     * many times the comparisons of one that accepts all.
     */
    private boolean isScanCheaper(long accepted, long beam) {
        return accepted * accepted <= COMPARISONS_PER_CANDIDATE * beam * vectors.count();
    }

    /** Returns false where the search took longer than a scan would have. */
    private boolean walkGraph(Query query, int accepted, Walk walk) {
        Ordinals ordinals = query.accepted();
        long start = walk.descend(query.vector(), graph.entry(), graph.levels(), 0);
        return walk.search(
                query.vector(),
                0,
                start,
                query.beam(),
                ordinals == null || accepted == vectors.count()
                        ? null
                        : new AcceptedNodes(ordinals, graph.links()),
                2L * accepted);
    }

    /** Puts the accepted vectors in the place of the nodes that stand for them. */
    private Nearest answers(Query query, int limit, Nearest nodes) {
        int count = nodes.size();
        long[] keys = nodes.sorted();
        Nearest answers = new Nearest();
        answers.reset(limit);
        for (int i = 0; i < count && keys[i] < answers.bound(); i++) {
            offer(query, keys[i], answers);
        }
        return answers;
    }

    private void offer(Query query, long key, Nearest answers) {
        Links links = graph.links();
        float distance = Keys.distance(key);
        int ordinal = Keys.id(key);
        offer(query, distance, ordinal, answers);
        int twins = links.twinCount();
        for (int i = twins == 0 ? 0 : links.firstTwin(ordinal);
                i < twins && HnswLayout.first(links.twins(), i) == ordinal;
                i++) {
            offer(query, distance, HnswLayout.second(links.twins(), i), answers);
        }
    }

    private static void offer(Query query, float distance, int ordinal, Nearest answers) {
        Ordinals accepted = query.accepted();
        if (accepted == null || accepted.contains(ordinal)) {
            answers.offer(Keys.of(distance, ordinal));
        }
    }
}
