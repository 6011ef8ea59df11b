package dev.engram.db;

/**
 * Where a collection's bytes are. The first two say what would be there without an index; the rest
 * is what is there.
 *
 * @param textRaw the records' texts in UTF-8
 * @param vectorsRaw the records' vectors as plain float32
 * @param graph links of the graphs
 * @param codes compressed vectors
 * @param vectors full vectors kept
 * @param records texts, metadata and ids, compressed; what RocksDB estimates
 * @param keyword the keyword index
 * @param other what belongs to none of these
 */
public record StorageAccount(
        long textRaw,
        long vectorsRaw,
        long graph,
        long codes,
        long vectors,
        long records,
        long keyword,
        long other) {

    /** All that is there. */
    public long total() {
        return graph + codes + vectors + records + keyword + other;
    }
}
