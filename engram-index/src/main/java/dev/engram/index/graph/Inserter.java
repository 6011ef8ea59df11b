package dev.engram.index.graph;

import dev.engram.index.Vectors;
import dev.engram.index.kernel.KeptVectors;
import dev.engram.index.kernel.Kernel;
import dev.engram.index.kernel.Keys;
import dev.engram.index.kernel.Nearest;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/** The hands of a build: one for each thread that works on it. */
final class Inserter {

    private final Draft draft;
    private final Links links;
    private final Walk walk;
    private final Diversity diversity;
    private final float[] row;
    private final float[] siblings = new float[Kernel.BLOCK];
    private long[] keys;

    Inserter(Draft draft) {
        this.draft = draft;
        this.links = draft.links();
        Vectors vectors = draft.vectors();
        KeptVectors kept = new KeptVectors(vectors, draft.kernel());
        this.walk = new Walk(links, vectors.count(), new Ruler.OfVectors(kept));
        this.diversity = Diversity.of(draft, Reach.EQUAL);
        this.row = new float[draft.vectors().dimension()];
        this.keys = new long[links.capacity(0)];
    }

    /**
     * Writes the lists of a new node (algorithm 1 of the paper up to its own links). Reads only
     * what stood before the batch, and of the batch only vectors: so a batch's nodes can be
     * connected at the same time, with the same outcome in any order.
     *
     * @param first the batch's first ordinal; those between it and the node are its siblings
     * @param entry where a search starts, on level {@code top}
     * @param top the highest level with a node, -1 in an empty graph
     */
    void connect(int ordinal, int first, int entry, int top) {
        draft.vectors().copyRow(ordinal, row);
        draft.kernel()
                .scan(
                        row,
                        draft.vectors().rows(),
                        draft.vectors().dimension(),
                        first,
                        ordinal - first,
                        siblings);
        Lift lift = draft.lift();
        if (lift != null) {
            lift.apply(ordinal, first, ordinal - first, siblings);
            walk.askFor(ordinal, lift);
        }
        walk.ask(row);
        int level = draft.levels()[ordinal];
        long start = top < 0 ? 0 : walk.descend(entry, top, Math.min(level, top));
        for (int at = level; at >= 0; at--) {
            Nearest nearest = walk.nearest();
            nearest.reset(draft.beam());
            if (at <= top) {
                walk.search(at, start, draft.beam());
                start = nearest.least();
                if (at == 1) {
                    start = Keys.of(Keys.distance(start), links.ordinal(1, Keys.id(start)));
                }
            }
            offerSiblings(nearest, at, first, ordinal);
            int found = nearest.size();
            long[] candidates = nearest.sorted();
            int chosen = diversity.choose(at, candidates, found, links.degree());
            write(at, draft.node(at, ordinal), candidates, chosen);
        }
    }

    private void offerSiblings(Nearest nearest, int level, int first, int ordinal) {
        for (int i = first; i < ordinal; i++) {
            if (draft.stands(i, level)) {
                nearest.offer(Keys.of(siblings[i - first], draft.node(level, i)));
            }
        }
    }

    /**
     * Links a node back to new ones that chose it. Where its list has not room for all, the most
     * diverse stay.
     */
    void linkBack(int level, int node, long[] newKeys, int from, int to) {
        MemorySegment lists = links.lists(level);
        long list = links.list(level, node);
        int count = HnswLayout.linkCount(lists, list);
        int total = count + to - from;
        if (keys.length < total) {
            keys = Arrays.copyOf(keys, Math.max(total, 2 * keys.length));
        }
        for (int i = 0; i < count; i++) {
            float length = HnswLayout.linkLength(draft.lengths(level), list, i);
            keys[i] = Keys.of(length, HnswLayout.link(lists, list, i));
        }
        System.arraycopy(newKeys, from, keys, count, to - from);
        int kept = total;
        if (total > links.capacity(level)) {
            Arrays.sort(keys, 0, total);
            kept = diversity.choose(level, keys, total, links.capacity(level));
        }
        write(level, node, keys, kept);
    }

    private void write(int level, int node, long[] kept, int count) {
        MemorySegment lists = links.lists(level);
        MemorySegment lengths = draft.lengths(level);
        long list = links.list(level, node);
        int before = HnswLayout.linkCount(lists, list);
        for (int i = 0; i < count; i++) {
            HnswLayout.setLink(lists, list, i, Keys.id(kept[i]));
            HnswLayout.setLinkLength(lengths, list, i, Keys.distance(kept[i]));
        }
        // What is left behind the last link must not depend on how the list came about.
        for (int i = count; i < before; i++) {
            HnswLayout.setLink(lists, list, i, 0);
        }
        HnswLayout.setLinkCount(lists, list, count);
    }
}
