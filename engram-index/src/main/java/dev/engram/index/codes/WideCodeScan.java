package dev.engram.index.codes;

import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static jdk.incubator.vector.VectorOperators.EQ;
import static jdk.incubator.vector.VectorOperators.I2F;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LT;
import static jdk.incubator.vector.VectorOperators.ZERO_EXTEND_B2I;
import static jdk.incubator.vector.VectorOperators.ZERO_EXTEND_S2I;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/**
 * Scans codes with registers of 512 bits: the sums as {@link WideBlockScan} does, which says why
 * halves hand over through an array. Scalar twin: {@link ScalarCodeScan}.
 */
final class WideCodeScan implements CodeScan {

    private static final VectorSpecies<Byte> BYTES = ByteVector.SPECIES_128;
    private static final VectorSpecies<Short> SHORTS = ShortVector.SPECIES_512;
    private static final VectorSpecies<Integer> INTS = IntVector.SPECIES_512;
    private static final VectorSpecies<Float> FLOATS = FloatVector.SPECIES_512;
    private static final int LANES = CodeBlock.LANES;
    private static final int HALF = LANES / 2;
    private static final VectorShuffle<Short> OTHER_HALF =
            VectorShuffle.fromOp(SHORTS, lane -> (lane + 16) & 31);

    @Override
    public long scan(
            MemorySegment blocks,
            long first,
            long second,
            CodeTables tables,
            float worst,
            float[] estimates) {
        PqTables query = tables.tables;
        short[] sums = query.sums;
        WideBlockScan.sum(blocks, first, second, query.table, sums);
        long factors = first + query.table.length;
        dots(sums, 0, query.step, query.bias, estimates);
        long near = finish(blocks, factors, tables, worst, estimates, 0);
        factors = second + query.table.length;
        dots(sums, LANES, query.step, query.bias, estimates);
        return near | (finish(blocks, factors, tables, worst, estimates, LANES) << LANES);
    }

    /** Turns the sums at {@code at} into dot products, there too. */
    private static void dots(short[] sums, int at, float step, float bias, float[] dots) {
        ShortVector odd = ShortVector.fromArray(SHORTS, sums, at + 2 * LANES);
        ShortVector even = ShortVector.fromArray(SHORTS, sums, at).sub(odd.lanewise(LSHL, 8));
        even = even.add(even.rearrange(OTHER_HALF));
        odd = odd.add(odd.rearrange(OTHER_HALF));
        FloatVector x = (FloatVector) even.convertShape(ZERO_EXTEND_S2I, INTS, 0).convert(I2F, 0);
        FloatVector y = (FloatVector) odd.convertShape(ZERO_EXTEND_S2I, INTS, 0).convert(I2F, 0);
        x.mul(step).add(bias).intoArray(dots, at);
        y.mul(step).add(bias).intoArray(dots, at + HALF);
    }

    private static long finish(
            MemorySegment blocks,
            long factors,
            CodeTables tables,
            float worst,
            float[] estimates,
            int at) {
        float low = tables.scales.low();
        float step = tables.scales.step();
        float[] bases = tables.bases;
        int[] indexes = tables.indexes;
        return half(blocks, factors, low, step, bases, indexes, worst, estimates, at)
                | (half(
                                blocks,
                                factors + HALF,
                                low,
                                step,
                                bases,
                                indexes,
                                worst,
                                estimates,
                                at + HALF)
                        << HALF);
    }

    /** Turns 16 dot products into estimates; returns which are near. */
    private static long half(
            MemorySegment blocks,
            long factors,
            float low,
            float step,
            float[] bases,
            int[] indexes,
            float worst,
            float[] estimates,
            int at) {
        ByteVector scaleBytes = ByteVector.fromMemorySegment(BYTES, blocks, factors, LITTLE_ENDIAN);
        IntVector codes = (IntVector) scaleBytes.convertShape(ZERO_EXTEND_B2I, INTS, 0);
        FloatVector scales = ((FloatVector) codes.convert(I2F, 0)).mul(step).add(low);
        scales = scales.blend(0f, codes.compare(EQ, 0).cast(FLOATS));
        long listsAt = factors + CodeBlock.LISTS_OFFSET;
        ByteVector listBytes = ByteVector.fromMemorySegment(BYTES, blocks, listsAt, LITTLE_ENDIAN);
        ((IntVector) listBytes.convertShape(ZERO_EXTEND_B2I, INTS, 0)).intoArray(indexes, 0);
        FloatVector base = FloatVector.fromArray(FLOATS, bases, 0, indexes, 0);
        FloatVector found = base.sub(FloatVector.fromArray(FLOATS, estimates, at).mul(scales));
        found.intoArray(estimates, at);
        return found.compare(LT, worst).toLong();
    }
}
