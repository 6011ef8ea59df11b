package dev.engram.index.graph;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * Records of one size in memory that grows without being copied: chunk after chunk, each as large
 * as all before it up to a limit. One writer makes room; any number of threads read what was
 * published to them.
 *
 * <p>The memory is zero at first, and freed by the garbage collector once nobody holds a chunk.
 */
final class GrowingBlocks {

    private static final long FIRST_BYTES = 1 << 18;
    private static final long LAST_BYTES = 1 << 27;

    private final long recordBytes;
    private final int firstBits;
    private final int lastBits;
    private volatile MemorySegment[] chunks = {};

    GrowingBlocks(long recordBytes) {
        this.recordBytes = recordBytes;
        this.firstBits = bits(FIRST_BYTES);
        this.lastBits = bits(LAST_BYTES);
    }

    /** The most records in so many bytes, as a power of two. */
    private int bits(long bytes) {
        return 63 - Long.numberOfLeadingZeros(Math.max(1, bytes / recordBytes));
    }

    /** Makes room for so many records. */
    void reserve(long records) {
        MemorySegment[] before = chunks;
        int count = before.length;
        while (start(count) < records) {
            count++;
        }
        if (count == before.length) {
            return;
        }
        MemorySegment[] after = Arrays.copyOf(before, count);
        for (int chunk = before.length; chunk < count; chunk++) {
            long bytes = (start(chunk + 1) - start(chunk)) * recordBytes;
            after[chunk] = Arena.ofAuto().allocate(bytes, 64);
        }
        chunks = after;
    }

    /** The chunk that a record is in. */
    int chunk(int record) {
        int doublings = 32 - Integer.numberOfLeadingZeros(record >>> firstBits);
        return doublings <= lastBits - firstBits
                ? doublings
                : lastBits - firstBits + (record >>> lastBits);
    }

    /** The first record of a chunk. */
    long start(int chunk) {
        int doublings = Math.min(chunk, lastBits - firstBits);
        long start = doublings == 0 ? 0 : 1L << (firstBits + doublings - 1);
        if (chunk > lastBits - firstBits) {
            start = (long) (chunk - (lastBits - firstBits)) << lastBits;
        }
        return start;
    }

    /** The bytes of a chunk. */
    MemorySegment bytes(int chunk) {
        return chunks[chunk];
    }

    /** Where a record starts in its chunk. */
    long offset(int record) {
        return (record - start(chunk(record))) * recordBytes;
    }

    /** The memory taken. */
    long bytes() {
        return start(chunks.length) * recordBytes;
    }
}
