package dev.engram.index.graph;

import dev.engram.index.Ordinals;
import dev.engram.index.kernel.Keys;
import dev.engram.index.kernel.Nearest;
import org.jspecify.annotations.Nullable;

/**
 * Accepted vectors of a graph that grows, as one search sees it.
 *
 * @param ordinals null for all
 * @param reached vectors from this one on are not accepted: they came after the search's moment, or
 *     were not in the graph then
 * @param linked how many vectors the graph had
 */
record GrowingAccepted(GrowingLinks links, @Nullable Ordinals ordinals, int reached, int linked)
        implements AcceptedNodes {

    /** Whether nothing but accepted vectors can be met. */
    boolean isAll() {
        return reached == linked && (ordinals == null || ordinals.count() == ordinals.size());
    }

    @Override
    public boolean contains(int ordinal) {
        if (isAccepted(ordinal)) {
            return true;
        }
        for (int twin = links.twin(ordinal); twin >= 0; twin = links.twin(twin)) {
            if (isAccepted(twin)) {
                return true;
            }
        }
        return false;
    }

    private boolean isAccepted(int ordinal) {
        return ordinal < reached && (ordinals == null || ordinals.contains(ordinal));
    }

    /** Offers the accepted vectors that a node stands for. */
    void offer(long key, Nearest answers) {
        float distance = Keys.distance(key);
        int ordinal = Keys.id(key);
        for (int at = ordinal; at >= 0; at = links.twin(at)) {
            if (isAccepted(at)) {
                answers.offer(Keys.of(distance, at));
            }
        }
    }

    @Override
    public int next(int from) {
        int next = ordinals == null ? from : ordinals.next(from);
        return next < reached ? next : -1;
    }

    @Override
    public double share() {
        double prefix = reached / (double) linked;
        return ordinals == null ? prefix : prefix * ordinals.count() / ordinals.size();
    }
}
