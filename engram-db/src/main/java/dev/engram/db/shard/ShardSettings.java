package dev.engram.db.shard;

import dev.engram.index.IndexSpec;
import dev.engram.index.Metric;

/**
 * What a shard holds and how.
 *
 * @param collection its number, in keys of the row store
 * @param dimension components a vector
 * @param metric of the search
 * @param index of the segments that are made
 * @param indexFirst of the segments there are that do not say which they have
 * @param memoryBytesMax vectors held in memory before they are sealed
 */
public record ShardSettings(
        int collection,
        int dimension,
        Metric metric,
        IndexSpec index,
        IndexSpec indexFirst,
        long memoryBytesMax) {

    /** Rows held in memory before they are sealed. */
    long memoryRowsMax() {
        return Math.max(1, memoryBytesMax / vectorBytes());
    }

    long vectorBytes() {
        return (long) dimension * Float.BYTES;
    }
}
