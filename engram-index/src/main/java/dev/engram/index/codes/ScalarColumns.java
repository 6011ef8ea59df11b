package dev.engram.index.codes;

import java.util.Arrays;

/** Compares with columns in plain Java. SIMD twin: {@link SimdColumns}. */
final class ScalarColumns implements ColumnKernel {

    @Override
    public void squares(float[] columns, float[] vector, float[] out) {
        Arrays.fill(out, 0, Columns.WIDTH, 0);
        for (int i = 0; i < vector.length; i++) {
            float component = vector[i];
            int at = i * Columns.WIDTH;
            for (int c = 0; c < Columns.WIDTH; c++) {
                float difference = columns[at + c] - component;
                out[c] += difference * difference;
            }
        }
    }
}
