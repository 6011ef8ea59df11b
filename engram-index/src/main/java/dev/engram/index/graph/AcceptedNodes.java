package dev.engram.index.graph;

import dev.engram.index.Ordinals;

/** Which nodes stand for an accepted vector: their own, or a twin of it. */
public sealed interface AcceptedNodes permits GrowingAccepted, SealedAccepted {

    /** Those of a graph that does not change any more. */
    static AcceptedNodes of(Ordinals ordinals, TwinTable twins) {
        return new SealedAccepted(ordinals, twins);
    }

    /** Whether a node's vector may be answered, or one that equals it. */
    boolean contains(int ordinal);

    /** The smallest accepted ordinal from one on, or -1; it may be a twin, which has no links. */
    int next(int from);

    /** The share of the vectors in the graph that is accepted. */
    double share();
}
