package dev.engram.index.graph;

/** Which nodes stand for an accepted vector: their own, or a twin of it. */
sealed interface AcceptedNodes permits GrowingAccepted, SealedAccepted {

    /** Whether a node's vector may be answered, or one that equals it. */
    boolean contains(int ordinal);

    /** The smallest accepted ordinal from one on, or -1; it may be a twin, which has no links. */
    int next(int from);

    /** The share of the vectors in the graph that is accepted. */
    double share();
}
