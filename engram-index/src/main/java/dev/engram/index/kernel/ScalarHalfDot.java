package dev.engram.index.kernel;

import java.lang.foreign.MemorySegment;

/** Minus the dot product to rows of float16, in plain Java. SIMD twin: {@link SimdHalfDot}. */
final class ScalarHalfDot implements Kernel {

    @Override
    public int componentBytes() {
        return Short.BYTES;
    }

    @Override
    public void distances(
            float[] query, MemorySegment rows, int dimension, int[] ids, int count, float[] out) {
        long rowBytes = (long) dimension * Short.BYTES;
        for (int j = 0; j < count; j++) {
            long row = rowBytes * ids[j];
            // Four sums: the compiler may not reorder additions of floats, so one sum would wait.
            float s0 = 0;
            float s1 = 0;
            float s2 = 0;
            float s3 = 0;
            int i = 0;
            for (; i < dimension - 3; i += 4) {
                long at = row + (long) i * Short.BYTES;
                s0 += query[i] * Halves.get(rows, at);
                s1 += query[i + 1] * Halves.get(rows, at + 2);
                s2 += query[i + 2] * Halves.get(rows, at + 4);
                s3 += query[i + 3] * Halves.get(rows, at + 6);
            }
            for (; i < dimension; i++) {
                s0 += query[i] * Halves.get(rows, row + (long) i * Short.BYTES);
            }
            out[j] = -(s0 + s1 + (s2 + s3));
        }
    }
}
