package dev.engram.index.graph;

/**
 * How much a search has compared.
 *
 * @param exact distances to full vectors
 * @param coded distances to the 8-bit codes of single vectors
 * @param estimated distances estimated from the packed codes of neighbours
 */
record Tally(long exact, long coded, long estimated) {}
