package dev.engram.bench;

import dev.engram.index.Codes;
import dev.engram.index.FlatIndex;
import dev.engram.index.IndexSpec;
import dev.engram.index.Indexes;
import dev.engram.index.Metric;
import dev.engram.index.Neighbour;
import dev.engram.index.Ordinals;
import dev.engram.index.SearchCost;
import dev.engram.index.VectorIndex;
import dev.engram.index.VectorIndex.Query;
import dev.engram.index.Vectors;
import dev.engram.storage.DiskStorage;
import dev.engram.storage.Storage;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Compares searches that accept a share of the vectors with searches that accept all, and with an
 * exact scan of the accepted ones: recall, comparisons a query, and searches a second of CPU time
 * on one thread as ratios. All take turns in every round, so that a busy machine slows them alike.
 *
 * <p>Filters are of three kinds: {@code random}; {@code near}, a slice of the space in which the
 * queries lie; and {@code far}, the same slice with queries from its other side.
 *
 * <p>Arguments: set ({@code siftlike} or {@code emb384}), number of vectors, a folder where graphs
 * are kept from run to run, the layout by name (default NONE), and beams (default 64).
 */
public final class FilterComparison {

    private static final int POOL = 5_000;
    private static final int QUERIES = 200;
    private static final int K = 10;
    private static final int ROUNDS = 3;
    private static final double[] SHARES = {1, 0.9, 0.5, 0.2, 0.1, 0.05, 0.02, 0.01, 0.001};
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private final Vectors vectors;
    private final FlatIndex exact;
    private final VectorIndex index;

    /** Everything by how far it lies in a direction of the space, ascending. */
    private final Integer[] rowsByDepth;

    private final List<float[]> queriesByDepth;

    /** Recall at the beam at hand where all are accepted, by the kind of the queries. */
    private final Map<String, Double> recallsOfAll = new HashMap<>();

    private FilterComparison(
            Vectors all, int count, Metric metric, Codes codes, Storage storage, Arena arena) {
        this.vectors =
                new Vectors(all.rows().asSlice(0, all.offset(count)), count, all.dimension());
        this.exact = new FlatIndex(vectors, metric);
        String file = "filter-" + metric + "-" + count + "-" + codes;
        IndexSpec spec = new IndexSpec.Hnsw().with(codes);
        if (!storage.list().contains(file)) {
            Indexes.build(spec, vectors, metric, storage, file);
        }
        this.index = Indexes.open(spec, vectors, metric, storage, file, arena);
        float[] direction = difference(all.row(count), all.row(count + 1));
        double[] depths = new double[all.count()];
        for (int i = 0; i < depths.length; i++) {
            depths[i] = dot(direction, all.row(i));
        }
        Comparator<Integer> byDepth = Comparator.comparingDouble(i -> depths[i]);
        this.rowsByDepth =
                IntStream.range(0, count).boxed().sorted(byDepth).toArray(Integer[]::new);
        this.queriesByDepth =
                IntStream.range(count, all.count()).boxed().sorted(byDepth).map(all::row).toList();
    }

    private static float[] difference(float[] a, float[] b) {
        float[] difference = new float[a.length];
        for (int i = 0; i < a.length; i++) {
            difference[i] = a[i] - b[i];
        }
        return difference;
    }

    private static double dot(float[] a, float[] b) {
        double dot = 0;
        for (int i = 0; i < a.length; i++) {
            dot += a[i] * b[i];
        }
        return dot;
    }

    /** Runs the comparison; see the class. */
    public static void main(String[] arguments) throws IOException {
        int count = Integer.parseInt(arguments[1]);
        Storage storage = new DiskStorage(Files.createDirectories(Path.of(arguments[2])));
        Codes codes = arguments.length > 3 ? Codes.valueOf(arguments[3]) : Codes.NONE;
        int[] beams =
                arguments.length > 4
                        ? Arrays.stream(arguments).skip(4).mapToInt(Integer::parseInt).toArray()
                        : new int[] {64};
        SplittableRandom random = new SplittableRandom(42);
        try (Arena arena = Arena.ofShared()) {
            FilterComparison comparison =
                    switch (arguments[0]) {
                        case "siftlike" ->
                                new FilterComparison(
                                        BenchVectors.descriptors(random, count + POOL, 128, arena),
                                        count,
                                        Metric.EUCLIDEAN,
                                        codes,
                                        storage,
                                        arena);
                        case "emb384" ->
                                new FilterComparison(
                                        BenchVectors.embeddings(random, count + POOL, 384, arena),
                                        count,
                                        Metric.COSINE,
                                        codes,
                                        storage,
                                        arena);
                        default ->
                                throw new IllegalArgumentException(
                                        "set: " + arguments[0] + " (expected: siftlike, emb384)");
                    };
            for (int beam : beams) {
                comparison.run(arguments[0] + "-" + count + " " + codes, beam);
            }
        }
    }

    private void run(String name, int beam) {
        recallsOfAll.clear();
        List<float[]> any = spread();
        for (double share : SHARES) {
            Ordinals scattered = random(share);
            line(name, "random", share, beam, scattered, any);
            if (share < 1) {
                Ordinals slice = slice(share);
                line(name, "near", share, beam, slice, queriesByDepth.reversed());
                line(name, "far", share, beam, slice, queriesByDepth);
            }
        }
    }

    private List<float[]> spread() {
        List<float[]> spread = new ArrayList<>();
        for (int i = 0; i < QUERIES; i++) {
            spread.add(queriesByDepth.get(i * (POOL / QUERIES)));
        }
        return spread;
    }

    private Ordinals random(double share) {
        SplittableRandom random = new SplittableRandom(7);
        return Ordinals.of(
                vectors.count(),
                IntStream.range(0, vectors.count())
                        .filter(_ -> random.nextDouble() < share)
                        .toArray());
    }

    private Ordinals slice(double share) {
        int accepted = (int) (vectors.count() * share);
        int[] deepest = new int[accepted];
        for (int i = 0; i < accepted; i++) {
            deepest[i] = rowsByDepth[vectors.count() - 1 - i];
        }
        return Ordinals.of(vectors.count(), deepest);
    }

    /** Measures one filter and prints what came of it. */
    private void line(
            String name,
            String kind,
            double share,
            int beam,
            Ordinals accepted,
            List<float[]> sorted) {
        List<float[]> queries = sorted.subList(0, QUERIES);
        double filtered = Double.MAX_VALUE;
        double unfiltered = Double.MAX_VALUE;
        double scanned = Double.MAX_VALUE;
        for (int round = 0; round < ROUNDS; round++) {
            filtered = Math.min(filtered, micros(index, queries, beam, accepted));
            unfiltered = Math.min(unfiltered, micros(index, queries, beam, null));
            scanned = Math.min(scanned, micros(exact, queries.subList(0, 50), beam, accepted));
        }
        SearchCost cost = new SearchCost();
        double recall = recall(queries, beam, accepted, cost);
        double recallOfAll =
                recallsOfAll.computeIfAbsent(
                        kind, _ -> recall(queries, beam, null, new SearchCost()));
        System.out.printf(
                Locale.ROOT,
                "%s beam %d %-6s %5.1f %%  recall %.4f (all %.4f)  distances %8.1f  %8.1f us"
                        + "  %.2f x unfiltered  %.2f x scan%n",
                name,
                beam,
                kind,
                100 * share,
                recall,
                recallOfAll,
                cost.distances() / (double) QUERIES,
                filtered,
                unfiltered / filtered,
                scanned / filtered);
    }

    private static double micros(
            VectorIndex index, List<float[]> queries, int beam, @Nullable Ordinals accepted) {
        long start = THREADS.getCurrentThreadCpuTime();
        int found = 0;
        for (float[] query : queries) {
            found += index.search(new Query(query, K, beam, accepted)).size();
        }
        if (found != queries.size() * K) {
            throw new AssertionError(found + " answers");
        }
        return (THREADS.getCurrentThreadCpuTime() - start) / 1e3 / queries.size();
    }

    private double recall(
            List<float[]> queries, int beam, @Nullable Ordinals accepted, SearchCost cost) {
        int hits = 0;
        for (float[] query : queries) {
            Set<Integer> found = new HashSet<>();
            for (Neighbour near : index.search(new Query(query, K, beam, accepted), cost)) {
                found.add(near.ordinal());
            }
            for (Neighbour near : exact.search(new Query(query, K, K, accepted))) {
                hits += found.contains(near.ordinal()) ? 1 : 0;
            }
        }
        return hits / (double) (queries.size() * K);
    }
}
