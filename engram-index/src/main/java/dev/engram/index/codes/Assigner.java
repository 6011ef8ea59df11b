package dev.engram.index.codes;

import dev.engram.index.Metric;
import dev.engram.index.Vectors;
import dev.engram.index.kernel.Instructions;
import dev.engram.index.kernel.Kernel;
import dev.engram.index.kernel.Keys;
import java.util.Arrays;

/**
 * Finds the cells of {@link Clusters} that vectors belong to, by comparing with all centroids. Not
 * safe for several threads.
 */
public final class Assigner {

    /** Vectors that are compared with a block of centroids before the next block is read. */
    public static final int TILE = 32;

    private final Clusters clusters;
    private final int most;
    private final Kernel kernel;
    private final float[][] tile;
    private final float[] distances = new float[Kernel.BLOCK];

    /**
     * @param most cells a vector is told of
     */
    public Assigner(Clusters clusters, int most, Instructions instructions) {
        this.clusters = clusters;
        this.most = most;
        this.kernel = Kernel.of(Metric.EUCLIDEAN, instructions);
        this.tile = new float[TILE][clusters.centroids().dimension()];
    }

    /**
     * Finds the nearest cells of some vectors.
     *
     * @param ordinals of the vectors, at {@code from..from+count-1}, at most {@link #TILE}
     * @param keys gets for each {@code most} keys of cells, nearest first; where there are fewer
     *     cells the rest is {@link Long#MAX_VALUE}
     */
    public void assign(Vectors vectors, int[] ordinals, int from, int count, long[] keys) {
        for (int i = 0; i < count; i++) {
            vectors.copyRow(ordinals[from + i], tile[i]);
        }
        assign(count, keys);
    }

    /** The same of vectors that follow each other. */
    public void assign(Vectors vectors, int first, int count, long[] keys) {
        for (int i = 0; i < count; i++) {
            vectors.copyRow(first + i, tile[i]);
        }
        assign(count, keys);
    }

    private void assign(int count, long[] keys) {
        Arrays.fill(keys, 0, count * most, Long.MAX_VALUE);
        Vectors centroids = clusters.centroids();
        for (int first = 0; first < centroids.count(); first += Kernel.BLOCK) {
            int block = Math.min(Kernel.BLOCK, centroids.count() - first);
            for (int i = 0; i < count; i++) {
                kernel.scan(
                        tile[i], centroids.rows(), centroids.dimension(), first, block, distances);
                take(first, block, keys, i * most);
            }
        }
    }

    private void take(int first, int block, long[] keys, int at) {
        float[] penalties = clusters.penalties();
        long worst = keys[at + most - 1];
        for (int i = 0; i < block; i++) {
            long key = Keys.of(distances[i] + penalties[first + i], first + i);
            if (key < worst) {
                int to = at + most - 1;
                while (to > at && keys[to - 1] > key) {
                    keys[to] = keys[to - 1];
                    to--;
                }
                keys[to] = key;
                worst = keys[at + most - 1];
            }
        }
    }
}
