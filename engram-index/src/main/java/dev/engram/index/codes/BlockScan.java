package dev.engram.index.codes;

import dev.engram.index.kernel.Instructions;
import java.lang.foreign.MemorySegment;

/**
 * Estimates the distances to all vectors of two blocks at once: {@code base + add + multiply *
 * (step * sum + bias)}, where sum is that of a vector's table entries. Equal to the bit on all
 * instructions. Has no state.
 */
public sealed interface BlockScan permits NarrowBlockScan, ScalarBlockScan, WideBlockScan {

    /** The scan for the instructions given, which must be at hand. */
    static BlockScan of(Instructions instructions) {
        return switch (instructions) {
            case SCALAR -> new ScalarBlockScan();
            case SIMD -> ScanLanes.areWide() ? new WideBlockScan() : new NarrowBlockScan();
        };
    }

    /**
     * Estimates the distances of two blocks, which may be the same.
     *
     * @param first where one block starts, in bytes
     * @param second where the other starts
     * @param tables of the query; their memory is written to
     * @param baseFirst the distance from the query to the first block's centre
     * @param baseSecond the same for the second
     * @param worst the distance that is of no interest any more
     * @param estimates gets 32 estimates for the first block, by place, and 32 for the second
     * @return a bit for each estimate that is less than {@code worst}
     */
    long scan(
            MemorySegment blocks,
            long first,
            long second,
            PqTables tables,
            float baseFirst,
            float baseSecond,
            float worst,
            float[] estimates);
}
