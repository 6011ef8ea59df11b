package dev.engram.index.disk;

import dev.engram.error.CorruptException;
import dev.engram.index.Metric;
import dev.engram.index.SearchCost;
import dev.engram.index.VectorIndex.Query;
import dev.engram.index.codes.ProductDistances;
import dev.engram.index.graph.AcceptedNodes;
import dev.engram.index.kernel.Instructions;
import dev.engram.index.kernel.Kernel;
import dev.engram.index.kernel.Keys;
import dev.engram.index.kernel.Nearest;
import dev.engram.index.kernel.Pool;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * One search at a time through a graph on disk, with all the memory it needs. Not safe for several
 * threads.
 *
 * <p>Candidates are ranked by their codes in memory. The blocks of the nearest ones are read a few
 * at a time (beam search, DiskANN, 2019); a block gives exact distances of its nodes and links to
 * more candidates. Other nodes of a block that was read are gone through as well where they are
 * candidates too, so no block is read twice.
 */
final class DiskSearcher {

    /** The most candidates a query can ask for; whoever wants more answers gets an exact scan. */
    static final int BEAM_MAX = 4096;

    /** The most candidates held where few of those met are accepted. */
    static final int POOL_MAX = 16_384;

    private final DiskFile file;
    private final DiskLayout layout;
    private final Beam beam;
    private final Kernel kernel;
    private final ProductDistances codes;
    private final Pool pool = new Pool();

    /** Nodes whose codes were compared, and blocks that were gone through: a bit each. */
    private final long[] met;

    private final long[] done;
    private final int[] ids;
    private final float[] estimates;
    private final float[] distances;
    private final float[] ownEstimates;

    /** Nodes that may be answered: by their exact distances, and by their codes. */
    private final Nearest found = new Nearest();

    private final Nearest foundByCodes = new Nearest();
    private long compared;
    private long scored;

    DiskSearcher(
            DiskFile file, Blocks blocks, Metric metric, Instructions instructions, Arena arena) {
        this.file = file;
        this.layout = file.layout();
        this.beam = new Beam(blocks, layout, arena);
        this.kernel = Kernel.of(metric, instructions);
        this.codes = file.quantizer().distances(metric, instructions);
        this.met = new long[(file.nodes() + 63) >>> 6];
        this.done = new long[(file.blocks() + 63) >>> 6];
        int most = Math.max(layout.degree(), layout.nodesPerBlock());
        this.ids = new int[most];
        this.estimates = new float[most];
        this.distances = new float[Math.max(Kernel.BLOCK, layout.nodesPerBlock())];
        this.ownEstimates = new float[layout.nodesPerBlock()];
    }

    /** The most memory that one of these takes, of all that grows with the set or the query. */
    static long bytes(DiskFile file) {
        DiskLayout layout = file.layout();
        long pool = 2L * Long.BYTES * Math.min(POOL_MAX, file.nodes() + 64L);
        long answers = 4L * Long.BYTES * Math.min(BEAM_MAX, file.nodes() + 64L);
        long tables =
                (((long) file.quantizer().shape().parts() << file.quantizer().shape().bits())
                                + file.quantizer().shape().padded())
                        * Float.BYTES;
        long marks = file.nodes() / 8L + file.blocks() / 8L;
        long lists = 16L * (layout.degree() + 2L * layout.nodesPerBlock() + Kernel.BLOCK);
        return pool + answers + tables + marks + lists + Beam.bytes(layout) + ExactScan.bytes();
    }

    Beam beam() {
        return beam;
    }

    /** Tells what was compared and read since the last time. */
    void addTo(SearchCost cost, long pagesBefore) {
        cost.addDistances(compared);
        cost.addReranked(scored);
        cost.addPages(beam.pages() - pagesBefore);
    }

    /**
     * Looks for the nodes nearest to a query and leaves them in {@link #found}.
     *
     * @param wanted candidates that may be answered, to be gone through
     * @param capacity candidates of any kind, to be held
     * @param accepted who may be answered; null for all
     */
    void explore(Query query, int wanted, int capacity, @Nullable AcceptedNodes accepted) {
        Arrays.fill(met, 0);
        Arrays.fill(done, 0);
        compared = 0;
        scored = 0;
        codes.set(query.vector());
        pool.reset(capacity);
        found.reset(Math.min(query.k(), wanted));
        foundByCodes.reset(wanted);
        ids[0] = file.entry();
        mark(met, file.entry());
        offer(1);
        while (choose(accepted != null)) {
            beam.fetch();
            for (int i = 0; i < beam.count(); i++) {
                goThrough(query, beam.number(i), beam.block(i), accepted);
            }
        }
    }

    /** The nearest nodes by exact distance, under the ordinals of their vectors. */
    Nearest found() {
        return found;
    }

    /**
     * How many nodes were found that may be answered and are as near as all that was gone through.
     * Others came along in a block, or on the way, and nearer ones than those may be missing. To be
     * asked once, where not all are accepted.
     */
    int sure() {
        int count = foundByCodes.size();
        long[] keys = foundByCodes.sorted();
        int sure = 0;
        while (sure < count && Keys.distance(keys[sure]) <= pool.worst()) {
            sure++;
        }
        return sure;
    }

    /** Fills the beam with the blocks of the nearest candidates; returns whether there is one. */
    private boolean choose(boolean filtered) {
        beam.clear();
        while (beam.count() < Beam.WIDTH) {
            int node = pool.close();
            if (node < 0 || (filtered && pool.closed() > foundByCodes.bound())) {
                break;
            }
            int block = node / layout.nodesPerBlock();
            if (!has(done, block) && !beam.has(block)) {
                beam.add(block);
            }
        }
        return beam.count() > 0;
    }

    private void goThrough(
            Query query, int number, MemorySegment block, @Nullable AcceptedNodes accepted) {
        mark(done, number);
        int first = number * layout.nodesPerBlock();
        int count = Math.min(layout.nodesPerBlock(), file.nodes() - first);
        meetAll(first, count);
        kernel.scan(query.vector(), block, layout.dimension(), 0, count, distances);
        scored += count;
        for (int slot = 0; slot < count; slot++) {
            int ordinal = layout.ordinal(block, slot);
            checkWithin("ordinal", ordinal, file.count(), number);
            if (accepted == null) {
                found.offer(Keys.of(distances[slot], ordinal));
            } else if (accepted.contains(ordinal)) {
                found.offer(Keys.of(distances[slot], ordinal));
                foundByCodes.offer(Keys.of(ownEstimates[slot], first + slot));
            }
        }
        for (int slot = 0; slot < count; slot++) {
            if (ownEstimates[slot] <= pool.worst()) {
                follow(block, slot, number);
            }
        }
    }

    /** Compares the codes of all nodes of a block, and offers those that were not met before. */
    private void meetAll(int first, int count) {
        for (int slot = 0; slot < count; slot++) {
            ids[slot] = first + slot;
        }
        codes.distances(file.codes(), file.rowBytes(), ids, count, ownEstimates);
        for (int slot = 0; slot < count; slot++) {
            if (!has(met, first + slot)) {
                mark(met, first + slot);
                compared++;
                pool.offer(ownEstimates[slot], first + slot);
            }
        }
    }

    /** Offers the links of a node that were not met before. */
    private void follow(MemorySegment block, int slot, int number) {
        int count = layout.linkCount(block, slot);
        checkWithin("links", count, layout.degree() + 1, number);
        int kept = 0;
        for (int i = 0; i < count; i++) {
            int link = layout.link(block, slot, i);
            checkWithin("link", link, file.nodes(), number);
            if (!has(met, link)) {
                mark(met, link);
                ids[kept++] = link;
            }
        }
        offer(kept);
    }

    private void offer(int count) {
        codes.distances(file.codes(), file.rowBytes(), ids, count, estimates);
        compared += count;
        for (int i = 0; i < count; i++) {
            pool.offer(estimates[i], ids[i]);
        }
    }

    private void checkWithin(String what, int value, int bound, int number) {
        if (value < 0 || value >= bound) {
            throw new CorruptException(
                    file.file(),
                    file.offset(number),
                    what + ": " + value + " (expected: 0.." + (bound - 1) + ")");
        }
    }

    private static boolean has(long[] bits, int index) {
        return (bits[index >>> 6] & 1L << index) != 0;
    }

    private static void mark(long[] bits, int index) {
        bits[index >>> 6] |= 1L << index;
    }
}
