package dev.engram.index.kernel;

import static dev.engram.index.kernel.HalfLanes.HALVES;
import static dev.engram.index.kernel.HalfLanes.load;
import static dev.engram.index.kernel.Lanes.FLOATS;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/**
 * The sum of absolute differences to rows of float16, four rows at a time. Scalar twin: {@link
 * ScalarHalfManhattan}.
 */
final class SimdHalfManhattan implements Kernel {

    @Override
    public int componentBytes() {
        return Short.BYTES;
    }

    @Override
    public void distances(
            float[] query, MemorySegment rows, int dimension, int[] ids, int count, float[] out) {
        long rowBytes = (long) dimension * Short.BYTES;
        int whole = FLOATS.loopBound(dimension);
        VectorMask<Float> rest = FLOATS.indexInRange(whole, dimension);
        VectorMask<Short> restHalves = HALVES.indexInRange(whole, dimension);
        int last = count - 1;
        for (int j = 0; j < count; j += 4) {
            // The last step may do a row twice rather than need a loop of its own.
            int j1 = Math.min(j + 1, last);
            int j2 = Math.min(j + 2, last);
            int j3 = Math.min(j + 3, last);
            long p0 = rowBytes * ids[j];
            long p1 = rowBytes * ids[j1];
            long p2 = rowBytes * ids[j2];
            long p3 = rowBytes * ids[j3];
            FloatVector s0 = FloatVector.zero(FLOATS);
            FloatVector s1 = s0;
            FloatVector s2 = s0;
            FloatVector s3 = s0;
            for (int i = 0; i < whole; i += FLOATS.length()) {
                long at = (long) i * Short.BYTES;
                FloatVector q = FloatVector.fromArray(FLOATS, query, i);
                s0 = s0.add(q.sub(load(rows, p0 + at)).abs());
                s1 = s1.add(q.sub(load(rows, p1 + at)).abs());
                s2 = s2.add(q.sub(load(rows, p2 + at)).abs());
                s3 = s3.add(q.sub(load(rows, p3 + at)).abs());
            }
            if (whole < dimension) {
                long at = (long) whole * Short.BYTES;
                FloatVector q = FloatVector.fromArray(FLOATS, query, whole, rest);
                s0 = s0.add(q.sub(load(rows, p0 + at, restHalves)).abs());
                s1 = s1.add(q.sub(load(rows, p1 + at, restHalves)).abs());
                s2 = s2.add(q.sub(load(rows, p2 + at, restHalves)).abs());
                s3 = s3.add(q.sub(load(rows, p3 + at, restHalves)).abs());
            }
            out[j] = s0.reduceLanes(VectorOperators.ADD);
            out[j1] = s1.reduceLanes(VectorOperators.ADD);
            out[j2] = s2.reduceLanes(VectorOperators.ADD);
            out[j3] = s3.reduceLanes(VectorOperators.ADD);
        }
    }
}
