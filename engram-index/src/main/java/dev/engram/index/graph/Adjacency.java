package dev.engram.index.graph;

/**
 * Who is linked to whom, as a search sees it. A node has two numbers: on the base its ordinal, on
 * the levels above a slot.
 */
interface Adjacency {

    /**
     * Reads a node's links on a level.
     *
     * @param into gets their numbers, as on that level; room for {@link #capacity} of level 0
     * @return how many there are
     */
    int read(int level, int node, int[] into);

    /** How many links a node may have on a level. */
    int capacity(int level);

    /** The ordinal of a node that is numbered as on the level. */
    int ordinal(int level, int node);
}
