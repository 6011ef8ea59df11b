package dev.engram.db;

/**
 * How much memory a database may take, outside of what a single call needs for its own arguments
 * and answers.
 *
 * <pre>
 *   a quarter   RocksDB: its cache, and in it the buffers of what is not in files yet
 *   a half      vectors that are not sealed yet, of all collections together
 *   the rest    indexes that hold something in memory, and the work on segments
 * </pre>
 *
 * Files of segments are mapped: of them the system keeps in memory what it has room for, and that
 * does not count.
 *
 * @param bytes in all, 32 MiB or more
 */
public record MemoryBudget(long bytes) {

    private static final long BYTES_MIN = 32L << 20;
    private static final long DEFAULT_MIN = 512L << 20;

    /** As much as the Java heap may take, and half a gigabyte at least. */
    public static final MemoryBudget DEFAULT =
            new MemoryBudget(Math.max(DEFAULT_MIN, Runtime.getRuntime().maxMemory()));

    public MemoryBudget {
        if (bytes < BYTES_MIN) {
            throw new IllegalArgumentException(
                    "memory: " + bytes + " bytes (expected: >= " + BYTES_MIN + ")");
        }
    }

    /** For RocksDB. */
    long rowBytes() {
        return bytes / 4;
    }

    /** For vectors that are not sealed yet. */
    long vectorBytes() {
        return bytes / 2;
    }
}
