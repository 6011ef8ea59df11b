package dev.engram.bench;

import dev.engram.index.Codes;
import dev.engram.index.FlatIndex;
import dev.engram.index.IndexSpec;
import dev.engram.index.Indexes;
import dev.engram.index.Metric;
import dev.engram.index.Neighbour;
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
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * Compares the layouts of a graph over the same vectors: recall, searches a second of CPU time on
 * one thread, bytes a vector, and searches at a given recall as a ratio to the graph without codes.
 * The layouts take turns in every round, so that a busy machine slows all of them alike.
 *
 * <p>Arguments: set ({@code siftlike} or {@code emb384}), number of vectors, a folder where graphs
 * are kept from run to run, and layouts by name (default all).
 */
public final class LayoutComparison {

    private static final int QUERIES = 2000;
    private static final int K = 10;
    private static final int ROUNDS = 5;
    private static final int[] BEAMS = {10, 12, 16, 20, 24, 32, 40, 48, 64, 96, 128, 192, 256};
    private static final double RECALL_ENOUGH = 0.994;
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private final Vectors vectors;
    private final Metric metric;
    private final float[][] queries;
    private final List<Set<Integer>> truth;

    private LayoutComparison(Vectors all, int count, Metric metric) {
        this.vectors =
                new Vectors(all.rows().asSlice(0, all.offset(count)), count, all.dimension());
        this.metric = metric;
        this.queries = new float[QUERIES][];
        for (int i = 0; i < QUERIES; i++) {
            queries[i] = all.row(count + i);
        }
        FlatIndex exact = new FlatIndex(vectors, metric);
        this.truth =
                Arrays.stream(queries)
                        .map(query -> ordinals(exact.search(new Query(query, K, K, null))))
                        .toList();
    }

    private static Set<Integer> ordinals(List<Neighbour> found) {
        Set<Integer> ordinals = new HashSet<>();
        found.forEach(neighbour -> ordinals.add(neighbour.ordinal()));
        return ordinals;
    }

    /** Runs the comparison; see the class. */
    public static void main(String[] arguments) throws IOException {
        int count = Integer.parseInt(arguments[1]);
        List<Codes> layouts =
                arguments.length > 3
                        ? Arrays.stream(arguments).skip(3).map(Codes::valueOf).toList()
                        : List.of(Codes.values());
        Path folder = Files.createDirectories(Path.of(arguments[2]));
        try (Arena arena = Arena.ofShared()) {
            SplittableRandom random = new SplittableRandom(42);
            LayoutComparison comparison =
                    switch (arguments[0]) {
                        case "siftlike" ->
                                new LayoutComparison(
                                        BenchVectors.descriptors(
                                                random, count + QUERIES, 128, arena),
                                        count,
                                        Metric.EUCLIDEAN);
                        case "emb384" ->
                                new LayoutComparison(
                                        BenchVectors.embeddings(
                                                random, count + QUERIES, 384, arena),
                                        count,
                                        Metric.COSINE);
                        default ->
                                throw new IllegalArgumentException(
                                        "set: " + arguments[0] + " (expected: siftlike, emb384)");
                    };
            comparison.run(layouts, new DiskStorage(folder), arguments[0] + "-" + count, arena);
        }
    }

    private void run(List<Codes> layouts, Storage storage, String name, Arena arena) {
        VectorIndex[] indexes = new VectorIndex[layouts.size()];
        for (int i = 0; i < indexes.length; i++) {
            indexes[i] = open(layouts.get(i), storage, name + "-" + layouts.get(i), arena);
        }
        double[][] recalls = new double[indexes.length][BEAMS.length];
        double[][] micros = new double[indexes.length][BEAMS.length];
        int beams = measure(indexes, recalls, micros);
        for (int i = 0; i < indexes.length; i++) {
            for (int b = 0; b < beams; b++) {
                System.out.printf(
                        Locale.ROOT,
                        "%s %-6s beam %3d  recall %.4f  %7.1f us  %8.0f a CPU second%n",
                        name,
                        layouts.get(i),
                        BEAMS[b],
                        recalls[i][b],
                        micros[i][b],
                        1e6 / micros[i][b]);
            }
        }
        for (double recall : new double[] {0.90, 0.95, 0.99}) {
            double first = at(recall, recalls[0], micros[0], beams);
            for (int i = 0; i < indexes.length; i++) {
                double own = at(recall, recalls[i], micros[i], beams);
                System.out.printf(
                        Locale.ROOT,
                        "%s %-6s recall %.2f  %7.1f us  %.2f x %s%n",
                        name,
                        layouts.get(i),
                        recall,
                        own,
                        first / own,
                        layouts.getFirst());
            }
        }
    }

    private VectorIndex open(Codes codes, Storage storage, String file, Arena arena) {
        IndexSpec spec = new IndexSpec.Hnsw().with(codes);
        if (!storage.list().contains(file)) {
            long start = THREADS.getCurrentThreadCpuTime();
            Indexes.build(spec, vectors, metric, storage, file);
            System.out.printf(
                    Locale.ROOT,
                    "%s built in %.1f s of CPU%n",
                    file,
                    (THREADS.getCurrentThreadCpuTime() - start) / 1e9);
        }
        System.out.printf(
                Locale.ROOT,
                "%s %.1f bytes a vector beside the vector%n",
                file,
                storage.size(file) / (double) vectors.count());
        return Indexes.open(spec, vectors, metric, storage, file, arena);
    }

    /** Fills recall and time of every index and beam; returns how many beams were needed. */
    private int measure(VectorIndex[] indexes, double[][] recalls, double[][] micros) {
        for (VectorIndex index : indexes) {
            for (int i = 0; i < 6; i++) {
                time(index, BEAMS[i % 2 * 5]);
            }
        }
        for (int b = 0; b < BEAMS.length; b++) {
            double[][] times = new double[indexes.length][ROUNDS];
            for (int round = 0; round < ROUNDS; round++) {
                for (int i = 0; i < indexes.length; i++) {
                    times[i][round] = time(indexes[i], BEAMS[b]);
                }
            }
            boolean enough = true;
            for (int i = 0; i < indexes.length; i++) {
                Arrays.sort(times[i]);
                micros[i][b] = times[i][ROUNDS / 2];
                recalls[i][b] = recall(indexes[i], BEAMS[b]);
                enough &= recalls[i][b] > RECALL_ENOUGH;
            }
            if (enough) {
                return b + 1;
            }
        }
        return BEAMS.length;
    }

    private double time(VectorIndex index, int beam) {
        long start = THREADS.getCurrentThreadCpuTime();
        int found = 0;
        for (float[] query : queries) {
            found += index.search(new Query(query, K, beam, null)).size();
        }
        if (found != QUERIES * K) {
            throw new AssertionError(found + " answers");
        }
        return (THREADS.getCurrentThreadCpuTime() - start) / 1e3 / QUERIES;
    }

    private double recall(VectorIndex index, int beam) {
        int hits = 0;
        for (int i = 0; i < QUERIES; i++) {
            Set<Integer> found = ordinals(index.search(new Query(queries[i], K, beam, null)));
            found.retainAll(truth.get(i));
            hits += found.size();
        }
        return hits / (double) (QUERIES * K);
    }

    /** The time at a recall, between the beams around it. */
    private static double at(double recall, double[] recalls, double[] micros, int beams) {
        for (int b = 0; b < beams; b++) {
            if (recalls[b] >= recall) {
                if (b == 0) {
                    return micros[0];
                }
                double share = (recall - recalls[b - 1]) / (recalls[b] - recalls[b - 1]);
                return micros[b - 1] + share * (micros[b] - micros[b - 1]);
            }
        }
        return Double.NaN;
    }
}
