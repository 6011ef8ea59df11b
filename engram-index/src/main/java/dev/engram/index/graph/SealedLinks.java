package dev.engram.index.graph;

import dev.engram.storage.Guarded;

/**
 * The links of a graph as they lie in its file, checked as they are met.
 *
 * @param base a list a vector, by ordinal
 * @param slots a pair a slot
 * @param upper the lists of the slots
 * @param twins who has no links of its own
 * @param degree M of the paper
 * @param count of the vectors
 */
record SealedLinks(
        PackedLists base, Guarded slots, PackedLists upper, TwinTable twins, int degree, int count)
        implements Adjacency {

    @Override
    public int read(int level, int node, int[] into) {
        return level == 0 ? base.read(node, into) : upper.read(firstList(node) + level - 1, into);
    }

    @Override
    public int capacity(int level) {
        return level == 0 ? 2 * degree : degree;
    }

    @Override
    public int ordinal(int level, int node) {
        if (level == 0) {
            return node;
        }
        long offset = (long) node * HnswLayout.PAIR_BYTES;
        int ordinal = HnswLayout.first(slots.range(offset, HnswLayout.PAIR_BYTES), node);
        if (ordinal < 0 || ordinal >= count) {
            throw slots.corrupt(offset, "slot: " + ordinal + " (expected: below " + count + ")");
        }
        return ordinal;
    }

    /** The list of a slot on level 1. */
    int firstList(int slot) {
        long offset = (long) slot * HnswLayout.PAIR_BYTES;
        return HnswLayout.second(slots.range(offset, HnswLayout.PAIR_BYTES), slot);
    }

    /** How many levels above the base a slot stands on. */
    int height(int slot) {
        int next = slot + 1 < slotCount() ? firstList(slot + 1) : upper.count();
        return next - firstList(slot);
    }

    int slotCount() {
        return (int) (slots.byteSize() / HnswLayout.PAIR_BYTES);
    }
}
