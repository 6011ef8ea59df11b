package dev.engram.index.codes;

import java.lang.foreign.MemorySegment;

/** Scans blocks in plain Java. SIMD twins: {@link WideBlockScan}, {@link NarrowBlockScan}. */
final class ScalarBlockScan implements BlockScan {

    @Override
    public long scan(
            MemorySegment blocks,
            long first,
            long second,
            PqTables tables,
            float baseFirst,
            float baseSecond,
            float worst,
            float[] estimates) {
        long near = scan(blocks, first, tables, baseFirst, worst, estimates, 0);
        int half = BlockLayout.LANES;
        return near | (scan(blocks, second, tables, baseSecond, worst, estimates, half) << half);
    }

    private static long scan(
            MemorySegment blocks,
            long block,
            PqTables tables,
            float base,
            float worst,
            float[] estimates,
            int to) {
        byte[] table = tables.table;
        long factors = block + (long) BlockLayout.CODE_BYTES * tables.codes();
        long near = 0;
        for (int place = 0; place < BlockLayout.LANES; place++) {
            int sum = sum(blocks, block, table, BlockLayout.lane(place));
            float estimate = estimate(blocks, factors, place, base, sum, tables.step, tables.bias);
            estimates[to + place] = estimate;
            if (estimate < worst) {
                near |= 1L << place;
            }
        }
        return near;
    }

    /** The sum of the table entries of the vector in a lane. */
    static int sum(MemorySegment blocks, long block, byte[] table, int lane) {
        int sum = 0;
        for (int at = 0; at < table.length; at += PqCodebook.CENTROIDS) {
            int code = BlockLayout.code(blocks, block, at / PqCodebook.CENTROIDS, lane);
            sum += table[at + code] & 0xff;
        }
        return sum;
    }

    /** The last step of every scan that does it for one vector after the other. */
    static float estimate(
            MemorySegment blocks,
            long factors,
            int place,
            float base,
            int sum,
            float step,
            float bias) {
        float add = BlockLayout.factor(blocks, factors, place);
        float multiply = BlockLayout.factor(blocks, factors + BlockLayout.MULTIPLY_OFFSET, place);
        return (sum * step + bias) * multiply + (add + base);
    }
}
