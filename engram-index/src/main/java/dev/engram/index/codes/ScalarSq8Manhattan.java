package dev.engram.index.codes;

import static dev.engram.index.codes.Sq8Kernel.pack;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * The sum of absolute differences to 8-bit codes, in plain Java. SIMD twin: {@link
 * SimdSq8Manhattan}.
 */
final class ScalarSq8Manhattan implements Sq8Kernel {

    @Override
    public void distances(
            Sq8Query query, MemorySegment rows, long stride, int[] ids, int count, float[] out) {
        for (int j = 0; j < count; j++) {
            out[j] = distance(query, rows, stride * ids[j]);
        }
    }

    @Override
    public long pair(Sq8Query query, MemorySegment rows, long first, long second) {
        return pack(distance(query, rows, first), distance(query, rows, second));
    }

    private static float distance(Sq8Query query, MemorySegment rows, long row) {
        float[] terms = query.terms;
        float[] weights = query.weights;
        float s0 = 0;
        float s1 = 0;
        for (int i = 0; i < weights.length; i += 2) {
            float d0 = terms[i] + weights[i] * code(rows, row + i);
            s0 += Math.abs(d0);
            float d1 = terms[i + 1] + weights[i + 1] * code(rows, row + i + 1);
            s1 += Math.abs(d1);
        }
        return s0 + s1;
    }

    private static int code(MemorySegment rows, long offset) {
        return rows.get(ValueLayout.JAVA_BYTE, offset) & 0xff;
    }
}
