package dev.engram.index.graph;

import dev.engram.index.Ordinals;

/** Accepted vectors of a graph that does not change any more. */
final class SealedAccepted implements AcceptedNodes {

    private final Ordinals ordinals;
    private final TwinTable twins;
    private final int twinCount;

    SealedAccepted(Ordinals ordinals, TwinTable twins) {
        this.ordinals = ordinals;
        this.twins = twins;
        this.twinCount = twins.count();
    }

    @Override
    public boolean contains(int ordinal) {
        return ordinals.contains(ordinal) || (twinCount > 0 && hasAcceptedTwin(ordinal));
    }

    @Override
    public int next(int from) {
        return ordinals.next(from);
    }

    @Override
    public double share() {
        return ordinals.count() / (double) ordinals.size();
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
