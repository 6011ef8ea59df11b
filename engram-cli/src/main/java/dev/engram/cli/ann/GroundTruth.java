package dev.engram.cli.ann;

import dev.engram.cli.vectors.VectorFile;
import dev.engram.error.ConflictException;
import dev.engram.index.Neighbour;
import dev.engram.index.Ordinals;
import dev.engram.index.VectorIndex;
import dev.engram.index.VectorIndex.Query;
import java.util.Arrays;
import java.util.List;

/**
 * The nearest vectors of each query, and how far the farthest of them is.
 *
 * <p>An answer is right where it is not farther than that: of several vectors at the same distance
 * any may be answered.
 */
public final class GroundTruth {

    private static final int SAMPLES = 16;

    /** Programs round sums of squares differently; another set is farther off than this. */
    private static final double TOLERANCE = 0.01;

    private final VectorIndex exact;
    private final float[][] queries;
    private final int[][] nearest;
    private final float[] farthest;

    /**
     * @param exact searches the base vectors
     * @param nearest by query the ordinals of the k nearest, in any order
     */
    GroundTruth(VectorIndex exact, float[][] queries, int[][] nearest) {
        this.exact = exact;
        this.queries = queries;
        this.nearest = nearest;
        this.farthest = new float[queries.length];
        for (int query = 0; query < queries.length; query++) {
            farthest[query] = among(query, nearest[query]).getLast().distance();
            Arrays.sort(nearest[query]);
        }
    }

    /**
     * Reads the truth from a file, and makes sure that it belongs to these vectors.
     *
     * @param exact searches these vectors
     * @param k how many neighbours of each query count
     * @throws ConflictException where it belongs to other vectors, queries or another metric
     */
    public static GroundTruth read(VectorFile file, VectorIndex exact, float[][] queries, int k) {
        if (file.count() != queries.length) {
            throw foreign(
                    file, file.count() + " rows (expected: " + queries.length + ", as queries)");
        }
        if (file.dimension() < k) {
            throw foreign(file, file.dimension() + " ids a row (expected: at least k, " + k + ")");
        }
        int[][] nearest = new int[queries.length][k];
        for (int row = 0; row < queries.length; row++) {
            file.copyIds(row, exact.size() - 1, nearest[row]);
            checkDistinct(file, row, nearest[row]);
        }
        GroundTruth truth = new GroundTruth(exact, queries, nearest);
        for (int i = 0; i < SAMPLES; i++) {
            truth.checkRow(file, (int) ((long) i * queries.length / SAMPLES), k);
        }
        return truth;
    }

    private static void checkDistinct(VectorFile file, int row, int[] ids) {
        int[] sorted = ids.clone();
        Arrays.sort(sorted);
        for (int i = 1; i < sorted.length; i++) {
            if (sorted[i] == sorted[i - 1]) {
                int id = sorted[i];
                int column = ids.length - 1;
                while (ids[column] != id) {
                    column--;
                }
                throw file.corrupt(row, column, "id " + id + " a second time");
            }
        }
    }

    private void checkRow(VectorFile file, int row, int k) {
        List<Neighbour> found = exact.search(new Query(queries[row], k, k, null));
        float limit = found.getLast().distance();
        if (limit < farthest[row] - TOLERANCE * Math.abs(farthest[row])) {
            throw foreign(
                    file,
                    "row "
                            + row
                            + " leaves out vectors that are nearer: it is of another set, or of"
                            + " another metric");
        }
    }

    private static ConflictException foreign(VectorFile file, String what) {
        return new ConflictException("truth " + file.name() + ": " + what);
    }

    /** How many of the answers to a query are right. */
    public int hits(int query, List<Neighbour> answers) {
        return hits(query, answers.stream().mapToInt(Neighbour::ordinal).toArray());
    }

    /**
     * How many of the answers to a query are right.
     *
     * @param answers ordinals; one that comes twice counts once
     */
    public int hits(int query, int[] answers) {
        int[] distinct = Arrays.stream(answers).distinct().toArray();
        int[] others =
                Arrays.stream(distinct)
                        .filter(id -> Arrays.binarySearch(nearest[query], id) < 0)
                        .toArray();
        int hits = distinct.length - others.length;
        if (others.length > 0) {
            for (Neighbour other : among(query, others)) {
                hits += other.distance() <= farthest[query] ? 1 : 0;
            }
        }
        return Math.min(hits, nearest[query].length);
    }

    /** Some vectors, by their distance to a query as the engine computes it. */
    private List<Neighbour> among(int query, int[] ids) {
        Ordinals ordinals = Ordinals.of(exact.size(), ids);
        return exact.search(new Query(queries[query], ids.length, ids.length, ordinals));
    }
}
