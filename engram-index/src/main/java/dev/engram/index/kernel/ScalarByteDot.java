package dev.engram.index.kernel;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Minus the dot product of bytes, in plain Java. SIMD twin: {@link SimdByteDot}. */
final class ScalarByteDot implements ByteKernel {

    @Override
    public void distances(
            byte[] query, MemorySegment rows, int rowBytes, int[] ids, int count, int[] out) {
        for (int j = 0; j < count; j++) {
            long row = (long) rowBytes * ids[j];
            int sum = 0;
            for (int i = 0; i < rowBytes; i++) {
                sum += query[i] * rows.get(ValueLayout.JAVA_BYTE, row + i);
            }
            out[j] = -sum;
        }
    }
}
