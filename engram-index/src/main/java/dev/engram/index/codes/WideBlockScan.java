package dev.engram.index.codes;

import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static jdk.incubator.vector.VectorOperators.I2F;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LSHR;
import static jdk.incubator.vector.VectorOperators.LT;
import static jdk.incubator.vector.VectorOperators.ZERO_EXTEND_S2I;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/**
 * Scans blocks with registers of 512 bits: one look-up takes four tables and the codes of 32
 * vectors. Scalar twin: {@link ScalarBlockScan}.
 *
 * <p>Entries are bytes and sums 16 bits: a register of looked-up bytes is added as it is, which
 * sums even + 256 * odd, and once more shifted, which sums odd; from these two the even ones
 * follow.
 *
 * <p>The JIT compiler stops inlining in a method that has grown to some 18,000 nodes, and boxes
 * every vector that it then passes to a method. So the two halves of a scan hand over through an
 * array, take no vectors, and are written out: what has more than 325 bytes of bytecode is compiled
 * on its own and not into a caller that has grown already.
 */
final class WideBlockScan implements BlockScan {

    private static final VectorSpecies<Byte> BYTES = ByteVector.SPECIES_512;
    private static final VectorSpecies<Short> SHORTS = ShortVector.SPECIES_512;
    private static final VectorSpecies<Integer> INTS = IntVector.SPECIES_512;
    private static final VectorSpecies<Float> FLOATS = FloatVector.SPECIES_512;
    private static final int STEP = BlockLayout.STEP_BYTES;
    private static final int LANES = BlockLayout.LANES;
    private static final int HALF = LANES / 2;
    private static final byte CODE = 15;
    private static final int UPPER_HALF = 0xffff_0000;

    /** Which table a lane looks into: its first or second, by its low bits; third or fourth. */
    private static final ByteVector LOW_TABLES = tables(0);

    private static final ByteVector HIGH_TABLES = tables(32);
    private static final VectorShuffle<Short> OTHER_HALF =
            VectorShuffle.fromOp(SHORTS, lane -> (lane + 16) & 31);

    private static ByteVector tables(int first) {
        byte[] offsets = new byte[STEP];
        for (int lane = 0; lane < STEP; lane++) {
            offsets[lane] = (byte) (first + (lane < LANES ? 0 : PqCodebook.CENTROIDS));
        }
        return ByteVector.fromArray(BYTES, offsets, 0);
    }

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
        byte[] table = tables.table;
        short[] sums = tables.sums;
        float step = tables.step;
        float bias = tables.bias;
        sum(blocks, first, second, table, sums);
        long factors = first + table.length;
        long near = finish(blocks, factors, sums, 0, baseFirst, step, bias, worst, estimates);
        factors = second + table.length;
        return near
                | (finish(blocks, factors, sums, LANES, baseSecond, step, bias, worst, estimates)
                        << LANES);
    }

    /** Sums the table entries of two blocks: what, and how apart, is said above. */
    static void sum(MemorySegment blocks, long first, long second, byte[] table, short[] sums) {
        ByteVector low = LOW_TABLES;
        ByteVector high = HIGH_TABLES;
        ShortVector both0 = ShortVector.zero(SHORTS);
        ShortVector odd0 = both0;
        ShortVector both1 = both0;
        ShortVector odd1 = both0;
        for (int at = 0; at < table.length; at += STEP) {
            ByteVector entries = ByteVector.fromArray(BYTES, table, at);
            ByteVector x = ByteVector.fromMemorySegment(BYTES, blocks, first + at, LITTLE_ENDIAN);
            ByteVector y = ByteVector.fromMemorySegment(BYTES, blocks, second + at, LITTLE_ENDIAN);
            ByteVector xHigh = x.reinterpretAsShorts().lanewise(LSHR, 4).reinterpretAsBytes();
            ByteVector yHigh = y.reinterpretAsShorts().lanewise(LSHR, 4).reinterpretAsBytes();
            ShortVector x0 = x.and(CODE).or(low).selectFrom(entries).reinterpretAsShorts();
            ShortVector x1 = xHigh.and(CODE).or(high).selectFrom(entries).reinterpretAsShorts();
            ShortVector y0 = y.and(CODE).or(low).selectFrom(entries).reinterpretAsShorts();
            ShortVector y1 = yHigh.and(CODE).or(high).selectFrom(entries).reinterpretAsShorts();
            both0 = both0.add(x0).add(x1);
            odd0 = odd0.add(x0.lanewise(LSHR, 8)).add(x1.lanewise(LSHR, 8));
            both1 = both1.add(y0).add(y1);
            odd1 = odd1.add(y0.lanewise(LSHR, 8)).add(y1.lanewise(LSHR, 8));
        }
        both0.intoArray(sums, 0);
        both1.intoArray(sums, LANES);
        odd0.intoArray(sums, 2 * LANES);
        odd1.intoArray(sums, 3 * LANES);
    }

    /** Turns the sums at {@code at} into estimates, there too; returns which are near. */
    private static long finish(
            MemorySegment blocks,
            long factors,
            short[] sums,
            int at,
            float base,
            float step,
            float bias,
            float worst,
            float[] estimates) {
        ShortVector odd = ShortVector.fromArray(SHORTS, sums, at + 2 * LANES);
        ShortVector even = ShortVector.fromArray(SHORTS, sums, at).sub(odd.lanewise(LSHL, 8));
        even = even.add(even.rearrange(OTHER_HALF));
        odd = odd.add(odd.rearrange(OTHER_HALF));
        IntVector add = IntVector.fromMemorySegment(INTS, blocks, factors, LITTLE_ENDIAN);
        IntVector multiply =
                IntVector.fromMemorySegment(
                        INTS, blocks, factors + BlockLayout.MULTIPLY_OFFSET, LITTLE_ENDIAN);
        // Of the two factors in an int, the first is its lower half.
        FloatVector addEven = add.lanewise(LSHL, 16).reinterpretAsFloats();
        FloatVector addOdd = add.and(UPPER_HALF).reinterpretAsFloats();
        FloatVector multiplyEven = multiply.lanewise(LSHL, 16).reinterpretAsFloats();
        FloatVector multiplyOdd = multiply.and(UPPER_HALF).reinterpretAsFloats();
        FloatVector bases = FloatVector.broadcast(FLOATS, base);
        FloatVector steps = FloatVector.broadcast(FLOATS, step);
        FloatVector biases = FloatVector.broadcast(FLOATS, bias);
        FloatVector limits = FloatVector.broadcast(FLOATS, worst);
        FloatVector x = (FloatVector) even.convertShape(ZERO_EXTEND_S2I, INTS, 0).convert(I2F, 0);
        FloatVector y = (FloatVector) odd.convertShape(ZERO_EXTEND_S2I, INTS, 0).convert(I2F, 0);
        x = x.mul(steps).add(biases).mul(multiplyEven).add(addEven.add(bases));
        y = y.mul(steps).add(biases).mul(multiplyOdd).add(addOdd.add(bases));
        x.intoArray(estimates, at);
        y.intoArray(estimates, at + HALF);
        return x.compare(LT, limits).toLong() | (y.compare(LT, limits).toLong() << HALF);
    }
}
