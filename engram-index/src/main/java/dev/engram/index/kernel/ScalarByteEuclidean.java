package dev.engram.index.kernel;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** The squared euclidean distance of bytes, in plain Java. SIMD twin: {@link SimdByteEuclidean}. */
final class ScalarByteEuclidean implements ByteKernel {

    @Override
    public void distances(
            byte[] query, MemorySegment rows, int rowBytes, int[] ids, int count, int[] out) {
        for (int j = 0; j < count; j++) {
            long row = (long) rowBytes * ids[j];
            int sum = 0;
            for (int i = 0; i < rowBytes; i++) {
                int difference = query[i] - rows.get(ValueLayout.JAVA_BYTE, row + i);
                sum += difference * difference;
            }
            out[j] = sum;
        }
    }
}
