package dev.engram.bench;

import com.github.jelmerk.hnswlib.core.DistanceFunction;
import com.github.jelmerk.hnswlib.core.DistanceFunctions;
import com.github.jelmerk.hnswlib.core.Item;
import com.github.jelmerk.hnswlib.core.SearchResult;
import com.github.jelmerk.hnswlib.core.hnsw.HnswIndex;
import dev.engram.index.Metric;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;

/** The Java port of hnswlib. */
final class HnswlibCorePeer implements Peer {

    private final HnswIndex<Integer, float[], Row, Float> index;

    /** A vector with its ordinal. */
    private record Row(Integer id, float[] vector) implements Item<Integer, float[]> {

        private static final long serialVersionUID = 1L;

        @Override
        public int dimensions() {
            return vector.length;
        }
    }

    HnswlibCorePeer(float[][] base, Metric metric) {
        this.index =
                HnswIndex.newBuilder(base[0].length, distance(metric), base.length)
                        .withM(DEGREE)
                        .withEfConstruction(BEAM_BUILD)
                        .build();
        for (int i = 0; i < base.length; i++) {
            index.add(new Row(i, base[i]));
        }
    }

    private static DistanceFunction<float[], Float> distance(Metric metric) {
        return switch (metric) {
            case COSINE, DOT -> DistanceFunctions.FLOAT_INNER_PRODUCT;
            case EUCLIDEAN -> DistanceFunctions.FLOAT_EUCLIDEAN_DISTANCE;
            case MANHATTAN -> DistanceFunctions.FLOAT_MANHATTAN_DISTANCE;
        };
    }

    @Override
    public int[] search(float[] query, int k, int beam) {
        index.setEf(Math.max(k, beam));
        List<SearchResult<Row, Float>> found = index.findNearest(query, k);
        int[] answers = new int[found.size()];
        for (int i = 0; i < answers.length; i++) {
            answers[i] = found.get(i).item().id();
        }
        return answers;
    }

    @Override
    public long bytes() throws IOException {
        Meter meter = new Meter();
        index.save(meter);
        return meter.bytes;
    }

    @Override
    public void close() {}

    /** Counts what is written to it, and keeps nothing. */
    private static final class Meter extends OutputStream {

        private long bytes;

        @Override
        public void write(int value) {
            bytes++;
        }

        @Override
        public void write(byte[] buffer, int offset, int length) {
            bytes += length;
        }
    }
}
