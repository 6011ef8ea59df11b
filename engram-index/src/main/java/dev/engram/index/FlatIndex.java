package dev.engram.index;

import dev.engram.index.kernel.Instructions;
import dev.engram.index.kernel.KeptVectors;
import dev.engram.index.kernel.Kernel;
import dev.engram.index.kernel.Keys;
import dev.engram.index.kernel.Nearest;
import java.util.List;

/** Exact search: compares the query with every accepted vector. */
public final class FlatIndex implements VectorIndex {

    private final VectorSource vectors;

    /**
     * @param vectors to search; under {@link Metric#COSINE} all of length 1
     */
    public FlatIndex(Vectors vectors, Metric metric) {
        this(vectors, metric, Instructions.best());
    }

    FlatIndex(Vectors vectors, Metric metric, Instructions instructions) {
        this(new KeptVectors(vectors, Kernel.of(metric, instructions)));
    }

    /**
     * @param vectors to search, kept or not
     */
    public FlatIndex(VectorSource vectors) {
        this.vectors = vectors;
    }

    @Override
    public int size() {
        return vectors.count();
    }

    @Override
    public List<Neighbour> search(Query query) {
        return search(query, new SearchCost());
    }

    @Override
    public List<Neighbour> search(Query query, SearchCost cost) {
        query.checkDimension(vectors.dimension());
        int compared = query.acceptedOf(vectors.count());
        int limit = Math.min(query.k(), compared);
        if (limit == 0) {
            return List.of();
        }
        cost.addDistances(compared);
        Nearest nearest = new Nearest();
        nearest.reset(limit);
        Ordinals accepted = query.accepted();
        if (accepted == null || accepted.count() == vectors.count()) {
            scanAll(query.vector(), nearest);
        } else {
            scan(query.vector(), accepted, nearest);
        }
        return nearest.neighbours();
    }

    private void scanAll(float[] query, Nearest nearest) {
        float[] distances = new float[Kernel.BLOCK];
        for (int first = 0; first < vectors.count(); first += Kernel.BLOCK) {
            int count = Math.min(Kernel.BLOCK, vectors.count() - first);
            vectors.distances(query, first, count, distances);
            for (int i = 0; i < count; i++) {
                nearest.offer(Keys.of(distances[i], first + i));
            }
        }
    }

    private void scan(float[] query, Ordinals accepted, Nearest nearest) {
        int[] ids = new int[Kernel.BLOCK];
        float[] distances = new float[Kernel.BLOCK];
        int next = accepted.next(0);
        while (next >= 0) {
            int count = 0;
            while (next >= 0 && count < Kernel.BLOCK) {
                ids[count++] = next;
                next = accepted.next(next + 1);
            }
            vectors.distances(query, ids, count, distances);
            for (int i = 0; i < count; i++) {
                nearest.offer(Keys.of(distances[i], ids[i]));
            }
        }
    }
}
