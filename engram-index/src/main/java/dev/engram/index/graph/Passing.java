package dev.engram.index.graph;

import dev.engram.index.VectorIndex.Query;

/**
 * When a search that passes through all nodes has found enough accepted ones.
 *
 * <p>Enough is fewer than the beam: a search that goes through n nodes for each accepted one sees
 * so much of the surroundings that it has the recall of one that accepts all when it holds the beam
 * divided by the root of n. That is measured ({@code FilterComparison}); n is counted around the
 * query, where the accepted may be more or fewer than elsewhere.
 */
final class Passing {

    /** Hops that count as made before, with the usual share of accepted nodes, at least. */
    private static final int BEFORE = 12;

    /** Accepted nodes that count as met in these, at least: where few are, none tells little. */
    private static final int HITS_BEFORE = 2;

    /** Where there are so many times fewer accepted nodes than usual, passing takes too long. */
    private static final int FEWER = 4;

    private final int least;
    private final int beam;
    private final double share;
    private double hops;
    private double hits;

    /**
     * @param least how many are enough at least
     */
    Passing(Query query, int least, AcceptedNodes accepted) {
        this.least = least;
        this.beam = Math.max(least, query.beam());
        this.share = accepted.share();
        this.hits = Math.max(HITS_BEFORE, BEFORE * share);
        this.hops = hits / share;
    }

    /** The most that can be enough. */
    int most() {
        return beam;
    }

    /** The search went through a node. */
    void pass(boolean accepted) {
        hops++;
        hits += accepted ? 1 : 0;
    }

    int enough() {
        return Math.max(least, (int) (beam * Math.sqrt(hits / hops)));
    }

    /** Whether the accepted nodes seem to be elsewhere. */
    boolean isLost() {
        return hits * FEWER < hops * share;
    }
}
