package dev.engram.index.ivf;

import dev.engram.index.Metric;
import dev.engram.index.Ordinals;
import dev.engram.index.SearchCost;
import dev.engram.index.VectorIndex.Query;
import dev.engram.index.VectorSource;
import dev.engram.index.codes.BlockLayout;
import dev.engram.index.codes.BlockScan;
import dev.engram.index.codes.PqTables;
import dev.engram.index.kernel.Instructions;
import dev.engram.index.kernel.Kernel;
import dev.engram.index.kernel.Keys;
import dev.engram.index.kernel.Nearest;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * One search at a time through inverted lists, with all the memory it needs. Not safe for several
 * threads.
 *
 * <pre>
 *   rank      the query is compared with all centroids
 *   scan      the codes of the nearest lists, two blocks at a time: the tables of a query serve all
 *             lists, as {@link dev.engram.index.codes.BlockEncoder} shows
 *   go on     with the next lists, where these were too short, or too few of them accepted
 *   rescore   the most promising by their codes get exact distances, in one batch
 * </pre>
 */
final class IvfExplorer {

    private static final int LANES = BlockLayout.LANES;

    private final IvfFile file;
    private final VectorSource source;
    private final Kernel kernel;
    private final PqTables tables;
    private final BlockScan scan;
    private final long blockBytes;
    private final int idsOffset;
    private final float[] arranged;
    private final float[] distances = new float[Kernel.BLOCK];

    /** The query's distance from every centroid. */
    private final float[] bases;

    /** The same with what ranks a list besides. */
    private final float[] ranks;

    private final Nearest ranked = new Nearest();
    private final Nearest candidates = new Nearest();
    private final float[] estimates = new float[2 * LANES];

    /**
     * Where a vector stands in several lists: it was taken in this search if its mark is the epoch.
     */
    private final byte[] marks;

    private byte epoch;

    /** A block that waits for another, since a scan takes two; -1 for none. */
    private long waiting;

    private float baseOfWaiting;
    private int[] ordinals = new int[64];
    private float[] exact = new float[64];

    IvfExplorer(IvfFile file, VectorSource source, Metric metric, Instructions instructions) {
        this.file = file;
        this.source = source;
        this.kernel = Kernel.of(metric, instructions);
        this.tables = new PqTables(file.codebook(), metric, instructions);
        this.scan = BlockScan.of(instructions);
        int codes = file.codebook().parts();
        this.blockBytes = BlockLayout.bytes(codes);
        this.idsOffset = BlockLayout.idsOffset(codes);
        this.arranged = new float[file.codebook().padded()];
        this.bases = new float[file.lists()];
        this.ranks = new float[file.lists()];
        this.marks = new byte[file.assignments() > 1 ? file.count() : 0];
    }

    /**
     * Finds the nearest accepted vectors.
     *
     * @param limit how many there are to be; so many must be accepted
     * @param accepted who may be answered, null for all
     */
    Nearest search(
            Query query, Effort effort, int limit, @Nullable Ordinals accepted, SearchCost cost) {
        file.quantizer().arrange(query.vector(), arranged);
        tables.set(arranged);
        measure(query.vector());
        nextEpoch();
        candidates.reset(effort.rescored());
        waiting = -1;
        long scanned = 0;
        int done = 0;
        int next = effort.lists(ranks);
        while (done < next) {
            long[] keys = rank(next);
            for (int i = done; i < next; i++) {
                int list = Keys.id(keys[i]);
                scanned += file.lengths()[list];
                scanList(list, accepted);
            }
            finishWaiting(accepted);
            done = next;
            boolean isEnough = candidates.size() >= limit && scanned >= effort.codesMin();
            next = isEnough ? done : Math.min(file.lists(), 2 * done);
        }
        cost.addDistances(file.lists() + scanned);
        return rescored(query, limit, cost);
    }

    private void measure(float[] query) {
        int lists = file.lists();
        for (int first = 0; first < lists; first += Kernel.BLOCK) {
            int count = Math.min(Kernel.BLOCK, lists - first);
            kernel.scan(query, file.centroids().rows(), query.length, first, count, distances);
            System.arraycopy(distances, 0, bases, first, count);
        }
        float[] biases = file.biases();
        for (int list = 0; list < lists; list++) {
            ranks[list] = bases[list] + biases[list];
        }
    }

    /** The keys of the first so many lists, nearest first. */
    private long[] rank(int count) {
        ranked.reset(count);
        for (int list = 0; list < ranks.length; list++) {
            ranked.offer(Keys.of(ranks[list], list));
        }
        return ranked.sorted();
    }

    private void scanList(int list, @Nullable Ordinals accepted) {
        float base = bases[list];
        int last = file.starts()[list + 1];
        for (int i = file.starts()[list]; i < last; i++) {
            long block = i * blockBytes;
            if (waiting < 0) {
                waiting = block;
                baseOfWaiting = base;
            } else {
                scan(waiting, block, baseOfWaiting, base, -1L, accepted);
                waiting = -1;
            }
        }
    }

    private void finishWaiting(@Nullable Ordinals accepted) {
        if (waiting >= 0) {
            long first = (1L << LANES) - 1;
            scan(waiting, waiting, baseOfWaiting, baseOfWaiting, first, accepted);
            waiting = -1;
        }
    }

    private void scan(
            long first,
            long second,
            float baseFirst,
            float baseSecond,
            long wanted,
            @Nullable Ordinals accepted) {
        file.blocks().range(first, blockBytes);
        MemorySegment blocks = file.blocks().range(second, blockBytes);
        long bound = candidates.bound();
        float worst = bound == Long.MAX_VALUE ? Float.POSITIVE_INFINITY : Keys.distance(bound);
        long near =
                scan.scan(blocks, first, second, tables, baseFirst, baseSecond, worst, estimates)
                        & wanted;
        while (near != 0) {
            int lane = Long.numberOfTrailingZeros(near);
            near &= near - 1;
            long block = lane < LANES ? first : second;
            take(blocks, block, lane % LANES, estimates[lane], accepted);
        }
    }

    private void take(
            MemorySegment blocks,
            long block,
            int place,
            float estimate,
            @Nullable Ordinals accepted) {
        int id = file.checked(BlockLayout.id(blocks, block + idsOffset, place));
        if (accepted != null && !accepted.contains(id)) {
            return;
        }
        if (marks.length > 0) {
            if (marks[id] == epoch) {
                return;
            }
            marks[id] = epoch;
        }
        candidates.offer(Keys.of(estimate, id));
    }

    private Nearest rescored(Query query, int limit, SearchCost cost) {
        int count = candidates.size();
        long[] keys = candidates.sorted();
        if (ordinals.length < count) {
            ordinals = new int[count];
            exact = new float[count];
        }
        for (int i = 0; i < count; i++) {
            ordinals[i] = Keys.id(keys[i]);
        }
        source.distances(query.vector(), ordinals, count, exact);
        cost.addReranked(count);
        Nearest nearest = new Nearest();
        nearest.reset(limit);
        for (int i = 0; i < count; i++) {
            nearest.offer(Keys.of(exact[i], ordinals[i]));
        }
        return nearest;
    }

    private void nextEpoch() {
        epoch++;
        if (epoch == 0) {
            Arrays.fill(marks, (byte) 0);
            epoch = 1;
        }
    }
}
