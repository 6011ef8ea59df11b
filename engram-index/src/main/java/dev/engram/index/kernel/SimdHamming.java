package dev.engram.index.kernel;

import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static jdk.incubator.vector.VectorOperators.ADD;
import static jdk.incubator.vector.VectorOperators.BIT_COUNT;
import static jdk.incubator.vector.VectorOperators.XOR;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorSpecies;

/** The number of different bits, four rows at a time. Scalar twin: {@link ScalarHamming}. */
final class SimdHamming implements ByteKernel {

    private static final VectorSpecies<Byte> WORDS = Lanes.FLOATS.withLanes(byte.class);
    private static final VectorSpecies<Long> LONGS = Lanes.FLOATS.withLanes(long.class);

    @Override
    public void distances(
            byte[] query, MemorySegment rows, int rowBytes, int[] ids, int count, int[] out) {
        int whole = WORDS.loopBound(rowBytes);
        VectorMask<Byte> rest = WORDS.indexInRange(whole, rowBytes);
        int last = count - 1;
        for (int j = 0; j < count; j += 4) {
            // The last step may do a row twice rather than need a loop of its own.
            int j1 = Math.min(j + 1, last);
            int j2 = Math.min(j + 2, last);
            int j3 = Math.min(j + 3, last);
            long p0 = (long) rowBytes * ids[j];
            long p1 = (long) rowBytes * ids[j1];
            long p2 = (long) rowBytes * ids[j2];
            long p3 = (long) rowBytes * ids[j3];
            LongVector s0 = LongVector.zero(LONGS);
            LongVector s1 = s0;
            LongVector s2 = s0;
            LongVector s3 = s0;
            for (int i = 0; i < whole; i += WORDS.length()) {
                LongVector q = ByteVector.fromArray(WORDS, query, i).reinterpretAsLongs();
                s0 = s0.add(count(load(rows, p0 + i), q));
                s1 = s1.add(count(load(rows, p1 + i), q));
                s2 = s2.add(count(load(rows, p2 + i), q));
                s3 = s3.add(count(load(rows, p3 + i), q));
            }
            if (whole < rowBytes) {
                LongVector q = ByteVector.fromArray(WORDS, query, whole, rest).reinterpretAsLongs();
                s0 = s0.add(count(load(rows, p0 + whole, rest), q));
                s1 = s1.add(count(load(rows, p1 + whole, rest), q));
                s2 = s2.add(count(load(rows, p2 + whole, rest), q));
                s3 = s3.add(count(load(rows, p3 + whole, rest), q));
            }
            out[j] = (int) s0.reduceLanes(ADD);
            out[j1] = (int) s1.reduceLanes(ADD);
            out[j2] = (int) s2.reduceLanes(ADD);
            out[j3] = (int) s3.reduceLanes(ADD);
        }
    }

    private static ByteVector load(MemorySegment rows, long offset) {
        return ByteVector.fromMemorySegment(WORDS, rows, offset, LITTLE_ENDIAN);
    }

    private static ByteVector load(MemorySegment rows, long offset, VectorMask<Byte> mask) {
        return ByteVector.fromMemorySegment(WORDS, rows, offset, LITTLE_ENDIAN, mask);
    }

    private static LongVector count(ByteVector row, LongVector query) {
        return row.reinterpretAsLongs().lanewise(XOR, query).lanewise(BIT_COUNT);
    }
}
