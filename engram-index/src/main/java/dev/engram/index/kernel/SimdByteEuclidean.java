package dev.engram.index.kernel;

import static dev.engram.index.kernel.Lanes.BYTES;
import static dev.engram.index.kernel.Lanes.INTS;
import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static jdk.incubator.vector.VectorOperators.ADD;
import static jdk.incubator.vector.VectorOperators.B2I;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;

/**
 * The squared euclidean distance of bytes, four rows at a time. Scalar twin: {@link
 * ScalarByteEuclidean}.
 */
final class SimdByteEuclidean implements ByteKernel {

    @Override
    public void distances(
            byte[] query, MemorySegment rows, int rowBytes, int[] ids, int count, int[] out) {
        int whole = BYTES.loopBound(rowBytes);
        VectorMask<Byte> rest = BYTES.indexInRange(whole, rowBytes);
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
            IntVector s0 = IntVector.zero(INTS);
            IntVector s1 = s0;
            IntVector s2 = s0;
            IntVector s3 = s0;
            for (int i = 0; i < whole; i += BYTES.length()) {
                IntVector q = widen(ByteVector.fromArray(BYTES, query, i));
                IntVector d0 = q.sub(load(rows, p0 + i));
                s0 = s0.add(d0.mul(d0));
                IntVector d1 = q.sub(load(rows, p1 + i));
                s1 = s1.add(d1.mul(d1));
                IntVector d2 = q.sub(load(rows, p2 + i));
                s2 = s2.add(d2.mul(d2));
                IntVector d3 = q.sub(load(rows, p3 + i));
                s3 = s3.add(d3.mul(d3));
            }
            if (whole < rowBytes) {
                IntVector q = widen(ByteVector.fromArray(BYTES, query, whole, rest));
                IntVector d0 = q.sub(load(rows, p0 + whole, rest));
                s0 = s0.add(d0.mul(d0));
                IntVector d1 = q.sub(load(rows, p1 + whole, rest));
                s1 = s1.add(d1.mul(d1));
                IntVector d2 = q.sub(load(rows, p2 + whole, rest));
                s2 = s2.add(d2.mul(d2));
                IntVector d3 = q.sub(load(rows, p3 + whole, rest));
                s3 = s3.add(d3.mul(d3));
            }
            out[j] = s0.reduceLanes(ADD);
            out[j1] = s1.reduceLanes(ADD);
            out[j2] = s2.reduceLanes(ADD);
            out[j3] = s3.reduceLanes(ADD);
        }
    }

    private static IntVector widen(ByteVector bytes) {
        return (IntVector) bytes.convertShape(B2I, INTS, 0);
    }

    private static IntVector load(MemorySegment rows, long offset) {
        return widen(ByteVector.fromMemorySegment(BYTES, rows, offset, LITTLE_ENDIAN));
    }

    private static IntVector load(MemorySegment rows, long offset, VectorMask<Byte> mask) {
        return widen(ByteVector.fromMemorySegment(BYTES, rows, offset, LITTLE_ENDIAN, mask));
    }
}
