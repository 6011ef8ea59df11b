package dev.engram.index;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Exact search: compares the query with every accepted vector. */
public final class FlatIndex implements VectorIndex {

    private final Vectors vectors;
    private final Metric metric;

    /**
     * @param vectors to search; under {@link Metric#COSINE} all of length 1
     */
    public FlatIndex(Vectors vectors, Metric metric) {
        this.vectors = vectors;
        this.metric = metric;
    }

    @Override
    public int size() {
        return vectors.count();
    }

    @Override
    public List<Neighbour> search(Query query) {
        List<Neighbour> found = new ArrayList<>();
        for (int i = 0; i < vectors.count(); i++) {
            if (query.accepted() == null || query.accepted().contains(i)) {
                found.add(new Neighbour(i, distance(vectors.row(i), query.vector())));
            }
        }
        found.sort(
                Comparator.comparingDouble(Neighbour::distance)
                        .thenComparingInt(Neighbour::ordinal));
        return List.copyOf(found.subList(0, Math.min(query.k(), found.size())));
    }

    private float distance(float[] a, float[] b) {
        float sum = 0;
        for (int i = 0; i < a.length; i++) {
            float d = a[i] - b[i];
            sum +=
                    switch (metric) {
                        case COSINE, DOT -> -a[i] * b[i];
                        case EUCLIDEAN -> d * d;
                        case MANHATTAN -> Math.abs(d);
                    };
        }
        return sum;
    }
}
