package dev.engram.index.graph;

/**
 * A graph in its file.
 *
 * @param entry where a search starts: a slot, or an ordinal where there are no upper levels
 * @param levels above the base
 */
record SealedGraph(SealedLinks links, int entry, int levels) {}
