package dev.engram.index.kernel;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** The number of different bits, in plain Java. SIMD twin: {@link SimdHamming}. */
final class ScalarHamming implements ByteKernel {

    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED;
    private static final VarHandle LONGS =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());

    @Override
    public void distances(
            byte[] query, MemorySegment rows, int rowBytes, int[] ids, int count, int[] out) {
        int whole = rowBytes / Long.BYTES * Long.BYTES;
        for (int j = 0; j < count; j++) {
            long row = (long) rowBytes * ids[j];
            int sum = 0;
            for (int i = 0; i < whole; i += Long.BYTES) {
                sum += Long.bitCount((long) LONGS.get(query, i) ^ rows.get(LONG, row + i));
            }
            for (int i = whole; i < rowBytes; i++) {
                int bits = query[i] ^ rows.get(ValueLayout.JAVA_BYTE, row + i);
                sum += Integer.bitCount(bits & 0xff);
            }
            out[j] = sum;
        }
    }
}
