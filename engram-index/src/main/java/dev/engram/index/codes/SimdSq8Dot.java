package dev.engram.index.codes;

import static dev.engram.index.codes.CodeLanes.FLOATS;
import static dev.engram.index.codes.CodeLanes.LENGTH;
import static dev.engram.index.codes.CodeLanes.load;
import static dev.engram.index.codes.Sq8Kernel.pack;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/** Minus the dot product to 8-bit codes, four rows at a time. Scalar twin: {@link ScalarSq8Dot}. */
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
                FloatVector w = FloatVector.fromArray(FLOATS, weights, i);
                s0 = w.fma(load(rows, p0 + i), s0);
                s1 = w.fma(load(rows, p1 + i), s1);
                s2 = w.fma(load(rows, p2 + i), s2);
                s3 = w.fma(load(rows, p3 + i), s3);
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
            FloatVector w0 = FloatVector.fromArray(FLOATS, weights, i);
            FloatVector w1 = FloatVector.fromArray(FLOATS, weights, i + LENGTH);
            s0 = w0.fma(load(rows, first + i), s0);
            s1 = w0.fma(load(rows, second + i), s1);
            s2 = w1.fma(load(rows, first + i + LENGTH), s2);
            s3 = w1.fma(load(rows, second + i + LENGTH), s3);
        }
        return pack(
                query.base + s0.add(s2).reduceLanes(VectorOperators.ADD),
                query.base + s1.add(s3).reduceLanes(VectorOperators.ADD));
    }
}
