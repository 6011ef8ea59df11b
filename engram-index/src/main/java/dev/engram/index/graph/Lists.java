package dev.engram.index.graph;

/** What a walk needs to know of a graph: who is linked to whom, on which level. */
interface Lists {

    /**
     * Copies the links of a node, numbered as on the level, to the start of {@code into}.
     *
     * @return how many there are, at most {@link #capacity}
     */
    int read(int level, int node, int[] into);

    /** How many links a node may have on a level. */
    int capacity(int level);

    /** The ordinal of a node that is numbered as on the level. */
    int ordinal(int level, int node);
}
