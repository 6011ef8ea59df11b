package dev.engram.index.graph;

import dev.engram.index.VectorIndex.Query;
import dev.engram.index.kernel.Frontier;
import dev.engram.index.kernel.Keys;
import dev.engram.index.kernel.Nearest;
import dev.engram.index.kernel.Pool;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * One search at a time through a graph, with all the memory it needs. Not safe for several threads.
 *
 * <p>A hop reads the list of a node, keeps those not yet met, and asks for all their distances at
 * once. Ids in keys are numbered as on the level that is searched.
 */
final class Walk {

    /** From so many accepted nodes around one on, a detour goes no farther from it. */
    private static final int ENOUGH = 24;

    /** Lists that a detour reads from one node at most. */
    private static final int PASSED_MAX = 64;

    /** Where a smaller share is accepted, a detour is shorter than passing through all. */
    private static final double PASS_SHARE_MIN = 0.12;

    /** Times as many candidates are held where the accepted nodes are elsewhere. */
    static final int BEAMS_ELSEWHERE = 2;

    /** Accepted nodes from all over, with which a detour starts where few are near its entry. */
    private static final int SEEDS = 64;

    private static final int SEEDS_BELOW = 4;

    private final Adjacency links;
    private final Ruler ruler;

    /** A node was met in this search if its mark is the epoch; so nothing is cleared between. */
    private final byte[] marks;

    private byte epoch;
    private final int[] linked;
    private final int[] nodes;
    private final int[] ordinals;

    /** Nodes to pass through on a detour. */
    private final int[] waitingNodes = new int[PASSED_MAX];

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
    Walk(Adjacency links, int count, Ruler ruler) {
        int batch = ENOUGH + links.capacity(0);
        this.links = links;
        this.ruler = ruler;
        this.marks = new byte[count];
        this.linked = new int[links.capacity(0)];
        this.nodes = new int[batch];
        this.ordinals = new int[batch];
        this.distances = new float[batch];
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

    /** How many vectors this walk can tell apart. */
    int capacity() {
        return marks.length;
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
            int count = links.read(level, Keys.id(best), nodes);
            measure(level, count);
            for (int i = 0; i < count; i++) {
                best = Math.min(best, Keys.of(distances[i], nodes[i]));
            }
        } while (best < before);
        return best;
    }

    /**
     * Searches a level from {@code start} for the {@code beam} nearest nodes (algorithm 2 of the
     * paper), and leaves them in {@link #nearest}.
     */
    void search(int level, long start, int beam) {
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
        takePool(beam);
    }

    /**
     * Searches the base for the nearest accepted nodes, and leaves them in {@link #nearest}: as
     * many as a query has candidates, or as many as give the same recall. Where few are accepted
     * around the query, although many are in all, a detour finds its way to them sooner than a
     * search that passes through all that is nearer.
     *
     * @param accepted who may be answered; null for all
     * @param comparisonsMax where to give up
     * @return whether it came to an end before {@code comparisonsMax}
     */
    boolean searchBase(
            long start, Query query, @Nullable AcceptedNodes accepted, long comparisonsMax) {
        if (accepted == null) {
            search(0, start, query.beam());
            return true;
        }
        if (accepted.share() < PASS_SHARE_MIN) {
            return detour(start, query.beam(), accepted, comparisonsMax);
        }
        return pass(start, query, accepted)
                || detour(start, BEAMS_ELSEWHERE * query.beam(), accepted, comparisonsMax);
    }

    /**
     * Passes through nodes that are not accepted as through any other, and goes on until enough
     * accepted ones are nearer than all that was not gone through.
     *
     * @return whether there were about as many accepted nodes around the query as anywhere
     */
    private boolean pass(long start, Query query, AcceptedNodes accepted) {
        nextEpoch();
        frontier.clear();
        Passing passing = new Passing(query, query.k(), accepted);
        pool.reset(passing.most());
        nodes[0] = Keys.id(start);
        distances[0] = Keys.distance(start);
        marks[nodes[0]] = epoch;
        take(1, accepted, Float.POSITIVE_INFINITY);
        while (!frontier.isEmpty()) {
            float bound = pool.bound(passing.enough());
            long key = frontier.pop();
            if (Keys.distance(key) > bound) {
                break;
            }
            passing.pass(accepted.contains(Keys.id(key)));
            if (passing.isLost()) {
                return false;
            }
            int count = unmarked(0, Keys.id(key));
            measure(0, count);
            take(count, accepted, bound);
        }
        takePool(query.beam());
        return true;
    }

    private void take(int count, AcceptedNodes accepted, float bound) {
        for (int i = 0; i < count; i++) {
            if (distances[i] <= bound) {
                frontier.push(Keys.of(distances[i], nodes[i]));
                if (accepted.contains(nodes[i])) {
                    pool.offer(distances[i], nodes[i]);
                }
            }
        }
    }

    /**
     * Compares accepted nodes only: where a list names one that is not, it takes that node's links
     * in its place, and theirs, until it has enough (after ACORN: Patel and others, "Performant and
     * predicate-agnostic search over vector embeddings and structured data", 2024).
     *
     * @return whether it came to an end before {@code comparisonsMax}
     */
    boolean detour(long start, int beam, AcceptedNodes accepted, long comparisonsMax) {
        nextEpoch();
        pool.reset(beam);
        long giveUp = comparisons + comparisonsMax;
        marks[Keys.id(start)] = epoch;
        if (accepted.contains(Keys.id(start))) {
            pool.offer(Keys.distance(start), Keys.id(start));
        }
        offer(around(Keys.id(start), accepted));
        if (pool.size() < SEEDS_BELOW) {
            // The accepted lie together and elsewhere, where links between them are one-sided.
            pool.widen(BEAMS_ELSEWHERE * beam);
            offer(seeds(accepted));
        }
        for (int node = pool.close(); node >= 0; node = pool.close()) {
            if (comparisons > giveUp) {
                return false;
            }
            offer(around(node, accepted));
        }
        takePool(BEAMS_ELSEWHERE * beam);
        return true;
    }

    private void takePool(int limit) {
        nearest.reset(limit);
        for (int i = 0; i < pool.size(); i++) {
            nearest.offer(pool.key(i));
        }
    }

    private void offer(int count) {
        measure(0, count);
        for (int i = 0; i < count; i++) {
            pool.offer(distances[i], nodes[i]);
        }
    }

    /** Collects accepted nodes around one; returns their number. */
    private int around(int node, AcceptedNodes accepted) {
        int kept = 0;
        int waiting = 0;
        int through = node;
        for (int next = 0; ; ) {
            int count = links.read(0, through, linked);
            for (int i = 0; i < count; i++) {
                int id = linked[i];
                if (marks[id] != epoch) {
                    if (accepted.contains(id)) {
                        marks[id] = epoch;
                        nodes[kept++] = id;
                    } else if (waiting < waitingNodes.length) {
                        waitingNodes[waiting++] = id;
                    }
                }
            }
            while (next < waiting && marks[waitingNodes[next]] == epoch) {
                next++;
            }
            if (next == waiting || kept >= ENOUGH) {
                return kept;
            }
            through = waitingNodes[next++];
            marks[through] = epoch;
        }
    }

    /** Collects accepted nodes from all over the graph; returns their number. */
    private int seeds(AcceptedNodes accepted) {
        int kept = 0;
        long step = Math.max(1, marks.length / SEEDS);
        for (long from = 0; from < marks.length && kept < nodes.length; from += step) {
            int id = accepted.next((int) from);
            boolean isNew = id >= 0 && marks[id] != epoch;
            // A twin has no links: its node is another.
            if (isNew && links.read(0, id, linked) > 0) {
                marks[id] = epoch;
                nodes[kept++] = id;
            }
        }
        return kept;
    }

    /** Collects and marks the linked nodes that this search has not met; returns their number. */
    private int unmarked(int level, int node) {
        int count = links.read(level, node, linked);
        int kept = 0;
        for (int i = 0; i < count; i++) {
            int id = linked[i];
            if (marks[id] != epoch) {
                marks[id] = epoch;
                nodes[kept++] = id;
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
