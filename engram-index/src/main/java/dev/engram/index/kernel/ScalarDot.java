package dev.engram.index.kernel;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/** Minus the dot product, in plain Java. SIMD twin: {@link SimdDot}. */
final class ScalarDot implements Kernel {

    private static final ValueLayout.OfFloat FLOAT =
            ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    @Override
    public void distances(
            float[] query, MemorySegment rows, int dimension, int[] ids, int count, float[] out) {
        long rowBytes = (long) dimension * Float.BYTES;
        for (int j = 0; j < count; j++) {
            long row = rowBytes * ids[j];
            // Four sums: the compiler may not reorder additions of floats, so one sum would wait.
            float s0 = 0;
            float s1 = 0;
            float s2 = 0;
            float s3 = 0;
            int i = 0;
            for (; i < dimension - 3; i += 4) {
                long at = row + (long) i * Float.BYTES;
                s0 += query[i] * rows.get(FLOAT, at);
                s1 += query[i + 1] * rows.get(FLOAT, at + 4);
                s2 += query[i + 2] * rows.get(FLOAT, at + 8);
                s3 += query[i + 3] * rows.get(FLOAT, at + 12);
            }
            for (; i < dimension; i++) {
                s0 += query[i] * rows.get(FLOAT, row + (long) i * Float.BYTES);
            }
            out[j] = -(s0 + s1 + (s2 + s3));
        }
    }
}
