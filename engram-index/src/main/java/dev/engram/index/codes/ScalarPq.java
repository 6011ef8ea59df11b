package dev.engram.index.codes;

/** Product quantisation in plain Java. SIMD twin: {@link SimdPq}. */
final class ScalarPq implements PqKernel {

    private static final int CENTROIDS = PqCodebook.CENTROIDS;

    @Override
    public void nearest(float[] centroids, int width, float[] vector, byte[] codes) {
        float[] squares = new float[CENTROIDS];
        for (int part = 0; part < codes.length; part++) {
            for (int c = 0; c < CENTROIDS; c++) {
                float sum = 0;
                for (int i = part * width; i < (part + 1) * width; i++) {
                    float difference = centroids[i * CENTROIDS + c] - vector[i];
                    sum += difference * difference;
                }
                squares[c] = sum;
            }
            int best = 0;
            for (int c = 1; c < CENTROIDS; c++) {
                best = squares[c] < squares[best] ? c : best;
            }
            codes[part] = (byte) best;
        }
    }

    @Override
    public void products(
            float[] centroids, int width, float[] vector, float[] products, float[] range) {
        range[0] = Float.POSITIVE_INFINITY;
        range[1] = Float.NEGATIVE_INFINITY;
        for (int at = 0; at < products.length; at++) {
            int part = at / CENTROIDS;
            float sum = 0;
            for (int i = part * width; i < (part + 1) * width; i++) {
                sum += centroids[i * CENTROIDS + at % CENTROIDS] * vector[i];
            }
            products[at] = sum;
            range[0] = Math.min(range[0], sum);
            range[1] = Math.max(range[1], sum);
        }
    }

    @Override
    public void quantise(float[] products, float low, float scale, byte[] table) {
        for (int i = 0; i < products.length; i++) {
            table[i] = (byte) (int) ((products[i] - low) * scale + 0.5f);
        }
    }
}
