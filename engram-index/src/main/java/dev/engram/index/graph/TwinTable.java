package dev.engram.index.graph;

import java.lang.foreign.MemorySegment;

/**
 * Which vectors equal an earlier one bit by bit, and stand in the graph by way of it.
 *
 * @param pairs as {@link HnswLayout} draws them
 */
record TwinTable(MemorySegment pairs) {

    /** How many twins there are. */
    int count() {
        return (int) (pairs.byteSize() / HnswLayout.PAIR_BYTES);
    }

    /** Who stands in the graph for the twin at a place. */
    int original(int place) {
        return HnswLayout.first(pairs, place);
    }

    /** The twin at a place. */
    int twin(int place) {
        return HnswLayout.second(pairs, place);
    }

    /** The place of an ordinal's first twin, or where it would stand. */
    int placeOf(int ordinal) {
        int low = 0;
        int high = count();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (original(middle) < ordinal) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }
}
