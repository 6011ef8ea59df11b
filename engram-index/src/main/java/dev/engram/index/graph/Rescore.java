package dev.engram.index.graph;

import dev.engram.index.VectorIndex.Query;
import dev.engram.index.VectorSource;
import dev.engram.index.codes.Sq8Query;
import dev.engram.index.kernel.Keys;
import dev.engram.index.kernel.Nearest;

/**
 * Gives the best by codes their exact distances. Not safe for several threads.
 *
 * <p>As many are rescored as can still be among the answers: those that are not farther than the
 * last of them by more than the codes may err, but no more than {@link #most}.
 */
final class Rescore {

    private static final int MORE_MIN = 16;

    private final VectorSource source;
    private final Nearest rescored = new Nearest();
    private int[] ordinals = new int[MORE_MIN];
    private float[] distances = new float[MORE_MIN];
    private long comparisons;

    Rescore(VectorSource source) {
        this.source = source;
    }

    /** How many are rescored at most for so many answers. */
    static int most(int answers) {
        return answers + Math.max(MORE_MIN, answers / 2);
    }

    /**
     * Chooses and scores.
     *
     * @param codes of the query, by which the distances of {@code found} were measured
     */
    void score(Query query, Sq8Query codes, Nearest found) {
        int size = found.size();
        int most = Math.min(size, most(query.k()));
        int sure = Math.min(size, query.k());
        long[] keys = found.sorted();
        if (ordinals.length < most) {
            ordinals = new int[most];
            distances = new float[most];
        }
        float last = sure == 0 ? 0 : Keys.distance(keys[sure - 1]);
        float farthest = last + codes.slack(last);
        int count = 0;
        while (count < most && (count < sure || Keys.distance(keys[count]) <= farthest)) {
            ordinals[count] = Keys.id(keys[count]);
            count++;
        }
        score(query, count);
    }

    private void score(Query query, int count) {
        rescored.reset(Math.max(1, count));
        if (count > 0) {
            source.distances(query.vector(), ordinals, count, distances);
            comparisons += count;
        }
        for (int i = 0; i < count; i++) {
            rescored.offer(Keys.of(distances[i], ordinals[i]));
        }
    }

    /** The keys of all that were scored last, with their exact distances. */
    Nearest rescored() {
        return rescored;
    }

    /** How many were scored since this was made. */
    long comparisons() {
        return comparisons;
    }
}
