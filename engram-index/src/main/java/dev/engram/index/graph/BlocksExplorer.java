package dev.engram.index.graph;

import dev.engram.index.Metric;
import dev.engram.index.VectorIndex.Query;
import dev.engram.index.VectorSource;
import dev.engram.index.codes.BlockLayout;
import dev.engram.index.codes.BlockScan;
import dev.engram.index.codes.PqTables;
import dev.engram.index.codes.Sq8Kernel;
import dev.engram.index.codes.Sq8Query;
import dev.engram.index.kernel.Frontier;
import dev.engram.index.kernel.Instructions;
import dev.engram.index.kernel.Keys;
import dev.engram.index.kernel.Nearest;
import dev.engram.index.kernel.Pool;
import dev.engram.storage.Guarded;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Explores a graph of neighbour blocks, two nodes a hop.
 *
 * <pre>
 *   pivots    scanned as one large block around the mean; the best few are the first candidates
 *   hop       of the two most promising nodes: ask for all lines of both records, compute their
 *             distances by the 8-bit codes, estimate those of all their links in one scan
 *   end       when the beam holds no node that was not gone through: the best are rescored
 * </pre>
 */
final class BlocksExplorer implements Explorer {

    /** Pivots that a search starts from. */
    private static final int STARTS = 8;

    /** Where a smaller share is accepted, a detour is shorter than passing through all. */
    private static final double PASS_SHARE_MIN = 0.07;

    private static final int LANES = BlockLayout.LANES;

    private final BlocksFile file;
    private final Guarded guarded;

    /** Where only what a hop had checked is read. */
    private final MemorySegment records;

    private final long recordBytes;
    private final PqTables tables;
    private final BlockScan scan;
    private final Sq8Query query;
    private final Sq8Kernel kernel;
    private final Rescore rescore;

    /** A node was a candidate in this search if its mark is the epoch. */
    private final byte[] marks;

    private byte epoch;
    private final float[] estimates = new float[2 * LANES];

    /** Candidates by their estimates. */
    private final Pool candidates = new Pool();

    /** Candidates without end, where not all nodes are accepted. */
    private final Frontier frontier = new Frontier();

    /** Nodes that were gone through and may be answered, by their 8-bit codes. */
    private final Nearest visited = new Nearest();

    /** The most promising accepted nodes by their estimates, where not all nodes are. */
    private final Pool promising = new Pool();

    /** For detours; null before the first. */
    private @Nullable Walk walk;

    private float toFirst;
    private float toSecond;
    private long hops;
    private long scans;
    private int touched;

    BlocksExplorer(BlocksFile file, VectorSource source, Metric metric, Instructions instructions) {
        this.file = file;
        this.guarded = file.records();
        this.records = guarded.range(0, 0);
        this.recordBytes = file.layout().recordBytes();
        this.tables = new PqTables(file.codebook(), metric, instructions);
        this.scan = BlockScan.of(instructions);
        this.query = new Sq8Query(file.ranges(), metric);
        this.kernel = Sq8Kernel.of(metric, instructions);
        this.rescore = new Rescore(source);
        this.marks = new byte[file.count()];
    }

    @Override
    public boolean explore(Query asked, @Nullable AcceptedNodes who, long comparisonsMax) {
        tables.set(asked.vector());
        query.set(asked.vector());
        nextEpoch();
        scanPivots(Math.min(STARTS, asked.beam()));
        for (int i = 0; i < candidates.size(); i++) {
            marks[candidates.id(i)] = epoch;
        }
        if (who == null) {
            searchAll(asked);
        } else if (who.share() < PASS_SHARE_MIN || !pass(asked, who)) {
            return detour(asked, who, comparisonsMax);
        }
        rescore.score(asked, query, visited);
        return true;
    }

    private void scanPivots(int starts) {
        MemorySegment pivots = file.pivots();
        long bytes = file.layout().blockBytes();
        int ids = BlockLayout.idsOffset(file.layout().codes());
        float centre = tables.centre();
        candidates.reset(starts);
        for (long at = 0; at < pivots.byteSize(); at += 2 * bytes) {
            float worst = candidates.worst();
            long near = scan.scan(pivots, at, at + bytes, tables, centre, centre, worst, estimates);
            scans++;
            for (; near != 0; near &= near - 1) {
                int place = Long.numberOfTrailingZeros(near);
                long block = place < LANES ? at : at + bytes;
                int id = BlockLayout.id(pivots, block + ids, place % LANES);
                candidates.offer(estimates[place], id);
            }
        }
    }

    private void searchAll(Query asked) {
        visited.reset(Rescore.most(asked.k()));
        candidates.widen(asked.beam());
        int first = candidates.close();
        while (first >= 0) {
            int second = candidates.close();
            long near = hop(first, second, candidates.worst());
            visited.offer(Keys.of(toFirst, first));
            if (second >= 0) {
                visited.offer(Keys.of(toSecond, second));
            }
            for (; near != 0; near &= near - 1) {
                int place = Long.numberOfTrailingZeros(near);
                int id = linked(first, second, place);
                // Marked only once it is a candidate: another node may estimate it better.
                if (marks[id] != epoch && candidates.offer(estimates[place], id)) {
                    marks[id] = epoch;
                }
            }
            first = candidates.close();
        }
    }

    /**
     * Goes through two records at once, and leaves their distances in {@link #toFirst} and {@link
     * #toSecond}.
     *
     * @param second may be -1 for none
     * @return a bit for each place whose estimate is less than {@code worst}
     */
    private long hop(int first, int second, float worst) {
        long a = first * recordBytes;
        long b = second < 0 ? a : second * recordBytes;
        guarded.range(a, recordBytes);
        guarded.range(b, recordBytes);
        touched += BlocksLayout.touch(records, a, b, recordBytes);
        long distances = kernel.pair(query, records, a, b);
        toFirst = Sq8Kernel.first(distances);
        toSecond = Sq8Kernel.second(distances);
        scans++;
        hops += second < 0 ? 1 : 2;
        int block = file.layout().rowBytes();
        long near =
                scan.scan(
                        records, a + block, b + block, tables, toFirst, toSecond, worst, estimates);
        return second < 0 ? near & 0xffff_ffffL : near;
    }

    /** The node at a place of the two records that a hop went through. */
    private int linked(int first, int second, int place) {
        long ids = (place < LANES ? first : second) * recordBytes + file.layout().idsOffset();
        int id = BlockLayout.id(records, ids, place % LANES);
        if (id < 0 || id >= marks.length) {
            throw guarded.corrupt(ids, "link: " + id + " (expected: below " + marks.length + ")");
        }
        return id;
    }

    /**
     * Passes through nodes that are not accepted as through any other, and goes on until enough
     * accepted ones are more promising than all that was not gone through.
     *
     * @return whether there were about as many accepted nodes around the query as anywhere
     */
    private boolean pass(Query asked, AcceptedNodes who) {
        Passing passing = new Passing(asked, Rescore.most(asked.k()), who);
        promising.reset(passing.most());
        visited.reset(Rescore.most(asked.k()));
        frontier.clear();
        for (int i = 0; i < candidates.size(); i++) {
            push(candidates.distance(i), candidates.id(i), who);
        }
        while (!frontier.isEmpty()) {
            float bound = promising.bound(passing.enough());
            long key = frontier.pop();
            if (Keys.distance(key) > bound) {
                break;
            }
            int first = Keys.id(key);
            int second = frontier.isEmpty() ? -1 : Keys.id(frontier.pop());
            long near = hop(first, second, bound);
            visit(first, toFirst, who, passing);
            if (second >= 0) {
                visit(second, toSecond, who, passing);
            }
            if (passing.isLost()) {
                return false;
            }
            for (; near != 0; near &= near - 1) {
                int place = Long.numberOfTrailingZeros(near);
                int id = linked(first, second, place);
                if (marks[id] != epoch) {
                    marks[id] = epoch;
                    push(estimates[place], id, who);
                }
            }
        }
        return true;
    }

    private void push(float estimate, int node, AcceptedNodes who) {
        frontier.push(Keys.of(estimate, node));
        if (who.contains(node)) {
            promising.offer(estimate, node);
        }
    }

    private void visit(int node, float distance, AcceptedNodes who, Passing passing) {
        boolean isAccepted = who.contains(node);
        passing.pass(isAccepted);
        if (isAccepted) {
            visited.offer(Keys.of(distance, node));
        }
    }

    /** Compares accepted nodes only, by their 8-bit codes; without estimates. */
    private boolean detour(Query asked, AcceptedNodes who, long comparisonsMax) {
        if (walk == null) {
            Ruler ruler = new Ruler.OfRecords(query, kernel, guarded, recordBytes);
            walk = new Walk(new RecordLinks(file), file.count(), ruler);
        }
        long start = walk.key(0, candidates.id(0));
        int beams = who.share() < PASS_SHARE_MIN ? 1 : Walk.BEAMS_ELSEWHERE;
        boolean ended = walk.detour(start, beams * asked.beam(), who, comparisonsMax);
        if (ended) {
            rescore.score(asked, query, walk.nearest());
        }
        return ended;
    }

    @Override
    public Nearest found() {
        return rescore.rescored();
    }

    @Override
    public Tally tally() {
        long coded = hops + (walk == null ? 0 : walk.comparisons());
        return new Tally(rescore.comparisons(), coded, scans * 2 * LANES);
    }

    @Override
    public Effort effort() {
        return Effort.OF_BLOCKS;
    }

    /** What reading ahead has read; keeps the reads from being optimised away. */
    int touched() {
        return touched;
    }

    private void nextEpoch() {
        epoch++;
        if (epoch == 0) {
            Arrays.fill(marks, (byte) 0);
            epoch = 1;
        }
    }
}
