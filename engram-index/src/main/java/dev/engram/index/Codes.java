package dev.engram.index;

/** What a graph search compares instead of the full vectors, which only score the best again. */
public enum Codes {
    /** Nothing: every comparison reads a full vector. */
    NONE,
    /**
     * The <em>lean</em> layout: every component as 8 bits. A quarter of the bytes to read, and the
     * vectors themselves can lie on a slow disk.
     */
    SQ8,
    /**
     * The <em>fast</em> layout: beside a node, packed, the 4-bit codes of all its neighbours, so
     * that a hop is one read. Several times the bytes of {@link #SQ8}. Not under {@link
     * Metric#MANHATTAN}, and with at most {@link IndexSpec.Hnsw#BLOCKS_DEGREE_MAX} links.
     */
    BLOCKS
}
