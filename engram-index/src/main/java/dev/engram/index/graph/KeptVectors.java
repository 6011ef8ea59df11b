package dev.engram.index.graph;

import dev.engram.index.VectorSource;
import dev.engram.index.Vectors;
import dev.engram.index.kernel.Kernel;

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
        kernel.distances(query, vectors.rows(), vectors.dimension(), ordinals, count, out);
    }
}
