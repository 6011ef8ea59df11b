package dev.engram.index.graph;

import dev.engram.index.kernel.Keys;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * The links of a batch's new nodes on one level, the other way round: grouped by the node that was
 * chosen, so that every list is changed once and by one thread.
 */
final class Backlinks {

    private final int[] nodes;
    private final int[] starts;
    private final long[] keys;

    private Backlinks(int[] nodes, int[] starts, long[] keys) {
        this.nodes = nodes;
        this.starts = starts;
        this.keys = keys;
    }

    /** Collects the links of the nodes {@code first..last-1} that stand on the level. */
    static Backlinks of(Draft draft, int level, int first, int last) {
        MemorySegment lists = draft.links().lists(level);
        MemorySegment lengths = draft.lengths(level);
        long[] order = new long[(last - first) * draft.links().capacity(level)];
        long[] keys = new long[order.length];
        int count = 0;
        for (int ordinal = first; ordinal < last; ordinal++) {
            if (!draft.stands(ordinal, level)) {
                continue;
            }
            int node = draft.node(level, ordinal);
            long list = draft.links().list(level, node);
            for (int i = 0; i < HnswLayout.linkCount(lists, list); i++) {
                order[count] = ((long) HnswLayout.link(lists, list, i) << 32) | count;
                keys[count++] = Keys.of(HnswLayout.linkLength(lengths, list, i), node);
            }
        }
        Arrays.sort(order, 0, count);
        return group(order, keys, count);
    }

    private static Backlinks group(long[] order, long[] unsorted, int count) {
        int[] nodes = new int[count];
        int[] starts = new int[count + 1];
        long[] keys = new long[count];
        int groups = 0;
        for (int i = 0; i < count; i++) {
            int node = (int) (order[i] >>> 32);
            if (groups == 0 || nodes[groups - 1] != node) {
                nodes[groups] = node;
                starts[groups++] = i;
            }
            keys[i] = unsorted[(int) order[i]];
        }
        starts[groups] = count;
        return new Backlinks(Arrays.copyOf(nodes, groups), Arrays.copyOf(starts, groups + 1), keys);
    }

    /** How many nodes were chosen. */
    int groups() {
        return nodes.length;
    }

    /** Takes up, in the list of a chosen node, those who chose it: {@code keys[from..to-1]}. */
    interface Taker {

        void linkBack(int node, long[] keys, int from, int to);
    }

    /** Changes the list of one chosen node. */
    void apply(int group, Taker taker) {
        taker.linkBack(nodes[group], keys, starts[group], starts[group + 1]);
    }
}
