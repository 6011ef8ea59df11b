package dev.engram.index.codes;

import static jdk.incubator.vector.VectorOperators.LSHR;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Scans blocks with registers of 128 or 256 bits, piece after piece of a step's 64 bytes: the lanes
 * of a piece all look into the same two tables. Scalar twin: {@link ScalarBlockScan}.
 */
final class NarrowBlockScan implements BlockScan {

    private static final VectorSpecies<Byte> BYTES = ScanLanes.NARROW;
    private static final VectorSpecies<Short> SHORTS = BYTES.withLanes(short.class);
    private static final VectorSpecies<Byte> TABLES = ByteVector.SPECIES_128;
    private static final int LENGTH = BYTES.length();
    private static final int STEP = BlockLayout.STEP_BYTES;
    private static final int LANES = BlockLayout.LANES;

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
        return near | (scan(blocks, second, tables, baseSecond, worst, estimates, LANES) << LANES);
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
        short[] sums = tables.sums;
        sum(blocks, block, table, sums);
        long factors = block + table.length;
        float step = tables.step;
        float bias = tables.bias;
        long near = 0;
        for (int place = 0; place < LANES; place++) {
            int sum = total(sums, place);
            float estimate =
                    ScalarBlockScan.estimate(blocks, factors, place, base, sum, step, bias);
            estimates[to + place] = estimate;
            if (estimate < worst) {
                near |= 1L << place;
            }
        }
        return near;
    }

    /** Sums the table entries of a block's vectors, for {@link #total}. */
    static void sum(MemorySegment blocks, long block, byte[] table, short[] sums) {
        for (int piece = 0; piece < STEP; piece += LENGTH) {
            sum(
                    blocks,
                    block + piece,
                    table,
                    piece < LANES ? 0 : PqCodebook.CENTROIDS,
                    sums,
                    piece / 2);
        }
    }

    /** Sums one piece of every step; what to sum is as in {@link WideBlockScan}. */
    private static void sum(
            MemorySegment blocks, long codes, byte[] table, int from, short[] sums, int to) {
        ShortVector both = ShortVector.zero(SHORTS);
        ShortVector odd = both;
        for (int at = 0; at < table.length; at += STEP) {
            ByteVector x =
                    ByteVector.fromMemorySegment(
                            BYTES, blocks, codes + at, ByteOrder.LITTLE_ENDIAN);
            ByteVector high = x.reinterpretAsShorts().lanewise(LSHR, 4).reinterpretAsBytes();
            ShortVector x0 = lookUp(x, table, at + from);
            ShortVector x1 = lookUp(high, table, at + from + 2 * PqCodebook.CENTROIDS);
            both = both.add(x0).add(x1);
            odd = odd.add(x0.lanewise(LSHR, 8)).add(x1.lanewise(LSHR, 8));
        }
        both.intoArray(sums, to);
        odd.intoArray(sums, to + LANES);
    }

    private static ShortVector lookUp(ByteVector codes, byte[] table, int at) {
        ByteVector entries =
                (ByteVector) ByteVector.fromArray(TABLES, table, at).reinterpretShape(BYTES, 0);
        return codes.and((byte) 15).selectFrom(entries).reinterpretAsShorts();
    }

    /** The sum of the vector at a place. */
    static int total(short[] sums, int place) {
        int at = place % (LANES / 2);
        return place < LANES / 2
                ? even(sums, at) + even(sums, at + LANES / 2)
                : odd(sums, at) + odd(sums, at + LANES / 2);
    }

    private static int even(short[] sums, int at) {
        return (sums[at] - (sums[at + LANES] << 8)) & 0xffff;
    }

    private static int odd(short[] sums, int at) {
        return sums[at + LANES] & 0xffff;
    }
}
