package dev.engram.index.graph;

import dev.engram.index.Ordinals;

/** Which nodes stand for an accepted vector: their own, or a twin of it. */
final class AcceptedNodes {

    private final Ordinals ordinals;
    private final Links links;
    private final int twins;

    AcceptedNodes(Ordinals ordinals, Links links) {
        this.ordinals = ordinals;
        this.links = links;
        this.twins = links.twinCount();
    }

    boolean contains(int ordinal) {
        return ordinals.contains(ordinal) || (twins > 0 && hasAcceptedTwin(ordinal));
    }

    private boolean hasAcceptedTwin(int ordinal) {
        for (int i = links.firstTwin(ordinal);
                i < twins && HnswLayout.first(links.twins(), i) == ordinal;
                i++) {
            if (ordinals.contains(HnswLayout.second(links.twins(), i))) {
                return true;
            }
        }
        return false;
    }
}
