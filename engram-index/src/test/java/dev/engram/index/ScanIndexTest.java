package dev.engram.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.engram.index.VectorIndex.Query;
import dev.engram.index.kernel.Instructions;
import dev.engram.index.scan.ScanIndex;
import dev.engram.storage.DiskStorage;
import dev.engram.storage.Storage;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class ScanIndexTest extends VectorIndexContract {

    @TempDir private Path folder;
    private final Arena arena = Arena.ofShared();
    private int files;

    /** In the place of the contract's: codes hold dot products. */
    static Stream<Arguments> settings() {
        return VectorIndexContract.settings()
                .filter(
                        arguments ->
                                arguments.get()[0] == Metric.COSINE
                                        || arguments.get()[0] == Metric.DOT);
    }

    @AfterEach
    void close() {
        arena.close();
    }

    @Override
    VectorIndex index(Vectors vectors, Metric metric, Instructions instructions) {
        IndexSpec.Scan spec = new IndexSpec.Scan(0, 1);
        Storage storage = new DiskStorage(folder);
        String name = "scan-" + files++;
        Indexes.build(spec, vectors, metric, storage, name);
        VectorSource source = source(vectors, metric, instructions);
        return ScanIndex.open(source, metric, instructions, storage, name, arena);
    }

    /** Where exact distances come from. */
    VectorSource source(Vectors vectors, Metric metric, Instructions instructions) {
        return Rows.kept(vectors, metric, instructions);
    }

    @Override
    double recallMin() {
        return 0.85;
    }

    @Override
    double farRecallMin() {
        return 0.5;
    }

    @Override
    int many() {
        return 6000;
    }

    @ParameterizedTest
    @MethodSource("settings")
    void scoresAsManyAsAWantedRecallTakes(Metric metric, Instructions instructions) {
        Random random = new Random(8);
        float[][] all = Rows.clustered(random, metric, many() + 200, 24, 30);
        float[][] rows = Arrays.copyOf(all, many());
        VectorIndex index = index(Rows.of(24, rows), metric, instructions);
        int before = 0;
        for (double recall : new double[] {0.7, 0.9, 0.99}) {
            SearchCost cost = new SearchCost();
            int hits = 0;
            for (int i = many(); i < all.length; i++) {
                Query query = new Query(all[i], 3, 1, null, recall);
                var truth = ExactOracle.search(metric, rows, all[i], 3, null);
                for (Neighbour found : index.search(query, cost)) {
                    hits += truth.stream().anyMatch(t -> t.ordinal() == found.ordinal()) ? 1 : 0;
                }
            }
            int scored = index.scored(3, recall);
            assertThat(cost.reranked()).isEqualTo(200L * scored);
            assertThat(scored).isGreaterThan(before);
            before = scored;
            assertThat(hits / 600.0).as("recall, wanted %f", recall).isGreaterThan(recall - 0.05);
        }
    }

    @Test
    void asksForNoMoreThanAreAccepted() {
        float[][] rows = Rows.clustered(new Random(3), Metric.COSINE, 3000, 24, 5);
        VectorIndex index = index(Rows.of(24, rows), Metric.COSINE, Instructions.best());
        int[] few = IntStream.range(0, 3000).filter(i -> i % 500 == 7).toArray();
        SearchCost cost = new SearchCost();
        Query query = new Query(rows[0], 3, 100, Ordinals.of(3000, few), 0);
        assertThat(index.search(query, cost)).hasSize(3);
        assertThat(cost.distances()).isEqualTo(few.length);
    }

    @ParameterizedTest
    @EnumSource(
            value = Metric.class,
            names = {"EUCLIDEAN", "MANHATTAN"})
    void refusesOtherMetrics(Metric metric) {
        Vectors vectors = Rows.of(2, new float[] {1, 2});
        assertThatThrownBy(() -> index(vectors, metric, Instructions.SCALAR))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("metric: " + metric + " with SCAN (expected: COSINE or DOT)");
    }

    @Test
    void refusesARecallThatCannotBe() {
        assertThatThrownBy(() -> new Query(new float[1], 1, 1, null, 1.1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("recall: 1.1 (expected: 0..1)");
    }
}
