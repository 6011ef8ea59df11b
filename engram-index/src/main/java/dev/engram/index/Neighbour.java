package dev.engram.index;

/**
 * One answer of an index.
 *
 * @param ordinal the vector's place in its segment, from 0
 * @param distance to the query as the engine computes it: see {@link Metric}
 */
public record Neighbour(int ordinal, float distance) {}
