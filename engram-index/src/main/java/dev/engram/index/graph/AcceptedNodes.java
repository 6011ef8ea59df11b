package dev.engram.index.graph;

import dev.engram.index.Ordinals;

/** Which nodes stand for an accepted vector: their own, or a twin of it. */
public final class AcceptedNodes {

    private final Ordinals ordinals;
    private final TwinTable twins;
    private final int twinCount;

    public AcceptedNodes(Ordinals ordinals, TwinTable twins) {
        this.ordinals = ordinals;
        this.twins = twins;
        this.twinCount = twins.count();
    }

    public boolean contains(int ordinal) {
        return ordinals.contains(ordinal) || (twinCount > 0 && hasAcceptedTwin(ordinal));
    }

    private boolean hasAcceptedTwin(int ordinal) {
        for (int i = twins.placeOf(ordinal); i < twinCount && twins.original(i) == ordinal; i++) {
            if (ordinals.contains(twins.twin(i))) {
                return true;
            }
        }
        return false;
    }
}
