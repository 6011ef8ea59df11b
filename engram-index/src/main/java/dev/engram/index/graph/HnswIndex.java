package dev.engram.index.graph;

import dev.engram.index.Codes;
import dev.engram.index.FlatIndex;
import dev.engram.index.IndexSpec;
import dev.engram.index.Metric;
import dev.engram.index.Neighbour;
import dev.engram.index.Ordinals;
import dev.engram.index.SearchCost;
import dev.engram.index.VectorIndex;
import dev.engram.index.VectorSource;
import dev.engram.index.Vectors;
import dev.engram.index.Workers;
import dev.engram.index.kernel.Instructions;
import dev.engram.index.kernel.Keys;
import dev.engram.index.kernel.Nearest;
import dev.engram.storage.Storage;
import java.lang.foreign.Arena;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.function.IntConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Approximate search through a graph on disk, mapped and used in place.
 *
 * <p>Answers as many as were asked for wherever so many are accepted: what the graph cannot give,
 * because few are accepted or a node is not linked to the rest, an exact scan gives.
 */
public final class HnswIndex implements VectorIndex {

    private final FlatIndex exact;
    private final int dimension;
    private final TwinTable twins;
    private final long codeBytes;
    private final Supplier<Explorer> explorers;

    /** Idle explorers: as many as there are cores, since more searches than that wait anyway. */
    private final ArrayBlockingQueue<Explorer> idle =
            new ArrayBlockingQueue<>(Runtime.getRuntime().availableProcessors());

    HnswIndex(
            FlatIndex exact,
            int dimension,
            TwinTable twins,
            long codeBytes,
            Supplier<Explorer> explorers) {
        this.exact = exact;
        this.dimension = dimension;
        this.twins = twins;
        this.codeBytes = codeBytes;
        this.explorers = explorers;
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
        spec.checkMetric(metric);
        try (Arena arena = Arena.ofShared()) {
            HnswGraph graph = HnswBuilder.build(spec, vectors, metric, workers, progress, arena);
            return write(graph, spec, vectors, metric, storage, name, workers);
        }
    }

    /** Writes a graph in the layout that {@code spec} asks for. */
    static long write(
            HnswGraph graph,
            IndexSpec.Hnsw spec,
            Vectors vectors,
            Metric metric,
            Storage storage,
            String name,
            Workers workers) {
        return switch (spec.codes()) {
            case NONE, SQ8, RABITQ1, RABITQ2, RABITQ3, RABITQ4, PQ ->
                    HnswFile.write(graph, spec, vectors, metric, storage, name, workers);
            case BLOCKS -> BlocksFile.write(graph, spec, vectors, metric, storage, name, workers);
        };
    }

    /**
     * Maps what {@link #build} wrote.
     *
     * @param source of the exact distances
     */
    public static HnswIndex open(
            Codes codes,
            VectorSource source,
            Metric metric,
            Instructions instructions,
            Storage storage,
            String name,
            Arena arena) {
        FlatIndex exact = new FlatIndex(source);
        return switch (codes) {
            case NONE, SQ8, RABITQ1, RABITQ2, RABITQ3, RABITQ4, PQ -> {
                HnswFile.Opened file = HnswFile.open(codes, source, metric, storage, name, arena);
                yield new HnswIndex(
                        exact,
                        source.dimension(),
                        file.graph().links().twins(),
                        file.rows().byteSize(),
                        () -> file.explorer(source, metric, instructions));
            }
            case BLOCKS -> {
                BlocksFile file = BlocksFile.open(source, metric, storage, name, arena);
                yield new HnswIndex(
                        exact,
                        source.dimension(),
                        file.twins(),
                        file.records().byteSize() - file.linkBytes(),
                        () -> new BlocksExplorer(file, source, metric, instructions));
            }
        };
    }

    /** Reads every byte of what {@link #build} wrote, and follows every link. */
    public static void verify(
            Codes codes, VectorSource source, Metric metric, Storage storage, String name) {
        switch (codes) {
            case NONE, SQ8, RABITQ1, RABITQ2, RABITQ3, RABITQ4, PQ ->
                    HnswFile.verify(codes, source, metric, storage, name);
            case BLOCKS -> BlocksFile.verify(source, metric, storage, name);
        }
    }

    @Override
    public int size() {
        return exact.size();
    }

    @Override
    public long codeBytes() {
        return codeBytes;
    }

    @Override
    public List<Neighbour> search(Query query) {
        return search(query, new SearchCost());
    }

    @Override
    public List<Neighbour> search(Query query, SearchCost cost) {
        Explorer explorer = idle.poll();
        if (explorer == null) {
            explorer = explorer();
        }
        List<Neighbour> found = search(query, explorer, cost);
        // Not in a finally: an explorer that failed half way is not worth keeping.
        idle.offer(explorer);
        return found;
    }

    /** What a search needs besides the index. */
    Explorer explorer() {
        return explorers.get();
    }

    /** Searches with memory of the caller's, which counts what is compared in the graph. */
    List<Neighbour> search(Query query, Explorer explorer, SearchCost cost) {
        query.checkDimension(dimension);
        int accepted = query.acceptedOf(size());
        int limit = Math.min(query.k(), accepted);
        if (limit == 0) {
            return List.of();
        }
        if (!explorer.effort().isScanFaster(accepted, size(), query.beam())) {
            Tally before = explorer.tally();
            boolean ended = explorer.explore(query, acceptedNodes(query, accepted), 2L * accepted);
            explorer.tally().addTo(cost, before);
            Nearest found = ended ? answers(query, limit, explorer.found()) : null;
            if (found != null && found.size() == limit) {
                return found.neighbours();
            }
        }
        return exact.search(query, cost);
    }

    private @Nullable AcceptedNodes acceptedNodes(Query query, int accepted) {
        Ordinals ordinals = query.accepted();
        return ordinals == null || accepted == size() ? null : new SealedAccepted(ordinals, twins);
    }

    /** Puts the accepted vectors in the place of the nodes that stand for them. */
    private Nearest answers(Query query, int limit, Nearest nodes) {
        int count = nodes.size();
        long[] keys = nodes.sorted();
        Nearest answers = new Nearest();
        answers.reset(limit);
        for (int i = 0; i < count && keys[i] < answers.bound(); i++) {
            twins.offer(Keys.distance(keys[i]), Keys.id(keys[i]), query.accepted(), answers);
        }
        return answers;
    }
}
