package dev.engram.index.graph;

import dev.engram.index.kernel.Frontier;
import dev.engram.index.kernel.Keys;
import dev.engram.index.kernel.Nearest;
import dev.engram.index.kernel.Pool;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * One search at a time through a graph, with all the memory it needs. Not safe for several threads.
 *
 * <p>A hop reads the list of a node, keeps those not yet met, and asks for all their distances at
 * once. Ids in keys are numbered as on the level that is searched.
 */
final class Walk {

    private final Links links;
    private final Ruler ruler;

    /** A node was met in this search if its mark is the epoch; so nothing is cleared between. */
    private final byte[] marks;

    private byte epoch;
    private final int[] nodes;
    private final int[] ordinals;
    private final float[] distances;
    private final Frontier frontier = new Frontier();
    private final Nearest nearest = new Nearest();
    private final Pool pool = new Pool();
    private long[] passed = new long[256];
    private int passedCount;
    private long comparisons;

    /** During a build under the dot product, and then who asks; otherwise null. */
    private @Nullable Lift lift;

    private int asking;

    /**
     * @param count of the vectors
     */
    Walk(Links links, int count, Ruler ruler) {
        this.links = links;
        this.ruler = ruler;
        this.marks = new byte[count];
        this.nodes = new int[links.capacity(0)];
        this.ordinals = new int[links.capacity(0)];
        this.distances = new float[links.capacity(0)];
    }

    /** The keys that the last {@link #search} found; whoever takes them may offer more first. */
    Nearest nearest() {
        return nearest;
    }

    /**
     * The keys of all nodes that the last {@link #search} for all went through, on its way too, in
     * that order, at {@code 0..passedCount()-1}; valid until the next search.
     */
    long[] passed() {
        return passed;
    }

    /** How many nodes the last {@link #search} for all went through. */
    int passedCount() {
        return passedCount;
    }

    /** From now on distances are those from this query. */
    void ask(float[] query) {
        ruler.ask(query);
    }

    /** From now on the query is a vector of the graph itself, with its lift. */
    void askFor(int ordinal, Lift lift) {
        this.asking = ordinal;
        this.lift = lift;
    }

    /** How many distances were computed since this walk was made. */
    long comparisons() {
        return comparisons;
    }

    /** The key of a node. */
    long key(int level, int node) {
        nodes[0] = node;
        measure(level, 1);
        return Keys.of(distances[0], node);
    }

    /**
     * Goes from node to node as long as one is nearer, from level to level down to {@code last}.
     *
     * @return the key of the node reached, numbered as on {@code last}
     */
    long descend(int entry, int level, int last) {
        long best = key(level, entry);
        for (int at = level; at > last; at--) {
            best = climb(at, best);
            if (at == 1) {
                best = Keys.of(Keys.distance(best), links.ordinal(1, Keys.id(best)));
            }
        }
        return best;
    }

    private long climb(int level, long start) {
        long best = start;
        long before;
        do {
            before = best;
            long list = links.list(level, Keys.id(best));
            int count = HnswLayout.linkCount(links.upper(), list);
            for (int i = 0; i < count; i++) {
                nodes[i] = HnswLayout.link(links.upper(), list, i);
            }
            measure(level, count);
            for (int i = 0; i < count; i++) {
                best = Math.min(best, Keys.of(distances[i], nodes[i]));
            }
        } while (best < before);
        return best;
    }

    /**
     * Searches a level from {@code start} for the {@code beam} nearest nodes (algorithm 2 of the
     * paper), and leaves them in {@link #nearest}. Passes through nodes that are not accepted, and
     * goes on until so many accepted ones are found or the graph is exhausted.
     *
     * @param accepted who may be answered, on the base only; null for all
     * @param comparisonsMax where to give up
     * @return whether it came to an end before {@code comparisonsMax}
     */
    boolean search(
            int level,
            long start,
            int beam,
            @Nullable AcceptedNodes accepted,
            long comparisonsMax) {
        if (accepted == null) {
            searchAll(level, start, beam);
            return true;
        }
        nextEpoch();
        frontier.clear();
        nearest.reset(beam);
        long giveUp = comparisons + comparisonsMax;
        marks[Keys.id(start)] = epoch;
        frontier.push(start);
        if (accepted.contains(Keys.id(start))) {
            nearest.offer(start);
        }
        while (!frontier.isEmpty()) {
            long key = frontier.pop();
            if (key > nearest.bound()) {
                break;
            }
            if (comparisons > giveUp) {
                return false;
            }
            int count = unmarked(level, Keys.id(key));
            measure(level, count);
            takeAccepted(count, accepted);
        }
        return true;
    }

    /** The search where all may be answered: then what is out of the answers is never visited. */
    private void searchAll(int level, long start, int beam) {
        nextEpoch();
        pool.reset(beam);
        passedCount = 0;
        marks[Keys.id(start)] = epoch;
        pool.offer(Keys.distance(start), Keys.id(start));
        for (int node = pool.close(); node >= 0; node = pool.close()) {
            if (passedCount == passed.length) {
                passed = Arrays.copyOf(passed, 2 * passedCount);
            }
            passed[passedCount++] = pool.closed();
            int count = unmarked(level, node);
            measure(level, count);
            for (int i = 0; i < count; i++) {
                pool.offer(distances[i], nodes[i]);
            }
        }
        nearest.reset(beam);
        for (int i = 0; i < pool.size(); i++) {
            nearest.offer(pool.key(i));
        }
    }

    private void takeAccepted(int count, AcceptedNodes accepted) {
        for (int i = 0; i < count; i++) {
            long key = Keys.of(distances[i], nodes[i]);
            if (key < nearest.bound()) {
                frontier.push(key);
                if (accepted.contains(nodes[i])) {
                    nearest.offer(key);
                }
            }
        }
    }

    /** Collects and marks the linked nodes that this search has not met; returns their number. */
    private int unmarked(int level, int node) {
        MemorySegment lists = links.lists(level);
        long list = links.list(level, node);
        int count = HnswLayout.linkCount(lists, list);
        int kept = 0;
        for (int i = 0; i < count; i++) {
            int linked = HnswLayout.link(lists, list, i);
            if (marks[linked] != epoch) {
                marks[linked] = epoch;
                nodes[kept++] = linked;
            }
        }
        return kept;
    }

    private void measure(int level, int count) {
        int[] ids = nodes;
        if (level > 0) {
            for (int i = 0; i < count; i++) {
                ordinals[i] = links.ordinal(level, nodes[i]);
            }
            ids = ordinals;
        }
        ruler.distances(ids, count, distances);
        comparisons += count;
        if (lift != null) {
            lift.apply(asking, ids, count, distances);
        }
    }

    private void nextEpoch() {
        epoch++;
        if (epoch == 0) {
            Arrays.fill(marks, (byte) 0);
            epoch = 1;
        }
    }
}
