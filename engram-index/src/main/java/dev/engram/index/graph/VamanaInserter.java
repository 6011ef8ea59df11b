package dev.engram.index.graph;

import dev.engram.index.kernel.KeptVectors;
import dev.engram.index.kernel.Kernel;
import dev.engram.index.kernel.Keys;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/** The hands of a pass over a Vamana graph: one for each thread that works on it. */
final class VamanaInserter implements Backlinks.Taker {

    private final Draft draft;
    private final Links links;
    private final int degree;
    private final Walk walk;
    private final Diversity diversity;
    private final float[] row;
    private final float[] siblings = new float[Kernel.BLOCK];
    private long[] keys = new long[512];
    private int count;

    /**
     * @param degree how many links a list is thinned to
     */
    VamanaInserter(Draft draft, int degree, Reach reach) {
        this.draft = draft;
        this.links = draft.links();
        this.degree = degree;
        this.walk =
                new Walk(
                        links,
                        draft.vectors().count(),
                        new Ruler.OfVectors(new KeptVectors(draft.vectors(), draft.kernel())));
        this.diversity = Diversity.of(draft, reach);
        this.row = new float[draft.vectors().dimension()];
    }

    /**
     * Chooses links for a node among those that a search for it passes, those that it has, and its
     * siblings (algorithm 2 of the paper). Reads lists, and changes none.
     *
     * @param first the siblings are {@code first..node-1}
     * @param entry where the search starts
     */
    void choose(int node, int first, int entry, VamanaBuilder.Selection selection) {
        draft.vectors().copyRow(node, row);
        count = 0;
        search(node, entry);
        takeLinks(node);
        takeSiblings(node, first);
        Arrays.sort(keys, 0, count);
        selection.count = diversity.choose(0, keys, count, degree);
        System.arraycopy(keys, 0, selection.keys, 0, selection.count);
    }

    private void search(int node, int entry) {
        Lift lift = draft.lift();
        if (lift != null) {
            walk.askFor(node, lift);
        }
        walk.ask(row);
        walk.search(0, walk.key(0, entry), draft.beam());
        reserve(walk.passedCount());
        for (int i = 0; i < walk.passedCount(); i++) {
            if (Keys.id(walk.passed()[i]) != node) {
                keys[count++] = walk.passed()[i];
            }
        }
    }

    private void takeLinks(int node) {
        int known = count;
        long list = links.list(0, node);
        int length = HnswLayout.linkCount(links.base(), list);
        reserve(length);
        for (int i = 0; i < length; i++) {
            int linked = HnswLayout.link(links.base(), list, i);
            if (isNew(linked, known)) {
                float distance = HnswLayout.linkLength(draft.lengths(0), list, i);
                keys[count++] = Keys.of(distance, linked);
            }
        }
    }

    private void takeSiblings(int node, int first) {
        int known = count;
        int length = node - first;
        draft.kernel()
                .scan(
                        row,
                        draft.vectors().rows(),
                        draft.vectors().dimension(),
                        first,
                        length,
                        siblings);
        Lift lift = draft.lift();
        if (lift != null) {
            lift.apply(node, first, length, siblings);
        }
        reserve(length);
        for (int i = 0; i < length; i++) {
            if (draft.stands(first + i, 0) && isNew(first + i, known)) {
                keys[count++] = Keys.of(siblings[i], first + i);
            }
        }
    }

    /** Sums are rounded differently from call to call, so one node can have two keys. */
    private boolean isNew(int node, int known) {
        for (int i = 0; i < known; i++) {
            if (Keys.id(keys[i]) == node) {
                return false;
            }
        }
        return true;
    }

    private void reserve(int more) {
        if (keys.length < count + more) {
            keys = Arrays.copyOf(keys, Math.max(count + more, 2 * keys.length));
        }
    }

    /** Gives a node the links that it chose. */
    void write(int node, VamanaBuilder.Selection selection) {
        write(node, selection.keys, selection.count);
    }

    /** Links a node back to those that chose it, and thins its list where that is full. */
    @Override
    public void linkBack(int node, long[] newKeys, int from, int to) {
        count = 0;
        takeLinks(node);
        int known = count;
        reserve(to - from);
        for (int i = from; i < to; i++) {
            if (isNew(Keys.id(newKeys[i]), known)) {
                keys[count++] = newKeys[i];
            }
        }
        if (count > known) {
            thin(node, links.capacity(0));
        }
    }

    /** Leaves a node no more links than the degree. */
    void thin(int node) {
        count = 0;
        takeLinks(node);
        thin(node, degree);
    }

    private void thin(int node, int limit) {
        Arrays.sort(keys, 0, count);
        int kept = count > limit ? diversity.choose(0, keys, count, degree) : count;
        write(node, keys, kept);
    }

    private void write(int node, long[] kept, int length) {
        MemorySegment lists = links.base();
        MemorySegment lengths = draft.lengths(0);
        long list = links.list(0, node);
        for (int i = 0; i < length; i++) {
            HnswLayout.setLink(lists, list, i, Keys.id(kept[i]));
            HnswLayout.setLinkLength(lengths, list, i, Keys.distance(kept[i]));
        }
        HnswLayout.setLinkCount(lists, list, length);
    }
}
