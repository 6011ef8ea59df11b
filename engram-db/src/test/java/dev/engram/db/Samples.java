package dev.engram.db;

import dev.engram.index.IndexSpec;
import dev.engram.index.Metric;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/** Records for tests. */
final class Samples {

    private Samples() {}

    /** A schema of own vectors. */
    static Schema schema(int dimension, Metric metric, IndexSpec index) {
        return new Schema(new Schema.Content.OwnVectors(dimension), metric, index);
    }

    /** Own vectors by euclidean distance, searched exactly. */
    static Schema flat(int dimension) {
        return schema(dimension, Metric.EUCLIDEAN, new IndexSpec.Flat());
    }

    static float[] vector(RandomGenerator random, int dimension) {
        float[] vector = new float[dimension];
        for (int i = 0; i < dimension; i++) {
            vector[i] = (float) random.nextGaussian();
        }
        return vector;
    }

    /** A record whose metadata says which it is. */
    static Point point(RandomGenerator random, String id, int dimension) {
        return Point.of(id, vector(random, dimension), Map.of("id", id));
    }

    /** Records {@code PREFIX0, PREFIX1, ...} */
    static List<Point> points(RandomGenerator random, String prefix, int count, int dimension) {
        List<Point> points = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            points.add(point(random, prefix + i, dimension));
        }
        return points;
    }
}
