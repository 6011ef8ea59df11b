package dev.engram.index.graph;

/**
 * A finished graph.
 *
 * @param entry where a search starts: a slot, or an ordinal where there are no upper levels
 * @param levels above the base
 */
record HnswGraph(Links links, int entry, int levels) {}
