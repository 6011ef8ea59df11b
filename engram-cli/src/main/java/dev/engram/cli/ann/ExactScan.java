package dev.engram.cli.ann;

import dev.engram.index.FlatIndex;
import dev.engram.index.Metric;
import dev.engram.index.Neighbour;
import dev.engram.index.VectorIndex;
import dev.engram.index.VectorIndex.Query;
import dev.engram.index.Vectors;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntConsumer;

/**
 * Computes the truth: every query is compared with every vector.
 *
 * <p>A part of the vectors that fits into a core's cache is compared with several queries before
 * the next is read, so that memory is read once for all of them.
 */
public final class ExactScan {

    private static final int QUERIES = 64;
    private static final int PART_BYTES = 1 << 19;
    private static final Comparator<Neighbour> ORDER =
            Comparator.comparingDouble(Neighbour::distance).thenComparingInt(Neighbour::ordinal);

    private final Vectors base;
    private final Metric metric;
    private final int k;

    /**
     * @param k how many neighbours of each query, at most as many as there are vectors
     */
    public ExactScan(Vectors base, Metric metric, int k) {
        this.base = base;
        this.metric = metric;
        this.k = k;
    }

    /**
     * Computes on several threads; the outcome does not depend on their number.
     *
     * @param exact searches the same vectors; is asked again by the truth
     * @param progress is told how many queries are done
     */
    public GroundTruth truth(
            VectorIndex exact, float[][] queries, int threads, IntConsumer progress) {
        int[][] nearest = new int[queries.length][];
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        try {
            List<Future<?>> running = new ArrayList<>();
            for (int first = 0; first < queries.length; first += QUERIES) {
                int from = first;
                int to = Math.min(first + QUERIES, queries.length);
                running.add(pool.submit(() -> scan(queries, from, to, nearest)));
            }
            for (int i = 0; i < running.size(); i++) {
                Join.of(running.get(i));
                progress.accept(Math.min((i + 1) * QUERIES, queries.length));
            }
        } finally {
            pool.shutdownNow();
        }
        return new GroundTruth(exact, queries, nearest);
    }

    private void scan(float[][] queries, int from, int to, int[][] nearest) {
        List<List<Neighbour>> found = new ArrayList<>();
        for (int query = from; query < to; query++) {
            found.add(List.of());
        }
        int rows = Math.max(k, PART_BYTES / (base.dimension() * Float.BYTES));
        for (int first = 0; first < base.count(); first += rows) {
            int count = Math.min(rows, base.count() - first);
            FlatIndex part = new FlatIndex(part(first, count), metric);
            for (int query = from; query < to; query++) {
                List<Neighbour> near = part.search(new Query(queries[query], k, k, null));
                found.set(query - from, merge(found.get(query - from), near, first));
            }
        }
        for (int query = from; query < to; query++) {
            nearest[query] =
                    found.get(query - from).stream().mapToInt(Neighbour::ordinal).toArray();
        }
    }

    private Vectors part(int first, int count) {
        long bytes = base.offset(count);
        return new Vectors(base.rows().asSlice(base.offset(first), bytes), count, base.dimension());
    }

    private List<Neighbour> merge(List<Neighbour> before, List<Neighbour> near, int first) {
        float bound = before.size() < k ? Float.POSITIVE_INFINITY : before.getLast().distance();
        if (near.getFirst().distance() >= bound) {
            return before;
        }
        List<Neighbour> all = new ArrayList<>(before);
        for (Neighbour each : near) {
            all.add(new Neighbour(first + each.ordinal(), each.distance()));
        }
        all.sort(ORDER);
        return List.copyOf(all.subList(0, Math.min(k, all.size())));
    }
}
