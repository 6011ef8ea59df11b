package dev.engram.index.codes;

import static dev.engram.index.codes.CodeLanes.FLOATS;
import static dev.engram.index.codes.CodeLanes.INTS;
import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static jdk.incubator.vector.VectorOperators.ADD;
import static jdk.incubator.vector.VectorOperators.BIT_COUNT;
import static jdk.incubator.vector.VectorOperators.F2I;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.NE;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorSpecies;

/** Counts common bits, four rows at a time. Scalar twin: {@link ScalarPlanes}. */
final class SimdPlanes implements PlaneKernel {

    private static final VectorSpecies<Long> LONGS = FLOATS.withLanes(long.class);
    private static final int LENGTH = LONGS.length();

    @Override
    public int split(
            float[] components, float perStep, int limit, int bits, long[] planes, int width) {
        float up = limit + 0.5f;
        IntVector sums = IntVector.zero(INTS);
        for (int first = 0; first < components.length; first += Long.SIZE) {
            int word = first / Long.SIZE;
            for (int k = 0; k < bits; k++) {
                planes[k * width + word] = 0;
            }
            for (int i = 0; i < Long.SIZE; i += INTS.length()) {
                FloatVector x = FloatVector.fromArray(FLOATS, components, first + i);
                IntVector numbers = ((IntVector) x.mul(perStep).add(up).convert(F2I, 0)).sub(limit);
                sums = sums.add(numbers);
                for (int k = 0; k < bits; k++) {
                    long set = numbers.and(1 << k).compare(NE, 0).toLong();
                    planes[k * width + word] |= set << i;
                }
            }
        }
        return sums.reduceLanes(ADD);
    }

    @Override
    public void distances(
            RaBitQQuery query, MemorySegment rows, int[] ids, int count, float[] out) {
        long[] planes = query.planes;
        long[] shifts = query.shifts;
        int words = query.words;
        int width = query.width;
        int top = (query.bits - 1) * width;
        long stride = query.rowBytes;
        int last = count - 1;
        for (int j = 0; j < count; j += 4) {
            // The last step may do a row twice rather than need a loop of its own.
            int j1 = Math.min(j + 1, last);
            int j2 = Math.min(j + 2, last);
            int j3 = Math.min(j + 3, last);
            long p0 = stride * ids[j];
            long p1 = stride * ids[j1];
            long p2 = stride * ids[j2];
            long p3 = stride * ids[j3];
            LongVector s0 = LongVector.zero(LONGS);
            LongVector s1 = s0;
            LongVector s2 = s0;
            LongVector s3 = s0;
            for (int i = 0; i < words; i += LENGTH) {
                long at = (long) i * Long.BYTES;
                LongVector c0 = LongVector.fromMemorySegment(LONGS, rows, p0 + at, LITTLE_ENDIAN);
                LongVector c1 = LongVector.fromMemorySegment(LONGS, rows, p1 + at, LITTLE_ENDIAN);
                LongVector c2 = LongVector.fromMemorySegment(LONGS, rows, p2 + at, LITTLE_ENDIAN);
                LongVector c3 = LongVector.fromMemorySegment(LONGS, rows, p3 + at, LITTLE_ENDIAN);
                LongVector q = LongVector.fromArray(LONGS, planes, top + i);
                LongVector n0 = c0.and(q).lanewise(BIT_COUNT).neg();
                LongVector n1 = c1.and(q).lanewise(BIT_COUNT).neg();
                LongVector n2 = c2.and(q).lanewise(BIT_COUNT).neg();
                LongVector n3 = c3.and(q).lanewise(BIT_COUNT).neg();
                for (int plane = top - width + i; plane >= 0; plane -= width) {
                    q = LongVector.fromArray(LONGS, planes, plane);
                    n0 = n0.add(n0).add(c0.and(q).lanewise(BIT_COUNT));
                    n1 = n1.add(n1).add(c1.and(q).lanewise(BIT_COUNT));
                    n2 = n2.add(n2).add(c2.and(q).lanewise(BIT_COUNT));
                    n3 = n3.add(n3).add(c3.and(q).lanewise(BIT_COUNT));
                }
                LongVector shift = LongVector.fromArray(LONGS, shifts, i);
                s0 = s0.add(n0.lanewise(LSHL, shift));
                s1 = s1.add(n1.lanewise(LSHL, shift));
                s2 = s2.add(n2.lanewise(LSHL, shift));
                s3 = s3.add(n3.lanewise(LSHL, shift));
            }
            long factors = (long) words * Long.BYTES;
            out[j] = PlaneKernel.distance(query, rows, p0 + factors, s0.reduceLanes(ADD));
            out[j1] = PlaneKernel.distance(query, rows, p1 + factors, s1.reduceLanes(ADD));
            out[j2] = PlaneKernel.distance(query, rows, p2 + factors, s2.reduceLanes(ADD));
            out[j3] = PlaneKernel.distance(query, rows, p3 + factors, s3.reduceLanes(ADD));
        }
    }
}
