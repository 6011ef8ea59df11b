package dev.engram.index.graph;

import dev.engram.storage.Guarded;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * The lists of links of a graph while it is built: each has room to grow.
 *
 * <p>A node has two numbers: on the base its ordinal, on the levels above a slot, so that the few
 * nodes up there need no table over all ordinals. Slots ascend as their ordinals do.
 *
 * @param base a list a vector, room for {@code 2 * degree} links
 * @param slots a pair a slot
 * @param upper lists with room for {@code degree} links
 * @param twins who has no links of its own
 * @param degree M of the paper
 */
record Links(
        MemorySegment base, MemorySegment slots, MemorySegment upper, TwinTable twins, int degree)
        implements Adjacency {

    /** Blocks for a graph to be built: no links yet. */
    static Links allocate(Arena arena, int count, int slots, int lists, int twins, int degree) {
        return new Links(
                allocate(arena, count * HnswLayout.listBytes(2 * degree)),
                allocate(arena, (long) slots * HnswLayout.PAIR_BYTES),
                allocate(arena, lists * HnswLayout.listBytes(degree)),
                new TwinTable(
                        Guarded.made(allocate(arena, (long) twins * HnswLayout.PAIR_BYTES)), count),
                degree);
    }

    private static MemorySegment allocate(Arena arena, long bytes) {
        return arena.allocate(Math.max(1, bytes), 64).asSlice(0, bytes);
    }

    /** The blocks that hold the lists of a level. */
    MemorySegment lists(int level) {
        return level == 0 ? base : upper;
    }

    /** Where a node's list on a level starts in {@link #lists}. */
    long list(int level, int node) {
        return level == 0
                ? node * HnswLayout.listBytes(2 * degree)
                : (HnswLayout.second(slots, node) + level - 1) * HnswLayout.listBytes(degree);
    }

    @Override
    public int read(int level, int node, int[] into) {
        return HnswLayout.links(lists(level), list(level, node), into);
    }

    @Override
    public int capacity(int level) {
        return level == 0 ? 2 * degree : degree;
    }

    @Override
    public int ordinal(int level, int node) {
        return level == 0 ? node : HnswLayout.first(slots, node);
    }

    /** How many levels above the base a slot stands on. */
    int height(int slot) {
        int next = slot + 1 < slotCount() ? HnswLayout.second(slots, slot + 1) : listCount();
        return next - HnswLayout.second(slots, slot);
    }

    int slotCount() {
        return (int) (slots.byteSize() / HnswLayout.PAIR_BYTES);
    }

    int listCount() {
        return (int) (upper.byteSize() / HnswLayout.listBytes(degree));
    }
}
