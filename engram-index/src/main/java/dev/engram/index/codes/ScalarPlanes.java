package dev.engram.index.codes;

import java.lang.foreign.MemorySegment;

/** Counts common bits in plain Java. SIMD twin: {@link SimdPlanes}. */
final class ScalarPlanes implements PlaneKernel {

    @Override
    public int split(
            float[] components, float perStep, int limit, int bits, long[] planes, int width) {
        float up = limit + 0.5f;
        int sum = 0;
        for (int first = 0; first < components.length; first += Long.SIZE) {
            int word = first / Long.SIZE;
            for (int k = 0; k < bits; k++) {
                planes[k * width + word] = 0;
            }
            for (int i = 0; i < Long.SIZE; i++) {
                // What is converted is not negative, so that cutting off is rounding.
                int number = (int) (components[first + i] * perStep + up) - limit;
                sum += number;
                for (int k = 0; k < bits; k++) {
                    planes[k * width + word] |= (long) (number >>> k & 1) << i;
                }
            }
        }
        return sum;
    }

    @Override
    public void distances(
            RaBitQQuery query, MemorySegment rows, int[] ids, int count, float[] out) {
        long[] planes = query.planes;
        long[] shifts = query.shifts;
        int words = query.words;
        int width = query.width;
        int top = (query.bits - 1) * width;
        for (int j = 0; j < count; j++) {
            long row = (long) query.rowBytes * ids[j];
            long sum = 0;
            for (int word = 0; word < words; word++) {
                long code = RaBitQ.word(rows, row, word);
                long common = -Long.bitCount(code & planes[top + word]);
                for (int plane = top - width; plane >= 0; plane -= width) {
                    common = 2 * common + Long.bitCount(code & planes[plane + word]);
                }
                sum += common << shifts[word];
            }
            long factors = row + (long) words * Long.BYTES;
            out[j] = PlaneKernel.distance(query, rows, factors, sum);
        }
    }
}
