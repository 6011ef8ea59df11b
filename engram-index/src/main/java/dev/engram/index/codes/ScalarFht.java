package dev.engram.index.codes;

/** The transform in plain Java. SIMD twin: {@link SimdFht}. */
final class ScalarFht implements Fht {

    @Override
    public void round(float[] values, float[] signs, int from, int first, int length) {
        for (int i = 0; i < values.length; i++) {
            values[i] *= signs[from + i];
        }
        for (int half = 1; half < length; half *= 2) {
            for (int pair = first; pair < first + length; pair += 2 * half) {
                for (int i = pair; i < pair + half; i++) {
                    float a = values[i];
                    float b = values[i + half];
                    values[i] = a + b;
                    values[i + half] = a - b;
                }
            }
        }
        float scale = Fht.scale(length);
        for (int i = first; i < first + length; i++) {
            values[i] *= scale;
        }
    }
}
