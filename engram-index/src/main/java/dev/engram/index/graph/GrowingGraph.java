package dev.engram.index.graph;

import dev.engram.index.IndexSpec;
import dev.engram.index.Metric;
import dev.engram.index.Neighbour;
import dev.engram.index.SearchCost;
import dev.engram.index.VectorIndex.Query;
import dev.engram.index.Vectors;
import dev.engram.index.Workers;
import dev.engram.index.kernel.Instructions;
import dev.engram.index.kernel.Nearest;
import dev.engram.storage.Storage;
import java.lang.foreign.Arena;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import org.jspecify.annotations.Nullable;

/**
 * Vectors in memory with a graph over the first of them: what {@code GrowingIndex} is made of.
 *
 * <pre>
 *   0 ............ linked ............ count
 *   in the graph    scanned            not seen yet
 * </pre>
 *
 * What is published, and when: a vector before {@link #count} goes past it; a node's links before
 * any link to it, before {@link #linked} goes past it, before it becomes the {@link #entry}.
 */
public final class GrowingGraph {

    private final IndexSpec.Hnsw spec;
    private final Metric metric;
    private final GrowingRows rows;
    private final GrowingLinks links;
    private final GrowingWriter writer;
    private volatile int count;
    private volatile int linked;
    private volatile GrowingWriter.@Nullable Entry entry;

    /** Idle hands: as many as there are cores, since more searches than that wait anyway. */
    private final ArrayBlockingQueue<Hands> idle =
            new ArrayBlockingQueue<>(Runtime.getRuntime().availableProcessors());

    /** Without vectors. */
    public GrowingGraph(
            IndexSpec.Hnsw spec, int dimension, Metric metric, Instructions instructions) {
        this.spec = spec;
        this.metric = metric;
        this.rows = new GrowingRows(dimension, metric, instructions);
        this.links = new GrowingLinks(spec.degree());
        this.writer = new GrowingWriter(rows, links, spec, metric);
    }

    /** What one search needs. */
    private record Hands(GrowingLinks.View view, GrowingRows.Reader reader, Walk walk) {}

    /** Components a vector. */
    public int dimension() {
        return rows.dimension();
    }

    /** How many vectors a search sees. */
    public int count() {
        return count;
    }

    /** How many of them are in the graph. */
    public int linked() {
        return linked;
    }

    /** Puts a vector behind all before; {@link #publish} shows it. For one thread at a time. */
    public void set(int ordinal, float[] vector) {
        rows.set(ordinal, vector);
    }

    /** Shows so many vectors to searches. For the thread that set them. */
    public void publish(int countAfter) {
        count = countAfter;
    }

    /** Copies a vector. */
    public void copyRow(int ordinal, float[] into) {
        rows.copyRow(ordinal, into);
    }

    /** Takes the next vector into the graph; there must be one. For one thread at a time. */
    public void link() {
        int before = linked;
        GrowingWriter.Entry after = writer.insert(entry);
        linked = before + 1;
        entry = after;
    }

    /** The comparisons that linking took; for the thread that links. */
    public long comparisons() {
        return writer.comparisons();
    }

    /** The memory taken, but for what a search needs; for the thread that links. */
    public long bytes() {
        return rows.bytes() + links.bytes() + writer.bytes();
    }

    /**
     * Writes the graph as {@link HnswIndex#build} does; for the thread that links, once all are in.
     *
     * @param vectors the same in one piece
     * @return the size of the file in bytes
     */
    public long write(Vectors vectors, Storage storage, String name, Workers workers) {
        try (Arena arena = Arena.ofShared()) {
            HnswGraph graph = writer.freeze(entry, arena);
            return HnswIndex.write(graph, spec, vectors, metric, storage, name, workers);
        }
    }

    /**
     * Searches the first vectors.
     *
     * @param size how many of them there are
     */
    public List<Neighbour> search(Query query, int size, SearchCost cost) {
        query.checkDimension(rows.dimension());
        int accepted = query.acceptedOf(size);
        int limit = Math.min(query.k(), accepted);
        if (limit == 0) {
            return List.of();
        }
        // In this order: the entry is always one of those linked.
        GrowingWriter.Entry start = entry;
        int bound = linked;
        Hands hands = take(bound);
        hands.reader.ask(query.vector());
        Nearest answers = new Nearest();
        answers.reset(limit);
        int reached = Math.min(bound, size);
        int inGraph = (int) ((long) accepted * reached / size);
        boolean found = false;
        if (start != null && !Effort.OF_WALK.isScanFaster(inGraph, bound, query.beam())) {
            GrowingAccepted who = new GrowingAccepted(links, query.accepted(), reached, bound);
            found = explore(query, start, who, hands, answers, cost);
            cost.addDistances(hands.reader.scan(reached, size, query.accepted(), answers));
        }
        if (!found || answers.size() < limit) {
            answers.reset(limit);
            cost.addDistances(hands.reader.scan(0, size, query.accepted(), answers));
        }
        // Not in a finally: what failed half way is not worth keeping.
        idle.offer(hands);
        return answers.neighbours();
    }

    private boolean explore(
            Query query,
            GrowingWriter.Entry start,
            GrowingAccepted who,
            Hands hands,
            Nearest answers,
            SearchCost cost) {
        Walk walk = hands.walk;
        long before = walk.comparisons();
        hands.view.setBound(who.linked());
        walk.ask(query.vector());
        long from = walk.descend(start.node(), start.level(), 0);
        long most = 2L * who.reached();
        boolean ended = walk.searchBase(from, query, who.isAll() ? null : who, most);
        cost.addDistances(walk.comparisons() - before);
        int nodes = walk.nearest().size();
        long[] keys = walk.nearest().sorted();
        for (int i = 0; ended && i < nodes; i++) {
            who.offer(keys[i], answers);
        }
        return ended;
    }

    private Hands take(int bound) {
        Hands hands = idle.poll();
        if (hands == null || hands.walk.capacity() < bound) {
            GrowingLinks.View view = new GrowingLinks.View(links);
            int capacity = Math.max(1024, 2 * Integer.highestOneBit(Math.max(1, bound)));
            hands = new Hands(view, rows.reader(), new Walk(view, capacity, rows.reader()));
        }
        return hands;
    }
}
