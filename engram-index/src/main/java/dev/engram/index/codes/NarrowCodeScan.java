package dev.engram.index.codes;

import java.lang.foreign.MemorySegment;

/**
 * Scans codes with registers of 128 or 256 bits: the sums as {@link NarrowBlockScan} does, and what
 * is left vector by vector. Scalar twin: {@link ScalarCodeScan}.
 */
final class NarrowCodeScan implements CodeScan {

    @Override
    public long scan(
            MemorySegment blocks,
            long first,
            long second,
            CodeTables tables,
            float worst,
            float[] estimates) {
        long near = scan(blocks, first, tables, worst, estimates, 0);
        int half = CodeBlock.LANES;
        return near | (scan(blocks, second, tables, worst, estimates, half) << half);
    }

    private static long scan(
            MemorySegment blocks,
            long block,
            CodeTables tables,
            float worst,
            float[] estimates,
            int to) {
        short[] sums = tables.tables.sums;
        NarrowBlockScan.sum(blocks, block, tables.tables.table, sums);
        long near = 0;
        for (int place = 0; place < CodeBlock.LANES; place++) {
            int sum = NarrowBlockScan.total(sums, place);
            float estimate = ScalarCodeScan.estimate(blocks, block, place, sum, tables);
            estimates[to + place] = estimate;
            if (estimate < worst) {
                near |= 1L << place;
            }
        }
        return near;
    }
}
