package dev.engram.index.graph;

import dev.engram.index.VectorIndex.Query;
import dev.engram.index.VectorSource;
import dev.engram.index.codes.ErrorBound;
import dev.engram.index.kernel.Keys;
import dev.engram.index.kernel.Nearest;
import java.util.Arrays;

/**
 * Gives the best by codes their exact distances. Not safe for several threads.
 *
 * <p>As many are rescored as can still be among the answers. First come the k nearest by codes.
 * After these, those follow that may be nearer than the last answer known so far: by their codes
 * less what these may err, the most promising first and some at a time, since each of them may move
 * that last answer nearer.
 */
final class Rescore {

    /** How many are scored at a time after the first. */
    private static final int STEP = 16;

    private final VectorSource source;
    private final Nearest rescored = new Nearest();
    private final Nearest answers = new Nearest();
    private int[] ordinals = new int[STEP];
    private float[] distances = new float[STEP];

    /** The others, by the least distance they may have. */
    private long[] others = new long[STEP];

    private long comparisons;

    Rescore(VectorSource source) {
        this.source = source;
    }

    /** How many of the nearest by codes hold all answers, nearly always, by codes of 8 bits. */
    static int most(int answers) {
        return answers + Math.max(STEP, answers / 2);
    }

    /**
     * Chooses and scores.
     *
     * @param codes of the query, by which the distances of {@code found} were measured
     */
    void score(Query query, ErrorBound codes, Nearest found) {
        int size = found.size();
        int sure = Math.min(size, query.k());
        long[] keys = found.sorted();
        rescored.reset(Math.max(1, size));
        answers.reset(Math.max(1, sure));
        makeRoom(size);
        for (int i = 0; i < sure; i++) {
            ordinals[i] = Keys.id(keys[i]);
        }
        score(query, sure);
        int count = 0;
        for (int i = sure; i < size; i++) {
            float distance = Keys.distance(keys[i]);
            float least = distance - codes.slack(Keys.id(keys[i]), distance);
            long key = Keys.of(least, Keys.id(keys[i]));
            if (key < answers.bound()) {
                others[count++] = key;
            }
        }
        Arrays.sort(others, 0, count);
        scoreOthers(query, count);
    }

    private void makeRoom(int size) {
        if (others.length < size) {
            ordinals = new int[size];
            distances = new float[size];
            others = new long[size];
        }
    }

    private void scoreOthers(Query query, int count) {
        int next = 0;
        while (next < count) {
            int some = 0;
            while (next < count && some < STEP && others[next] < answers.bound()) {
                ordinals[some++] = Keys.id(others[next++]);
            }
            if (some == 0) {
                break;
            }
            score(query, some);
        }
    }

    private void score(Query query, int count) {
        if (count > 0) {
            source.distances(query.vector(), ordinals, count, distances);
            comparisons += count;
        }
        for (int i = 0; i < count; i++) {
            long key = Keys.of(distances[i], ordinals[i]);
            rescored.offer(key);
            answers.offer(key);
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
