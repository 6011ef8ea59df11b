package dev.engram.index.graph;

import dev.engram.index.Vectors;
import dev.engram.index.kernel.KeptVectors;
import dev.engram.index.kernel.Keys;
import java.util.function.ObjIntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Chooses a node's links among candidates so that they point in different directions: algorithm 4
 * of the HNSW paper, without its two options, or RobustPrune of DiskANN. Not safe for several
 * threads.
 */
final class Diversity {

    /** How many chosen ones a candidate is compared with at once: what the kernels do best. */
    private static final int STEP = 4;

    private final Adjacency links;
    private final ObjIntConsumer<float[]> rows;
    private final Ruler ruler;
    private final @Nullable Lift lift;
    private final float[] row;
    private final int[] chosen;
    private final int[] some = new int[STEP];
    private final float[] distances = new float[STEP];

    private final Reach reach;

    /**
     * @param rows copies the vector of an ordinal
     * @param ruler over the same vectors
     * @param reach from where on a link makes another needless
     */
    Diversity(
            Adjacency links,
            int dimension,
            ObjIntConsumer<float[]> rows,
            Ruler ruler,
            @Nullable Lift lift,
            Reach reach) {
        this.links = links;
        this.rows = rows;
        this.ruler = ruler;
        this.lift = lift;
        this.reach = reach;
        this.row = new float[dimension];
        this.chosen = new int[links.capacity(0)];
    }

    /** Of a graph that is built at once. */
    static Diversity of(Draft draft, Reach reach) {
        Vectors vectors = draft.vectors();
        return new Diversity(
                draft.links(),
                vectors.dimension(),
                (into, ordinal) -> vectors.copyRow(ordinal, into),
                new Ruler.OfVectors(new KeptVectors(vectors, draft.kernel())),
                draft.lift(),
                reach);
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
        rows.accept(row, ordinal);
        ruler.ask(row);
        for (int first = 0; first < kept; first += STEP) {
            int count = Math.min(STEP, kept - first);
            System.arraycopy(chosen, first, some, 0, count);
            ruler.distances(some, count, distances);
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
