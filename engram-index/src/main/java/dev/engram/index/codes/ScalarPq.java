package dev.engram.index.codes;

import dev.engram.index.Metric;

/** Product quantisation in plain Java. SIMD twin: {@link SimdPq}. */
final class ScalarPq implements PqKernel {

    private static final int CENTROIDS = PqCodebook.CENTROIDS;

    @Override
    public void nearest(float[] centroids, int bits, int width, float[] vector, byte[] codes) {
        int count = 1 << bits;
        for (int part = 0; part < codes.length; part++) {
            float least = Float.POSITIVE_INFINITY;
            int best = 0;
            for (int c = 0; c < count; c++) {
                float sum = 0;
                for (int i = part * width; i < (part + 1) * width; i++) {
                    float difference = centroids[(i << bits) + c] - vector[i];
                    sum += difference * difference;
                }
                if (sum < least) {
                    least = sum;
                    best = c;
                }
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
    public void distances(
            Metric metric, float[] centroids, int bits, int width, float[] vector, float[] table) {
        for (int at = 0; at < table.length; at++) {
            int first = (at >>> bits) * width;
            int from = (first << bits) + (at & ((1 << bits) - 1));
            table[at] =
                    switch (metric) {
                        case COSINE, DOT -> product(centroids, bits, from, vector, first, width);
                        case EUCLIDEAN -> square(centroids, bits, from, vector, first, width);
                        case MANHATTAN -> absolute(centroids, bits, from, vector, first, width);
                    };
        }
    }

    private static float product(
            float[] centroids, int bits, int from, float[] vector, int first, int width) {
        float sum = 0;
        for (int i = 0; i < width; i++) {
            sum -= centroids[from + (i << bits)] * vector[first + i];
        }
        return sum;
    }

    private static float square(
            float[] centroids, int bits, int from, float[] vector, int first, int width) {
        float sum = 0;
        for (int i = 0; i < width; i++) {
            float difference = centroids[from + (i << bits)] - vector[first + i];
            sum += difference * difference;
        }
        return sum;
    }

    private static float absolute(
            float[] centroids, int bits, int from, float[] vector, int first, int width) {
        float sum = 0;
        for (int i = 0; i < width; i++) {
            sum += Math.abs(centroids[from + (i << bits)] - vector[first + i]);
        }
        return sum;
    }

    @Override
    public void quantise(float[] products, float low, float scale, byte[] table) {
        for (int i = 0; i < products.length; i++) {
            table[i] = (byte) (int) ((products[i] - low) * scale + 0.5f);
        }
    }
}
