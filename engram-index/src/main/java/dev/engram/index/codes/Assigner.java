package dev.engram.index.codes;

import dev.engram.index.Vectors;
import dev.engram.index.kernel.Instructions;
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
    private final ColumnKernel kernel;
    private final float[][] tile;
    private final float[] distances = new float[Columns.WIDTH];

    /**
     * @param most cells a vector is told of
     */
    public Assigner(Clusters clusters, int most, Instructions instructions) {
        this.clusters = clusters;
        this.most = most;
        this.kernel = ColumnKernel.of(instructions);
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
        float[][] blocks = clusters.columns().blocks();
        for (int block = 0; block < blocks.length; block++) {
            int first = block * Columns.WIDTH;
            int cells = Math.min(Columns.WIDTH, clusters.centroids().count() - first);
            for (int i = 0; i < count; i++) {
                kernel.squares(blocks[block], tile[i], distances);
                take(first, cells, keys, i * most);
            }
        }
    }

    private void take(int first, int cells, long[] keys, int at) {
        float[] penalties = clusters.penalties();
        int last = at + most - 1;
        for (int i = 0; i < cells; i++) {
            long key = Keys.of(distances[i] + penalties[first + i], first + i);
            if (key < keys[last]) {
                int to = last;
                while (to > at && keys[to - 1] > key) {
                    keys[to] = keys[to - 1];
                    to--;
                }
                keys[to] = key;
            }
        }
    }
}
