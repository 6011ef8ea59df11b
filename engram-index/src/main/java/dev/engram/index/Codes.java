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
    BLOCKS,
    /**
     * The lean layout with one bit a component, by which distances are estimated with a bound on
     * the error (RaBitQ: Gao and Long, 2024). Nothing has to be learnt. Not under {@link
     * Metric#MANHATTAN}, as all of this name.
     */
    RABITQ1,
    /** The same with two bits a component. */
    RABITQ2,
    /** The same with three bits a component. */
    RABITQ3,
    /** The same with four bits a component. */
    RABITQ4,
    /**
     * The lean layout with 8 bits for four components, learnt from the vectors (Jégou and others,
     * 2011). Under all metrics.
     */
    PQ;

    /** Whether a vector's own codes stand in a row, apart from the links. */
    public boolean areRows() {
        return switch (this) {
            case NONE, BLOCKS -> false;
            case SQ8, RABITQ1, RABITQ2, RABITQ3, RABITQ4, PQ -> true;
        };
    }

    /** Whether distances of a metric can be told by these codes. */
    public boolean tell(Metric metric) {
        return switch (this) {
            case NONE, SQ8, PQ -> true;
            // They hold dot products, of which no sum of absolute differences can be made.
            case BLOCKS, RABITQ1, RABITQ2, RABITQ3, RABITQ4 -> metric != Metric.MANHATTAN;
        };
    }
}
