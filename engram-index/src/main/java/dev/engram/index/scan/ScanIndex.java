package dev.engram.index.scan;

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
import dev.engram.index.codes.KMeans;
import dev.engram.index.kernel.Instructions;
import dev.engram.storage.Storage;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.function.IntConsumer;

/**
 * Approximate search that looks at small codes of all vectors and scores the most promising of them
 * exactly: where an exact distance is dear, since its vector was not kept, nothing needs fewer.
 *
 * <p>Answers as many as were asked for wherever so many are accepted.
 */
public final class ScanIndex implements VectorIndex {

    private final FlatIndex exact;
    private final ScanFile file;
    private final VectorSource source;
    private final Metric metric;
    private final Instructions instructions;

    /** Idle explorers: as many as there are cores, since more searches than that wait anyway. */
    private final ArrayBlockingQueue<ScanExplorer> idle =
            new ArrayBlockingQueue<>(Runtime.getRuntime().availableProcessors());

    private ScanIndex(
            ScanFile file, VectorSource source, Metric metric, Instructions instructions) {
        this.exact = new FlatIndex(source);
        this.file = file;
        this.source = source;
        this.metric = metric;
        this.instructions = instructions;
    }

    /** Codes vectors and writes the codes as file {@code name}; returns its size in bytes. */
    public static long build(
            IndexSpec.Scan spec,
            Vectors vectors,
            Metric metric,
            Storage storage,
            String name,
            Workers workers,
            IntConsumer progress) {
        spec.checkMetric(metric);
        int count = vectors.count();
        try (Arena arena = Arena.ofShared()) {
            int[] chosen = KMeans.sample(count, ScanBuilder.sampleMax(), spec.seed());
            Vectors sample = copied(vectors, chosen, arena);
            try (ScanBuilder builder =
                    new ScanBuilder(spec, sample, chosen, count, metric, workers)) {
                for (int first = 0; first < count; first += ScanBuilder.BATCH) {
                    int some = Math.min(ScanBuilder.BATCH, count - first);
                    long bytes = vectors.offset(some);
                    MemorySegment rows = vectors.rows(first, some);
                    MemorySegment batch = rows.asSlice(vectors.offset(first), bytes);
                    builder.add(new Vectors(batch, some, vectors.dimension()));
                    progress.accept(first + some);
                }
                return builder.write(storage, name);
            }
        }
    }

    private static Vectors copied(Vectors vectors, int[] chosen, Arena arena) {
        MemorySegment rows = arena.allocate(Math.max(1, vectors.offset(chosen.length)), 64);
        for (int i = 0; i < chosen.length; i++) {
            MemorySegment.copy(
                    vectors.rows(chosen[i], 1),
                    vectors.offset(chosen[i]),
                    rows,
                    vectors.offset(i),
                    vectors.offset(1));
        }
        MemorySegment all = rows.asSlice(0, vectors.offset(chosen.length));
        return new Vectors(all, chosen.length, vectors.dimension());
    }

    /**
     * Maps what {@link #build} wrote.
     *
     * @param source of the exact distances
     */
    public static ScanIndex open(
            VectorSource source,
            Metric metric,
            Instructions instructions,
            Storage storage,
            String name,
            Arena arena) {
        ScanFile file = ScanFile.open(source, metric, storage, name, arena);
        return new ScanIndex(file, source, metric, instructions);
    }

    /** Reads every byte of what {@link #build} wrote. */
    public static void verify(VectorSource source, Metric metric, Storage storage, String name) {
        ScanFile.verify(source, metric, storage, name);
    }

    @Override
    public long codeBytes() {
        return file.blocks().byteSize();
    }

    @Override
    public int size() {
        return file.count();
    }

    @Override
    public List<Neighbour> search(Query query) {
        return search(query, new SearchCost());
    }

    @Override
    public List<Neighbour> search(Query query, SearchCost cost) {
        query.checkDimension(source.dimension());
        int accepted = query.acceptedOf(size());
        int limit = Math.min(query.k(), accepted);
        if (limit == 0) {
            return List.of();
        }
        int scored = scored(query);
        if (accepted <= scored) {
            return exact.search(query, cost);
        }
        Ordinals ordinals = accepted == size() ? null : query.accepted();
        ScanExplorer explorer = idle.poll();
        if (explorer == null) {
            explorer = new ScanExplorer(file, source, metric, instructions);
        }
        List<Neighbour> found =
                explorer.search(query.vector(), limit, scored, ordinals, cost).neighbours();
        // Not in a finally: an explorer that failed half way is not worth keeping.
        idle.offer(explorer);
        return found;
    }

    /** As many as were measured to be enough, or as the beam says. */
    private int scored(Query query) {
        int enough =
                query.recall() > 0
                        ? file.calibration().scored(query.k(), query.recall())
                        : Math.max(query.beam(), query.k() + query.k() / 2);
        return Math.max(enough, query.k());
    }

    @Override
    public int scored(int k, double recall) {
        return Math.min(size(), Math.max(k, file.calibration().scored(k, recall)));
    }
}
