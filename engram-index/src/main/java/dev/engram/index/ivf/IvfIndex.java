package dev.engram.index.ivf;

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
import dev.engram.index.kernel.Nearest;
import dev.engram.storage.Storage;
import java.lang.foreign.Arena;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Approximate search through inverted lists of product codes on disk, mapped and used in place.
 *
 * <p>Answers as many as were asked for wherever so many are accepted: a search goes on through more
 * lists until it has them, and where few are accepted all of these are compared exactly.
 */
public final class IvfIndex implements VectorIndex {

    private final FlatIndex exact;
    private final IvfFile file;
    private final VectorSource source;
    private final Metric metric;
    private final Instructions instructions;

    /** Idle explorers: as many as there are cores, since more searches than that wait anyway. */
    private final ArrayBlockingQueue<IvfExplorer> idle =
            new ArrayBlockingQueue<>(Runtime.getRuntime().availableProcessors());

    private IvfIndex(
            FlatIndex exact,
            IvfFile file,
            VectorSource source,
            Metric metric,
            Instructions instructions) {
        this.exact = exact;
        this.file = file;
        this.source = source;
        this.metric = metric;
        this.instructions = instructions;
    }

    /** Builds lists and writes them as file {@code name}; returns the file's size in bytes. */
    public static long build(
            IndexSpec.IvfPq spec,
            Vectors vectors,
            Metric metric,
            Storage storage,
            String name,
            Workers workers,
            IntConsumer progress) {
        return IvfFile.build(spec, vectors, metric, storage, name, workers, progress);
    }

    /**
     * Maps what {@link #build} wrote.
     *
     * @param source of the exact distances
     */
    public static IvfIndex open(
            VectorSource source,
            Metric metric,
            Instructions instructions,
            Storage storage,
            String name,
            Arena arena) {
        IvfFile file = IvfFile.open(source, metric, storage, name, arena);
        return new IvfIndex(new FlatIndex(source), file, source, metric, instructions);
    }

    /** Reads every byte of what {@link #build} wrote. */
    public static void verify(VectorSource source, Metric metric, Storage storage, String name) {
        IvfFile.verify(source, metric, storage, name);
    }

    @Override
    public long codeBytes() {
        return file.blocks().byteSize();
    }

    @Override
    public int size() {
        return exact.size();
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
        Effort effort = Effort.of(query, size(), accepted, file.coarseness());
        if (isScanCheaper(effort, accepted)) {
            return exact.search(query, cost);
        }
        Ordinals ordinals = accepted == size() ? null : query.accepted();
        return search(query, effort, limit, ordinals, cost).neighbours();
    }

    private boolean isScanCheaper(Effort effort, int accepted) {
        long lists = effort.listsTypical(file.lists());
        long codes = lists * size() * file.assignments() / file.lists();
        return accepted <= effort.rescored() + file.lists() + codes / Effort.CODES_A_COMPARISON;
    }

    Nearest search(
            Query query, Effort effort, int limit, @Nullable Ordinals accepted, SearchCost cost) {
        IvfExplorer explorer = idle.poll();
        if (explorer == null) {
            explorer = new IvfExplorer(file, source, metric, instructions);
        }
        Nearest found = explorer.search(query, effort, limit, accepted, cost);
        // Not in a finally: an explorer that failed half way is not worth keeping.
        idle.offer(explorer);
        return found;
    }
}
