package dev.engram.index.codes;

import static dev.engram.index.codes.CodeLanes.BYTES;
import static dev.engram.index.codes.CodeLanes.FLOATS;
import static dev.engram.index.codes.CodeLanes.INTS;
import static dev.engram.index.codes.CodeLanes.LENGTH;
import static dev.engram.index.codes.Sq8Kernel.pack;
import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static jdk.incubator.vector.VectorOperators.I2F;
import static jdk.incubator.vector.VectorOperators.ZERO_EXTEND_B2I;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/**
 * Minus the dot product to 8-bit codes, four rows at a time. Scalar twin: {@link ScalarSq8Dot}.
 *
 * <p>Written out, so as to be compiled on its own: see {@link WideBlockScan}.
 */
final class SimdSq8Dot implements Sq8Kernel {

    @Override
    public void distances(
            Sq8Query query, MemorySegment rows, long stride, int[] ids, int count, float[] out) {
        float[] weights = query.weights;
        float base = query.base;
        int width = weights.length;
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
            FloatVector s0 = FloatVector.zero(FLOATS);
            FloatVector s1 = s0;
            FloatVector s2 = s0;
            FloatVector s3 = s0;
            for (int i = 0; i < width; i += LENGTH) {
                FloatVector c0 =
                        (FloatVector)
                                ByteVector.fromMemorySegment(BYTES, rows, p0 + i, LITTLE_ENDIAN)
                                        .convertShape(ZERO_EXTEND_B2I, INTS, 0)
                                        .convert(I2F, 0);
                FloatVector c1 =
                        (FloatVector)
                                ByteVector.fromMemorySegment(BYTES, rows, p1 + i, LITTLE_ENDIAN)
                                        .convertShape(ZERO_EXTEND_B2I, INTS, 0)
                                        .convert(I2F, 0);
                FloatVector c2 =
                        (FloatVector)
                                ByteVector.fromMemorySegment(BYTES, rows, p2 + i, LITTLE_ENDIAN)
                                        .convertShape(ZERO_EXTEND_B2I, INTS, 0)
                                        .convert(I2F, 0);
                FloatVector c3 =
                        (FloatVector)
                                ByteVector.fromMemorySegment(BYTES, rows, p3 + i, LITTLE_ENDIAN)
                                        .convertShape(ZERO_EXTEND_B2I, INTS, 0)
                                        .convert(I2F, 0);
                FloatVector w = FloatVector.fromArray(FLOATS, weights, i);
                s0 = w.fma(c0, s0);
                s1 = w.fma(c1, s1);
                s2 = w.fma(c2, s2);
                s3 = w.fma(c3, s3);
            }
            out[j] = base + s0.reduceLanes(VectorOperators.ADD);
            out[j1] = base + s1.reduceLanes(VectorOperators.ADD);
            out[j2] = base + s2.reduceLanes(VectorOperators.ADD);
            out[j3] = base + s3.reduceLanes(VectorOperators.ADD);
        }
    }

    @Override
    public long pair(Sq8Query query, MemorySegment rows, long first, long second) {
        float[] weights = query.weights;
        FloatVector s0 = FloatVector.zero(FLOATS);
        FloatVector s1 = s0;
        FloatVector s2 = s0;
        FloatVector s3 = s0;
        for (int i = 0; i < weights.length; i += 2 * LENGTH) {
            FloatVector c0 =
                    (FloatVector)
                            ByteVector.fromMemorySegment(BYTES, rows, first + i, LITTLE_ENDIAN)
                                    .convertShape(ZERO_EXTEND_B2I, INTS, 0)
                                    .convert(I2F, 0);
            FloatVector c1 =
                    (FloatVector)
                            ByteVector.fromMemorySegment(BYTES, rows, second + i, LITTLE_ENDIAN)
                                    .convertShape(ZERO_EXTEND_B2I, INTS, 0)
                                    .convert(I2F, 0);
            FloatVector c2 =
                    (FloatVector)
                            ByteVector.fromMemorySegment(
                                            BYTES, rows, first + i + LENGTH, LITTLE_ENDIAN)
                                    .convertShape(ZERO_EXTEND_B2I, INTS, 0)
                                    .convert(I2F, 0);
            FloatVector c3 =
                    (FloatVector)
                            ByteVector.fromMemorySegment(
                                            BYTES, rows, second + i + LENGTH, LITTLE_ENDIAN)
                                    .convertShape(ZERO_EXTEND_B2I, INTS, 0)
                                    .convert(I2F, 0);
            FloatVector w0 = FloatVector.fromArray(FLOATS, weights, i);
            FloatVector w1 = FloatVector.fromArray(FLOATS, weights, i + LENGTH);
            s0 = w0.fma(c0, s0);
            s1 = w0.fma(c1, s1);
            s2 = w1.fma(c2, s2);
            s3 = w1.fma(c3, s3);
        }
        FloatVector sumFirst = s0.add(s2);
        FloatVector sumSecond = s1.add(s3);
        float base = query.base;
        return pack(
                base + sumFirst.reduceLanes(VectorOperators.ADD),
                base + sumSecond.reduceLanes(VectorOperators.ADD));
    }
}
