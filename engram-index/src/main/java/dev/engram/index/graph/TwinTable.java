package dev.engram.index.graph;

import dev.engram.storage.Guarded;

/**
 * Which vectors equal an earlier one bit by bit, and stand in the graph by way of it.
 *
 * @param pairs as {@link HnswLayout} draws them
 * @param vectors how many there are
 */
record TwinTable(Guarded pairs, int vectors) {

    /** How many twins there are. */
    int count() {
        return (int) (pairs.byteSize() / HnswLayout.PAIR_BYTES);
    }

    /** Who stands in the graph for the twin at a place. */
    int original(int place) {
        long offset = (long) place * HnswLayout.PAIR_BYTES;
        return check(HnswLayout.first(pairs.range(offset, HnswLayout.PAIR_BYTES), place), offset);
    }

    /** The twin at a place. */
    int twin(int place) {
        long offset = (long) place * HnswLayout.PAIR_BYTES;
        return check(HnswLayout.second(pairs.range(offset, HnswLayout.PAIR_BYTES), place), offset);
    }

    private int check(int ordinal, long offset) {
        if (ordinal < 0 || ordinal >= vectors) {
            throw pairs.corrupt(offset, "twin: " + ordinal + " (expected: below " + vectors + ")");
        }
        return ordinal;
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

    /** Reads all pairs, and that they are in order. */
    void verify() {
        int first = 0;
        for (int place = 0; place < count(); place++) {
            long offset = (long) place * HnswLayout.PAIR_BYTES;
            if (original(place) < first) {
                throw pairs.corrupt(offset, "twins of " + original(place) + " behind " + first);
            }
            first = original(place);
            if (twin(place) <= first) {
                throw pairs.corrupt(offset, "twin: " + twin(place) + " of a later " + first);
            }
        }
    }
}
