package dev.engram.index.graph;

import dev.engram.index.Vectors;
import dev.engram.index.kernel.Kernel;
import dev.engram.index.kernel.Keys;
import org.jspecify.annotations.Nullable;

/**
 * Chooses a node's links among candidates so that they point in different directions: algorithm 4
 * of the HNSW paper, without its two options, or RobustPrune of DiskANN. Not safe for several
 * threads.
 */
final class Diversity {

    /** How many chosen ones a candidate is compared with at once: what the kernels do best. */
    private static final int STEP = 4;

    private final Links links;
    private final Vectors vectors;
    private final Kernel kernel;
    private final @Nullable Lift lift;
    private final float[] row;
    private final int[] chosen;
    private final int[] some = new int[STEP];
    private final float[] distances = new float[STEP];

    private final Reach reach;

    Diversity(Draft draft) {
        this(draft, Reach.EQUAL);
    }

    Diversity(Draft draft, Reach reach) {
        this.reach = reach;
        this.links = draft.links();
        this.vectors = draft.vectors();
        this.kernel = draft.kernel();
        this.lift = draft.lift();
        this.row = new float[vectors.dimension()];
        this.chosen = new int[links.capacity(0)];
    }

    /**
     * Moves the chosen ones to the front and returns their number.
     *
     * @param keys the candidates with their distance to the node, nearest first
     * @param limit how many to choose at most
     */
    int choose(int level, long[] keys, int count, int limit) {
        int kept = 0;
        for (int i = 0; i < count && kept < limit; i++) {
            int ordinal = links.ordinal(level, Keys.id(keys[i]));
            if (kept == 0 || isDiverse(ordinal, Keys.distance(keys[i]), kept)) {
                chosen[kept] = ordinal;
                keys[kept++] = keys[i];
            }
        }
        return kept;
    }

    /** Whether a candidate is out of the reach of each of those chosen. */
    private boolean isDiverse(int ordinal, float distance, int kept) {
        vectors.copyRow(ordinal, row);
        for (int first = 0; first < kept; first += STEP) {
            int count = Math.min(STEP, kept - first);
            System.arraycopy(chosen, first, some, 0, count);
            kernel.distances(row, vectors.rows(), vectors.dimension(), some, count, distances);
            if (lift != null) {
                lift.apply(ordinal, some, count, distances);
            }
            for (int i = 0; i < count; i++) {
                if (reach.covers(distances[i], distance)) {
                    return false;
                }
            }
        }
        return true;
    }
}
