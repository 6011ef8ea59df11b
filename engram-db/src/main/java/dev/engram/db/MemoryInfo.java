package dev.engram.db;

/**
 * What the memory of a database is used for, in bytes.
 *
 * @param budget what {@link MemoryBudget} allows in all
 * @param rowCache blocks of RocksDB's files
 * @param rowBuffers records that RocksDB has not written to files yet
 * @param rowTables what RocksDB knows of its files, outside of its cache
 * @param vectors room for vectors that are not sealed yet
 * @param vectorsReserved for commits that are under way
 * @param vectorsMax what these two may become together
 * @param indexes what indexes of segments hold in memory at most
 * @param mapped files of segments that are mapped; no part of the total, as the system takes that
 *     memory back when it needs it
 */
public record MemoryInfo(
        long budget,
        long rowCache,
        long rowBuffers,
        long rowTables,
        long vectors,
        long vectorsReserved,
        long vectorsMax,
        long indexes,
        long mapped) {

    /** What RocksDB takes. */
    public long rows() {
        return rowCache + rowBuffers + rowTables;
    }

    /** All that counts against the budget. */
    public long total() {
        return rows() + vectors + vectorsReserved + indexes;
    }
}
