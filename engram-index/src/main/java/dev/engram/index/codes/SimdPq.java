package dev.engram.index.codes;

import static dev.engram.index.codes.CodeLanes.FLOATS;
import static dev.engram.index.codes.CodeLanes.LENGTH;

import dev.engram.index.Metric;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/** Product quantisation, a register of centroids at a time. Scalar twin: {@link ScalarPq}. */
final class SimdPq implements PqKernel {

    private static final int CENTROIDS = PqCodebook.CENTROIDS;

    @Override
    public void nearest(float[] centroids, int bits, int width, float[] vector, byte[] codes) {
        int count = 1 << bits;
        for (int part = 0; part < codes.length; part++) {
            float least = Float.POSITIVE_INFINITY;
            int best = 0;
            for (int c = 0; c < count; c += LENGTH) {
                FloatVector sum = FloatVector.zero(FLOATS);
                for (int i = part * width; i < (part + 1) * width; i++) {
                    FloatVector difference =
                            FloatVector.fromArray(FLOATS, centroids, (i << bits) + c)
                                    .sub(vector[i]);
                    sum = sum.add(difference.mul(difference));
                }
                float square = sum.reduceLanes(VectorOperators.MIN);
                if (square < least) {
                    least = square;
                    best = c + sum.compare(VectorOperators.EQ, square).firstTrue();
                }
            }
            codes[part] = (byte) best;
        }
    }

    @Override
    public void products(
            float[] centroids, int width, float[] vector, float[] products, float[] range) {
        FloatVector least = FloatVector.broadcast(FLOATS, Float.POSITIVE_INFINITY);
        FloatVector greatest = FloatVector.broadcast(FLOATS, Float.NEGATIVE_INFINITY);
        for (int at = 0; at < products.length; at += LENGTH) {
            int first = at / CENTROIDS * width;
            int from = first * CENTROIDS + at % CENTROIDS;
            FloatVector sum = FloatVector.zero(FLOATS);
            for (int i = 0; i < width; i++) {
                sum =
                        sum.add(
                                FloatVector.fromArray(FLOATS, centroids, from + i * CENTROIDS)
                                        .mul(vector[first + i]));
            }
            sum.intoArray(products, at);
            least = least.min(sum);
            greatest = greatest.max(sum);
        }
        range[0] = least.reduceLanes(VectorOperators.MIN);
        range[1] = greatest.reduceLanes(VectorOperators.MAX);
    }

    @Override
    public void distances(
            Metric metric, float[] centroids, int bits, int width, float[] vector, float[] table) {
        for (int at = 0; at < table.length; at += LENGTH) {
            int first = (at >>> bits) * width;
            int from = (first << bits) + (at & ((1 << bits) - 1));
            switch (metric) {
                case COSINE, DOT ->
                        products(centroids, bits, from, vector, first, width, table, at);
                case EUCLIDEAN -> squares(centroids, bits, from, vector, first, width, table, at);
                case MANHATTAN -> absolutes(centroids, bits, from, vector, first, width, table, at);
            }
        }
    }

    private static void products(
            float[] centroids,
            int bits,
            int from,
            float[] vector,
            int first,
            int width,
            float[] table,
            int at) {
        FloatVector sum = FloatVector.zero(FLOATS);
        for (int i = 0; i < width; i++) {
            FloatVector some = FloatVector.fromArray(FLOATS, centroids, from + (i << bits));
            sum = sum.sub(some.mul(vector[first + i]));
        }
        sum.intoArray(table, at);
    }

    private static void squares(
            float[] centroids,
            int bits,
            int from,
            float[] vector,
            int first,
            int width,
            float[] table,
            int at) {
        FloatVector sum = FloatVector.zero(FLOATS);
        for (int i = 0; i < width; i++) {
            FloatVector some = FloatVector.fromArray(FLOATS, centroids, from + (i << bits));
            FloatVector difference = some.sub(vector[first + i]);
            sum = sum.add(difference.mul(difference));
        }
        sum.intoArray(table, at);
    }

    private static void absolutes(
            float[] centroids,
            int bits,
            int from,
            float[] vector,
            int first,
            int width,
            float[] table,
            int at) {
        FloatVector sum = FloatVector.zero(FLOATS);
        for (int i = 0; i < width; i++) {
            FloatVector some = FloatVector.fromArray(FLOATS, centroids, from + (i << bits));
            sum = sum.add(some.sub(vector[first + i]).abs());
        }
        sum.intoArray(table, at);
    }

    @Override
    public void quantise(float[] products, float low, float scale, byte[] table) {
        for (int i = 0; i < products.length; i += LENGTH) {
            FloatVector scaled =
                    FloatVector.fromArray(FLOATS, products, i).sub(low).mul(scale).add(0.5f);
            CodeLanes.store(scaled, table, i);
        }
    }
}
