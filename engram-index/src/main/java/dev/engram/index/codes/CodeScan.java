package dev.engram.index.codes;

import dev.engram.index.kernel.Instructions;
import java.lang.foreign.MemorySegment;

/**
 * Estimates the distances to all vectors of two {@link CodeBlock}s at once: {@code base - (step *
 * sum + bias) * scale}, where sum is that of a vector's table entries and base belongs to its list.
 * Equal to the bit on all instructions. Has no state.
 */
public sealed interface CodeScan permits NarrowCodeScan, ScalarCodeScan, WideCodeScan {

    /** The scan for the instructions given, which must be at hand. */
    static CodeScan of(Instructions instructions) {
        return switch (instructions) {
            case SCALAR -> new ScalarCodeScan();
            case SIMD -> ScanLanes.areWide() ? new WideCodeScan() : new NarrowCodeScan();
        };
    }

    /**
     * Estimates the distances of two blocks, which may be the same.
     *
     * @param first where one block starts, in bytes
     * @param second where the other starts
     * @param tables of the query; their memory is written to
     * @param worst the distance that is of no interest any more
     * @param estimates gets 32 estimates for the first block, by place, and 32 for the second
     * @return a bit for each estimate that is less than {@code worst}
     */
    long scan(
            MemorySegment blocks,
            long first,
            long second,
            CodeTables tables,
            float worst,
            float[] estimates);
}
