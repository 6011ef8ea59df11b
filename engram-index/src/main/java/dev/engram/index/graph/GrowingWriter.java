package dev.engram.index.graph;

import dev.engram.index.IndexSpec;
import dev.engram.index.Metric;
import dev.engram.index.kernel.Keys;
import dev.engram.index.kernel.Nearest;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Takes vectors into a growing graph, one by one in the order of their ordinals: {@link
 * HnswBuilder} with batches of one. Not safe for several threads, but others read meanwhile.
 */
final class GrowingWriter {

    private static final int FIRST_CAPACITY = 1024;

    private final GrowingRows rows;
    private final GrowingLinks links;
    private final int beam;
    private final Levels levels;
    private final GrowingTwins twins;
    private final @Nullable Lift lift;
    private final GrowingLinks.View view;
    private final Diversity diversity;
    private final float[] row;
    private final int[] linked;
    private final long[] keys;

    /** The links that the newest node chose on each level. */
    private final long[][] chosen;

    private final int[] chosenCounts;
    private Walk walk;
    private long comparisonsBefore;

    /** Ordinals that stand above the base, ascending. */
    private int[] high = new int[16];

    private int highCount;
    private int next;

    GrowingWriter(GrowingRows rows, GrowingLinks links, IndexSpec.Hnsw spec, Metric metric) {
        this.rows = rows;
        this.links = links;
        this.beam = spec.beamBuild();
        this.levels = new Levels(spec.seed(), spec.degree());
        this.twins = new GrowingTwins(rows);
        this.lift = Lift.growing(metric);
        this.view = new GrowingLinks.View(links);
        this.diversity =
                new Diversity(
                        view,
                        rows.dimension(),
                        (into, ordinal) -> rows.copyRow(ordinal, into),
                        rows.reader(),
                        lift,
                        Reach.EQUAL);
        this.row = new float[rows.dimension()];
        this.linked = new int[links.capacity(0)];
        this.keys = new long[links.capacity(0) + 1];
        this.chosen = new long[Levels.LEVEL_MAX + 1][links.degree()];
        this.chosenCounts = new int[Levels.LEVEL_MAX + 1];
        this.walk = new Walk(view, FIRST_CAPACITY, rows.reader());
    }

    /** Where a search starts. */
    record Entry(int node, int level) {}

    /** How many distances to nodes of the graph were computed by walks. */
    long comparisons() {
        return comparisonsBefore + walk.comparisons();
    }

    /**
     * Takes in the next vector.
     *
     * @param entry null in an empty graph
     * @return where a search starts from now on
     */
    Entry insert(@Nullable Entry entry) {
        int ordinal = next++;
        rows.copyRow(ordinal, row);
        if (lift != null) {
            lift.add(row);
        }
        int original = twins.original(ordinal, row);
        if (original != ordinal && entry != null) {
            links.add(ordinal, 0);
            links.addTwin(original, ordinal);
            return entry;
        }
        int level = levels.of(ordinal);
        links.add(ordinal, level);
        if (level > 0) {
            if (highCount == high.length) {
                high = Arrays.copyOf(high, 2 * highCount);
            }
            high[highCount++] = ordinal;
        }
        if (entry == null) {
            return new Entry(ordinal, level);
        }
        connect(ordinal, Math.min(level, entry.level()), entry);
        return level > entry.level() ? new Entry(ordinal, level) : entry;
    }

    /** Outgoing links first, on all levels: a search that comes to the node must find a way out. */
    private void connect(int ordinal, int level, Entry entry) {
        if (walk.capacity() <= ordinal) {
            comparisonsBefore += walk.comparisons();
            walk = new Walk(view, 2 * walk.capacity(), rows.reader());
        }
        if (lift != null) {
            walk.askFor(ordinal, lift);
        }
        walk.ask(row);
        long start = walk.descend(entry.node(), entry.level(), level);
        for (int at = level; at >= 0; at--) {
            walk.search(at, start, beam);
            Nearest nearest = walk.nearest();
            start = nearest.least();
            int found = nearest.size();
            long[] candidates = nearest.sorted();
            int count = diversity.choose(at, candidates, found, links.degree());
            System.arraycopy(candidates, 0, chosen[at], 0, count);
            chosenCounts[at] = count;
            links.write(at, ordinal, candidates, count);
        }
        for (int at = level; at >= 0; at--) {
            for (int i = 0; i < chosenCounts[at]; i++) {
                long key = chosen[at][i];
                linkBack(at, Keys.id(key), Keys.of(Keys.distance(key), ordinal));
            }
        }
    }

    private void linkBack(int level, int node, long key) {
        int count = links.readKeys(level, node, linked, keys);
        keys[count++] = key;
        if (count > links.capacity(level)) {
            Arrays.sort(keys, 0, count);
            count = diversity.choose(level, keys, count, links.capacity(level));
        }
        links.write(level, node, keys, count);
    }

    /** The graph of all that was taken in, as {@link HnswBuilder} would have left it. */
    HnswGraph freeze(@Nullable Entry entry, Arena arena) {
        long[] pairs = twins.pairs();
        Links frozen =
                Links.allocate(
                        arena, next, highCount, links.listCount(), pairs.length, links.degree());
        for (int i = 0; i < pairs.length; i++) {
            int original = (int) (pairs[i] >>> 32);
            HnswLayout.setPair(frozen.twins().pairs().all(), i, original, (int) pairs[i]);
        }
        for (int node = 0; node < next; node++) {
            int count = links.read(0, node, linked);
            freeze(frozen.base(), frozen.list(0, node), count);
        }
        for (int slot = 0; slot < highCount; slot++) {
            HnswLayout.setPair(frozen.slots(), slot, high[slot], links.firstUpper(high[slot]));
        }
        for (int slot = 0; slot < highCount; slot++) {
            for (int level = 1; level <= frozen.height(slot); level++) {
                int count = links.read(level, high[slot], linked);
                for (int i = 0; i < count; i++) {
                    linked[i] = slot(linked[i]);
                }
                freeze(frozen.upper(), frozen.list(level, slot), count);
            }
        }
        if (entry == null) {
            return new HnswGraph(frozen, 0, 0);
        }
        int start = entry.level() == 0 ? entry.node() : slot(entry.node());
        return new HnswGraph(frozen, start, entry.level());
    }

    private int slot(int ordinal) {
        return Arrays.binarySearch(high, 0, highCount, ordinal);
    }

    private void freeze(MemorySegment lists, long list, int count) {
        for (int i = 0; i < count; i++) {
            HnswLayout.setLink(lists, list, i, linked[i]);
        }
        HnswLayout.setLinkCount(lists, list, count);
    }

    /** The memory that is taken on the heap for all vectors so far. */
    long bytes() {
        return twins.bytes() + walk.capacity() + 4L * high.length + (lift == null ? 0 : 12L * next);
    }
}
