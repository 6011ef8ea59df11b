package dev.engram.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import dev.engram.index.VectorIndex.Query;
import dev.engram.index.kernel.Instructions;
import dev.engram.storage.DiskStorage;
import dev.engram.storage.Storage;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The contract of an index for one that grew, and what it promises while it grows. */
final class GrowingIndexTest extends VectorIndexContract {

    private static final IndexSpec.Hnsw SPEC = new IndexSpec.Hnsw(8, 60, 1);
    private static final int DIMENSION = 24;

    @TempDir private Path folder;

    @Override
    VectorIndex index(Vectors vectors, Metric metric, Instructions instructions) {
        GrowingIndex index = new GrowingIndex(SPEC, vectors.dimension(), metric, instructions);
        for (int i = 0; i < vectors.count(); i++) {
            index.append(vectors.row(i));
        }
        index.link(Integer.MAX_VALUE);
        return index.snapshot();
    }

    @Override
    double recallMin() {
        return 0.9;
    }

    @Override
    int many() {
        return 6000;
    }

    @ParameterizedTest
    @MethodSource("settings")
    void answersEveryPrefixWhileItGrows(Metric metric, Instructions instructions) {
        Random random = new Random(11);
        float[][] rows = Rows.clustered(random, metric, 5000, DIMENSION, 20);
        GrowingIndex index = new GrowingIndex(SPEC, DIMENSION, metric, instructions);
        List<VectorIndex> snapshots = new ArrayList<>();
        for (int i = 0; i < rows.length; i++) {
            assertThat(index.append(rows[i])).isEqualTo(i);
            // Now and then links fall behind, and catch up.
            index.link(i % 1000 < 500 ? 0 : 3);
            if (i % 400 == 0) {
                VectorIndex snapshot = index.snapshot();
                assertThat(snapshot.size()).isEqualTo(i + 1);
                snapshots.add(snapshot);
                recall(snapshot, metric, rows, new Query(rows[i], 10, 16, null));
            }
        }
        assertThat(index.linked()).isBetween(1, rows.length);
        double found = 0;
        for (VectorIndex snapshot : snapshots) {
            found += recall(snapshot, metric, rows, query(random, rows, null));
            Ordinals some =
                    Ordinals.of(
                            snapshot.size(),
                            IntStream.range(0, snapshot.size())
                                    .filter(_ -> random.nextDouble() < 0.4)
                                    .toArray());
            found += recall(snapshot, metric, rows, query(random, rows, some));
        }
        assertThat(found / snapshots.size() / 2).as("recall").isGreaterThan(0.93);
    }

    private static Query query(Random random, float[][] rows, Ordinals accepted) {
        return new Query(rows[random.nextInt(rows.length)], 10, 16, accepted);
    }

    @Test
    void answersReadersWhileItIsWritten() throws Exception {
        Metric metric = Metric.EUCLIDEAN;
        float[][] rows = Rows.clustered(new Random(12), metric, 8000, DIMENSION, 20);
        GrowingIndex index = new GrowingIndex(SPEC, DIMENSION, metric);
        index.append(List.of(rows).subList(0, 2000));
        index.link(1500);
        AtomicBoolean done = new AtomicBoolean();
        try (ExecutorService pool = Executors.newFixedThreadPool(4)) {
            List<Future<Double>> readers = new ArrayList<>();
            for (int i = 0; i < 2; i++) {
                Random random = new Random(i);
                readers.add(pool.submit(() -> readUntil(done, index, metric, rows, random)));
            }
            Future<?> linker = pool.submit(() -> linkAll(index, rows.length));
            for (int at = 2000; at < rows.length; at += 50) {
                assertThat(index.append(List.of(rows).subList(at, at + 50))).isEqualTo(at);
            }
            linker.get();
            done.set(true);
            for (Future<Double> reader : readers) {
                assertThat(reader.get()).as("recall").isGreaterThan(0.9);
            }
        }
    }

    private static void linkAll(GrowingIndex index, int size) {
        while (index.linked() < size) {
            index.link(20);
        }
    }

    /** The recall of a reader that searches what there is, and deletes most of it for itself. */
    private static double readUntil(
            AtomicBoolean done, GrowingIndex index, Metric metric, float[][] rows, Random random) {
        double found = 0;
        int queries = 0;
        while (!done.get() || queries < 10) {
            VectorIndex snapshot = index.snapshot();
            found += recall(snapshot, metric, rows, query(random, rows, null));
            int size = snapshot.size();
            int[] odd = IntStream.range(0, size).filter(i -> i % 2 == 1).toArray();
            Ordinals accepted = Ordinals.of(size, odd);
            found += recall(snapshot, metric, rows, query(random, rows, accepted));
            queries += 2;
        }
        return found / queries;
    }

    @ParameterizedTest
    @EnumSource(Metric.class)
    void findsWhatIsLeftWhenNearlyAllWasDeleted(Metric metric) {
        Random random = new Random(13);
        float[][] rows = Rows.clustered(random, metric, 12_000, DIMENSION, 30);
        GrowingIndex index = new GrowingIndex(SPEC, DIMENSION, metric);
        index.append(List.of(rows));
        index.link(Integer.MAX_VALUE);
        int[] left = IntStream.range(0, rows.length).filter(i -> i % 10 == 3).toArray();
        Ordinals live = Ordinals.of(rows.length, left);
        double found = 0;
        for (int i = 0; i < 40; i++) {
            Query query = new Query(rows[random.nextInt(rows.length)], 10, 10, live);
            found += recall(index.snapshot(), metric, rows, query);
        }
        assertThat(found / 40).isGreaterThan(0.93);
    }

    @Test
    void makesTheSameGraphWheneverItLinks() throws Exception {
        Metric metric = Metric.DOT;
        float[][] rows = Rows.clustered(new Random(14), metric, 3000, DIMENSION, 20);
        rows[2500] = rows[7];
        rows[2600] = rows[7];
        GrowingIndex atOnce = new GrowingIndex(SPEC, DIMENSION, metric);
        atOnce.append(List.of(rows));
        GrowingIndex oneByOne = new GrowingIndex(SPEC, DIMENSION, metric);
        for (float[] row : rows) {
            oneByOne.append(row);
            oneByOne.link(2);
        }
        Vectors vectors = Rows.of(DIMENSION, rows);
        Storage storage = new DiskStorage(folder);
        atOnce.write(vectors, storage, "at-once", Workers.caller());
        oneByOne.write(vectors, storage, "one-by-one", Workers.caller());
        assertThat(Files.mismatch(folder.resolve("at-once"), folder.resolve("one-by-one")))
                .isEqualTo(-1);
        assertThat(oneByOne.comparisons()).isEqualTo(atOnce.comparisons());
        assertThat(oneByOne.comparisons() / 3000.0).as("a vector").isBetween(60.0, 1500.0);
    }

    @ParameterizedTest
    @EnumSource(Metric.class)
    void writesAGraphAsGoodAsABuiltOne(Metric metric) {
        float[][] all = Rows.clustered(new Random(15), metric, 6100, DIMENSION, 30);
        all[5000] = all[4000];
        float[][] rows = Arrays.copyOf(all, 6000);
        float[][] queries = Arrays.copyOfRange(all, 6000, all.length);
        Vectors vectors = Rows.of(DIMENSION, rows);
        Storage storage = new DiskStorage(folder);
        GrowingIndex growing = new GrowingIndex(SPEC, DIMENSION, metric);
        growing.append(List.of(rows));
        long bytes = growing.write(vectors, storage, "grown", Workers.caller());
        long built = Indexes.build(SPEC, vectors, metric, storage, "built");
        assertThat(bytes).isCloseTo(built, withinPercentage(3));
        try (Arena arena = Arena.ofShared()) {
            VectorIndex grown = Indexes.open(SPEC, vectors, metric, storage, "grown", arena);
            VectorIndex other = Indexes.open(SPEC, vectors, metric, storage, "built", arena);
            double ofGrown = 0;
            double ofBuilt = 0;
            for (float[] query : queries) {
                ofGrown += recall(grown, metric, rows, new Query(query, 10, 20, null));
                ofBuilt += recall(other, metric, rows, new Query(query, 10, 20, null));
            }
            assertThat(ofGrown / queries.length)
                    .isGreaterThan(0.8)
                    .isGreaterThan(ofBuilt / queries.length - 0.02);
        }
    }

    @Test
    void tellsWhatItHolds() {
        GrowingIndex index = new GrowingIndex(SPEC, 2, Metric.EUCLIDEAN);
        assertThat(index.snapshot().search(new Query(new float[2], 3, 10, null))).isEmpty();
        VectorIndex none = index.snapshot();
        assertThat(index.append(List.of(new float[] {1, 2}, new float[] {3, 4}))).isZero();
        assertThat(index.append(new float[] {5, 6})).isEqualTo(2);
        assertThat(index.row(1)).containsExactly(3, 4);
        assertThat(index.size()).isEqualTo(3);
        assertThat(index.link(10)).as("too few to link").isEqualTo(3);
        assertThat(index.bytes()).isGreaterThan(3 * 2 * Float.BYTES);
        assertThat(none.search(new Query(new float[2], 3, 10, null))).isEmpty();
    }

    @Test
    void refusesWhatDoesNotFit() {
        GrowingIndex index = new GrowingIndex(SPEC, 2, Metric.EUCLIDEAN);
        assertThatThrownBy(() -> index.append(List.of(new float[2], new float[3])))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("vector: 3 components (expected: 2)");
        assertThat(index.size()).as("nothing of the batch").isZero();
        assertThatThrownBy(() -> index.row(0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("ordinal: 0");
        assertThatThrownBy(() -> new GrowingIndex(SPEC, 0, Metric.DOT))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("dimension: 0");
        Vectors other = Rows.of(2, new float[] {1, 2});
        Storage storage = new DiskStorage(folder);
        assertThatThrownBy(() -> index.write(other, storage, "graph", Workers.caller()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("vectors: 1 of dimension 2 (expected: 0 of dimension 2)");
    }

    /** Checks an answer in every respect but completeness, and returns its recall. */
    private static double recall(VectorIndex index, Metric metric, float[][] rows, Query query) {
        float[][] prefix = Arrays.copyOf(rows, index.size());
        List<ExactOracle.Answer> expected =
                ExactOracle.search(metric, prefix, query.vector(), query.k(), query.accepted());
        List<Neighbour> found = index.search(query);
        assertThat(found).as("as many as there are").hasSameSizeAs(expected);
        Set<Integer> seen = new HashSet<>();
        for (Neighbour near : found) {
            double distance = ExactOracle.distance(metric, query.vector(), rows[near.ordinal()]);
            assertThat((double) near.distance()).isCloseTo(distance, within(1e-4));
            assertThat(query.accepted() == null || query.accepted().contains(near.ordinal()))
                    .isTrue();
            assertThat(seen.add(near.ordinal())).as("once").isTrue();
        }
        long hits = expected.stream().filter(answer -> seen.contains(answer.ordinal())).count();
        return hits / (double) expected.size();
    }
}
