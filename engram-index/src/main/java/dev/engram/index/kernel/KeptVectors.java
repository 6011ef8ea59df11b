package dev.engram.index.kernel;

import dev.engram.index.VectorSource;
import dev.engram.index.Vectors;

/** The vectors that were kept, in memory or mapped. */
public record KeptVectors(Vectors vectors, Kernel kernel) implements VectorSource {

    @Override
    public int count() {
        return vectors.count();
    }

    @Override
    public int dimension() {
        return vectors.dimension();
    }

    @Override
    public void distances(float[] query, int[] ordinals, int count, float[] out) {
        kernel.distances(
                query, vectors.rows(ordinals, count), vectors.dimension(), ordinals, count, out);
    }

    @Override
    public void distances(float[] query, int first, int count, float[] out) {
        kernel.scan(query, vectors.rows(first, count), vectors.dimension(), first, count, out);
    }
}
