package dev.engram.index.disk;

import dev.engram.index.graph.Vamana;
import java.util.Arrays;

/**
 * In which order nodes stand in blocks: by distance from the entry in hops, so that the blocks
 * every search begins with are the first ones, and with a node's nearest links behind it, so that a
 * block that was read for one node has others to offer that the search wants too.
 *
 * @param ordinals of the nodes, by place
 * @param places of all vectors, by ordinal; a twin's is that of the first of its kind
 */
record Packing(int[] ordinals, int[] places) {

    private static final int NONE = -1;

    static Packing of(Vamana graph, int count, int nodesPerBlock) {
        int nodes = count - graph.twins().count();
        int[] ordinals = new int[nodes];
        int[] places = new int[count];
        boolean[] queued = new boolean[count];
        Arrays.fill(places, NONE);
        for (int i = 0; i < graph.twins().count(); i++) {
            queued[graph.twins().twin(i)] = true;
        }
        int[] queue = new int[nodes];
        int next = 0;
        int end = 0;
        int placed = 0;
        int start = graph.entry();
        for (int ordinal = NONE; ordinal < count && placed < nodes; ordinal++) {
            // First from the entry; then from whatever cannot be reached from there.
            int from = ordinal == NONE ? start : ordinal;
            if (queued[from]) {
                continue;
            }
            queued[from] = true;
            queue[end++] = from;
            while (next < end) {
                int node = queue[next++];
                placed = place(graph, node, ordinals, places, placed, nodesPerBlock);
                for (int i = 0; i < graph.linkCount(node); i++) {
                    int link = graph.link(node, i);
                    if (!queued[link]) {
                        queued[link] = true;
                        queue[end++] = link;
                    }
                }
            }
        }
        for (int i = 0; i < graph.twins().count(); i++) {
            places[graph.twins().twin(i)] = places[graph.twins().original(i)];
        }
        return new Packing(ordinals, places);
    }

    /** Places a node, unless it is, and its links as far as its block reaches. */
    private static int place(
            Vamana graph, int node, int[] ordinals, int[] places, int placed, int nodesPerBlock) {
        if (places[node] != NONE) {
            return placed;
        }
        int at = put(node, ordinals, places, placed);
        for (int i = 0; i < graph.linkCount(node) && at % nodesPerBlock != 0; i++) {
            int link = graph.link(node, i);
            if (places[link] == NONE) {
                at = put(link, ordinals, places, at);
            }
        }
        return at;
    }

    private static int put(int node, int[] ordinals, int[] places, int at) {
        ordinals[at] = node;
        places[node] = at;
        return at + 1;
    }
}
