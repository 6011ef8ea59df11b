package dev.engram.bench;

import dev.engram.index.Metric;
import java.io.IOException;

/** Another vector index on the JVM, built and ready to be asked. Not safe for several threads. */
sealed interface Peer extends AutoCloseable permits HnswlibCorePeer, JvectorPeer, LucenePeer {

    /** M of the graph. */
    int DEGREE = 16;

    /** The efConstruction of the graph. */
    int BEAM_BUILD = 200;

    /** Builds one by its name. */
    static Peer build(String name, float[][] base, Metric metric) throws IOException {
        return switch (name) {
            case "lucene" -> new LucenePeer(base, metric);
            case "jvector" -> new JvectorPeer(base, metric);
            case "hnswlib-core" -> new HnswlibCorePeer(base, metric);
            default ->
                    throw new IllegalArgumentException(
                            "engine: " + name + " (expected: lucene, jvector or hnswlib-core)");
        };
    }

    /** The ordinals of the nearest vectors. */
    int[] search(float[] query, int k, int beam) throws IOException;

    /** What the index takes with its vectors, on disk where it is there, else in memory. */
    long bytes() throws IOException;

    @Override
    void close() throws IOException;
}
