package dev.engram.index.disk;

import dev.engram.error.CorruptException;
import dev.engram.error.UnavailableException;
import dev.engram.index.IndexSpec;
import dev.engram.index.Metric;
import dev.engram.index.Neighbour;
import dev.engram.index.Ordinals;
import dev.engram.index.SearchCost;
import dev.engram.index.VectorIndex;
import dev.engram.index.VectorSource;
import dev.engram.index.Vectors;
import dev.engram.index.Workers;
import dev.engram.index.graph.AcceptedNodes;
import dev.engram.index.graph.Vamana;
import dev.engram.index.kernel.Instructions;
import dev.engram.index.kernel.Kernel;
import dev.engram.index.kernel.Keys;
import dev.engram.index.kernel.Nearest;
import dev.engram.storage.SegmentFile;
import dev.engram.storage.Storage;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Approximate search through a graph on disk, of which codes and a few blocks are in memory:
 * DiskANN, with a bound on that memory that holds whatever is asked. The vectors' own file is not
 * needed.
 *
 * <p>Answers as many as were asked for wherever so many are accepted: what the graph cannot give,
 * because few are accepted or a node is not linked to the rest, a scan of the blocks gives.
 */
public final class DiskIndex implements VectorIndex {

    private final DiskFile file;
    private final Storage.Input input;
    private final Arena own;
    private final Blocks blocks;
    private final Budget budget;
    private final Metric metric;
    private final Instructions instructions;

    /** More searches than this wait. */
    private final Semaphore free;

    private final ConcurrentLinkedQueue<Searcher> idle = new ConcurrentLinkedQueue<>();

    /** What one search needs. */
    private record Searcher(DiskSearcher graph, ExactScan exact) {}

    private DiskIndex(
            DiskFile file,
            Storage.Input input,
            Arena own,
            Budget budget,
            Metric metric,
            Instructions instructions) {
        this.file = file;
        this.input = input;
        this.own = own;
        this.blocks = Blocks.open(file, input, budget.keptBlocks(), own);
        this.budget = budget;
        this.metric = metric;
        this.instructions = instructions;
        this.free = new Semaphore(budget.searchers());
    }

    /** Builds a graph and writes it as file {@code name}; returns the file's size in bytes. */
    public static long build(
            IndexSpec.DiskAnn spec,
            Vectors vectors,
            Metric metric,
            Storage storage,
            String name,
            Workers workers,
            IntConsumer progress) {
        try (Arena arena = Arena.ofShared()) {
            Vamana graph = Vamana.build(spec, vectors, metric, workers, progress, arena);
            return new DiskWriter(spec, vectors, metric, workers, graph, arena)
                    .write(storage, name);
        }
    }

    /**
     * Opens what {@link #build} wrote.
     *
     * @param vectors of which it must be the index; null where that need not be checked
     * @param memoryBytesMax what the index may hold in memory; 0 for a fifth of the vectors' bytes
     * @param arena owns what is mapped
     * @throws IllegalArgumentException where the codes and one search need more memory
     * @throws CorruptException where the file is not what was written
     */
    public static DiskIndex open(
            @Nullable VectorSource vectors,
            Metric metric,
            Instructions instructions,
            Storage storage,
            String name,
            long memoryBytesMax,
            Arena arena) {
        DiskFile file = DiskFile.open(metric, storage, name, arena);
        if (vectors != null) {
            file.check(vectors);
        }
        int processors = Runtime.getRuntime().availableProcessors();
        long most = memoryBytesMax == 0 ? Budget.usual(file, processors) : memoryBytesMax;
        Budget budget = Budget.of(file, most, processors);
        Storage.Input input = storage.open(name);
        Arena own = Arena.ofShared();
        boolean opened = false;
        try {
            DiskIndex index = new DiskIndex(file, input, own, budget, metric, instructions);
            opened = true;
            return index;
        } finally {
            if (!opened) {
                own.close();
                input.close();
            }
        }
    }

    /**
     * Reads every byte of what {@link #build} wrote.
     *
     * @throws CorruptException where one is not what was written
     */
    public static void verify(Metric metric, Storage storage, String name) {
        try (Arena arena = Arena.ofConfined();
                Storage.Input input = storage.open(name)) {
            DiskFile file = DiskFile.open(metric, storage, name, arena);
            Blocks blocks = Blocks.open(file, input, 0, arena);
            MemorySegment block = arena.allocate(file.layout().blockBytes(), DiskLayout.PAGE_BYTES);
            for (int number = 0; number < file.blocks(); number++) {
                blocks.read(number, block);
                file.checkLinks(block, number);
            }
            SegmentFile.open(storage, name, DiskLayout.KIND, arena).verify();
        }
    }

    /** Components a vector. */
    public int dimension() {
        return file.layout().dimension();
    }

    @Override
    public long residentBytes() {
        return budget.bytes();
    }

    @Override
    public long codeBytes() {
        return file.codes().byteSize();
    }

    @Override
    public int size() {
        return file.count();
    }

    @Override
    public void close() {
        input.close();
        if (own.scope().isAlive()) {
            own.close();
        }
    }

    @Override
    public List<Neighbour> search(Query query) {
        return search(query, new SearchCost());
    }

    @Override
    public List<Neighbour> search(Query query, SearchCost cost) {
        return search(query, cost, false);
    }

    /** The same index, which compares the query with every accepted vector. */
    public VectorIndex exact() {
        return new Exact(this);
    }

    private record Exact(DiskIndex index) implements VectorIndex {

        @Override
        public int size() {
            return index.size();
        }

        @Override
        public List<Neighbour> search(Query query) {
            return search(query, new SearchCost());
        }

        @Override
        public List<Neighbour> search(Query query, SearchCost cost) {
            return index.search(query, cost, true);
        }
    }

    private List<Neighbour> search(Query query, SearchCost cost, boolean exactly) {
        query.checkDimension(dimension());
        int accepted = query.acceptedOf(size());
        int limit = Math.min(query.k(), accepted);
        if (limit == 0) {
            return List.of();
        }
        free.acquireUninterruptibly();
        Searcher searcher = null;
        try {
            searcher = take();
            if (!exactly) {
                Nearest found = explore(query, accepted, limit, searcher.graph, cost);
                if (found != null && found.size() == limit) {
                    return found.neighbours();
                }
            }
            return searcher.exact.search(query, accepted, limit, cost).neighbours();
        } finally {
            if (searcher != null) {
                idle.add(searcher);
            }
            free.release();
        }
    }

    private Searcher take() {
        Searcher searcher = idle.poll();
        if (searcher == null) {
            if (!own.scope().isAlive()) {
                throw new UnavailableException("no longer open: " + file.file());
            }
            DiskSearcher graph = new DiskSearcher(file, blocks, metric, instructions, own);
            Kernel kernel = Kernel.of(metric, instructions);
            return new Searcher(graph, new ExactScan(file, blocks, kernel, graph.beam().memory()));
        }
        return searcher;
    }

    /** Searches the graph; null where a scan reads less, takes less memory, or must help. */
    private @Nullable Nearest explore(
            Query query, int accepted, int limit, DiskSearcher searcher, SearchCost cost) {
        int beam = Math.min(query.beam(), DiskSearcher.BEAM_MAX);
        long candidates = (long) beam * size() / accepted;
        // Blocks that follow each other are read at half the cost.
        long pages = 2 * candidates * file.layout().pagesPerBlock();
        if (limit > beam
                || candidates > DiskSearcher.POOL_MAX
                || ExactScan.pages(file, accepted) <= pages) {
            return null;
        }
        Ordinals ordinals = query.accepted();
        AcceptedNodes nodes =
                ordinals == null || accepted == size()
                        ? null
                        : AcceptedNodes.of(ordinals, file.twins());
        long pagesBefore = searcher.beam().pages();
        searcher.explore(query, beam, (int) candidates, nodes);
        searcher.addTo(cost, pagesBefore);
        return nodes != null && searcher.sure() < limit
                ? null
                : answers(query, limit, searcher.found());
    }

    /** Puts the accepted vectors in the place of the nodes that stand for them. */
    private Nearest answers(Query query, int limit, Nearest nodes) {
        int count = nodes.size();
        long[] keys = nodes.sorted();
        Nearest answers = new Nearest();
        answers.reset(limit);
        for (int i = 0; i < count && keys[i] < answers.bound(); i++) {
            file.twins().offer(Keys.distance(keys[i]), Keys.id(keys[i]), query.accepted(), answers);
        }
        return answers;
    }
}
