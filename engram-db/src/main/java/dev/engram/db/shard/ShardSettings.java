package dev.engram.db.shard;

import dev.engram.index.IndexSpec;
import dev.engram.index.Metric;

/**
 * What a shard holds and how.
 *
 * @param collection its number, in keys of the row store
 * @param dimension components a vector
 * @param metric of the search
 * @param index of sealed segments
 */
public record ShardSettings(int collection, int dimension, Metric metric, IndexSpec index) {

    /** Vectors in memory are scanned exactly, so this bounds the time of a search, too. */
    private static final long MEMORY_BYTES_MAX = 32L << 20;

    /** Rows held in memory before they are sealed. */
    int memoryRowsMax() {
        long rows = MEMORY_BYTES_MAX / ((long) dimension * Float.BYTES);
        return (int) Math.max(MemoryChunk.ROWS, rows);
    }
}
