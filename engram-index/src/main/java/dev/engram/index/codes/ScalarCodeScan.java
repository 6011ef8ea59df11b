package dev.engram.index.codes;

import java.lang.foreign.MemorySegment;

/** Scans codes in plain Java. SIMD twins: {@link WideCodeScan}, {@link NarrowCodeScan}. */
final class ScalarCodeScan implements CodeScan {

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
        byte[] table = tables.tables.table;
        long near = 0;
        for (int place = 0; place < CodeBlock.LANES; place++) {
            int sum = ScalarBlockScan.sum(blocks, block, table, BlockLayout.lane(place));
            float estimate = estimate(blocks, block, place, sum, tables);
            estimates[to + place] = estimate;
            if (estimate < worst) {
                near |= 1L << place;
            }
        }
        return near;
    }

    /** The last step of every scan that does it for one vector after the other. */
    static float estimate(MemorySegment blocks, long block, int place, int sum, CodeTables tables) {
        int codes = tables.tables.codes();
        float base = tables.bases[CodeBlock.list(blocks, block, codes, place)];
        float scale = tables.scales.value(CodeBlock.scale(blocks, block, codes, place));
        return base - (sum * tables.tables.step + tables.tables.bias) * scale;
    }
}
