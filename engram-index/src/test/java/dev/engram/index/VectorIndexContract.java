package dev.engram.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.engram.index.VectorIndex.Query;
import dev.engram.index.kernel.Instructions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What every index promises, compared with {@link ExactOracle} on seeded data: in all metrics, with
 * and without accepted ordinals, on plain and on SIMD instructions.
 */
abstract class VectorIndexContract {

    private static final int DIMENSION = 24;
    private static final int BEAM = 40;

    /** The index under test. */
    abstract VectorIndex index(Vectors vectors, Metric metric, Instructions instructions);

    /** The least share of the true neighbours that it finds over many queries. */
    abstract double recallMin();

    /** The same where only what is far from the queries is accepted. */
    double farRecallMin() {
        return recallMin() == 1 ? 1 : recallMin() - 0.2;
    }

    /** How many vectors the large sets have. */
    abstract int many();

    static Stream<Arguments> settings() {
        return Arrays.stream(Metric.values())
                .flatMap(
                        metric ->
                                Arrays.stream(Instructions.values())
                                        .filter(i -> i.compareTo(Instructions.best()) <= 0)
                                        .map(i -> Arguments.of(metric, i)));
    }

    @ParameterizedTest
    @MethodSource("settings")
    void answersWhatExactSearchAnswers(Metric metric, Instructions instructions) {
        Random random = new Random(1);
        float[][] rows = Rows.clustered(random, metric, many() + 20, DIMENSION, 30);
        float[][] queries = Arrays.copyOfRange(rows, many(), rows.length);
        rows = Arrays.copyOf(rows, many());
        VectorIndex index = index(Rows.of(DIMENSION, rows), metric, instructions);
        assertThat(index.size()).isEqualTo(many());
        for (int k : new int[] {1, 10, 150}) {
            double found = 0;
            for (float[] query : queries) {
                found += compare(index, metric, rows, new Query(query, k, BEAM, null));
            }
            assertThat(found / queries.length).as("recall, k %d", k).isBetween(recallMin(), 1.0);
        }
    }

    @ParameterizedTest
    @MethodSource("settings")
    void tellsWhatASearchTook(Metric metric, Instructions instructions) {
        float[][] rows = Rows.clustered(new Random(9), metric, many(), DIMENSION, 30);
        VectorIndex index = index(Rows.of(DIMENSION, rows), metric, instructions);
        Query query = new Query(rows[0], 5, BEAM, null);
        SearchCost cost = new SearchCost();
        assertThat(index.search(query, cost)).isEqualTo(index.search(query));
        long once = cost.distances();
        assertThat(once).isBetween(5L, (long) many());
        assertThat(cost.reranked()).isLessThanOrEqualTo(once);
        index.search(query, cost);
        assertThat(cost.distances()).as("after a second search").isEqualTo(2 * once);
    }

    @ParameterizedTest
    @MethodSource("settings")
    void answersOnlyAcceptedOnesHoweverFewOrMany(Metric metric, Instructions instructions) {
        Random random = new Random(2);
        float[][] rows = Rows.clustered(random, metric, many(), DIMENSION, 30);
        VectorIndex index = index(Rows.of(DIMENSION, rows), metric, instructions);
        for (double share : new double[] {0, 0.0002, 0.001, 0.02, 0.3, 0.9, 1}) {
            int[] chosen =
                    IntStream.range(0, many()).filter(_ -> random.nextDouble() < share).toArray();
            Ordinals accepted = Ordinals.of(many(), chosen);
            double found = 0;
            int queries = 12;
            for (int i = 0; i < queries; i++) {
                float[] query = rows[random.nextInt(many())];
                found += compare(index, metric, rows, new Query(query, 10, BEAM, accepted));
            }
            assertThat(found / queries)
                    .as("recall, accepted %f", share)
                    .isGreaterThanOrEqualTo(recallMin());
        }
    }

    @ParameterizedTest
    @MethodSource("settings")
    void answersFarFromTheQueryWhereOnlyTheseAreAccepted(Metric metric, Instructions instructions) {
        Random random = new Random(3);
        float[][] rows = Rows.clustered(random, metric, many(), DIMENSION, 2);
        VectorIndex index = index(Rows.of(DIMENSION, rows), metric, instructions);
        double found = 0;
        int queries = 6;
        for (int i = 0; i < queries; i++) {
            float[] query = rows[random.nextInt(many())];
            // The farther half: a search that stops around the query meets none of them.
            int[] far =
                    ExactOracle.search(metric, rows, query, many(), null).stream()
                            .skip(many() / 2)
                            .mapToInt(ExactOracle.Answer::ordinal)
                            .toArray();
            Ordinals accepted = Ordinals.of(many(), far);
            found += compare(index, metric, rows, new Query(query, 10, BEAM, accepted));
        }
        // The accepted lie on a shell around the query, all about as far: hard to tell apart.
        assertThat(found / queries).isGreaterThanOrEqualTo(farRecallMin());
    }

    @ParameterizedTest
    @MethodSource("settings")
    void answersTheFirstOfEqualVectorsByTheThousand(Metric metric, Instructions instructions) {
        Random random = new Random(4);
        float[][] some = Rows.clustered(random, metric, 500, DIMENSION, 10);
        float[][] rows = new float[many()][];
        for (int i = 0; i < rows.length; i++) {
            rows[i] = some[i % 3 == 0 ? i / 3 % some.length : i % 2];
        }
        VectorIndex index = index(Rows.of(DIMENSION, rows), metric, instructions);
        Ordinals odd =
                Ordinals.of(many(), IntStream.range(0, many()).filter(i -> i % 2 == 1).toArray());
        for (int k : new int[] {1, 10, 300}) {
            double found = 0;
            int queries = 12;
            for (int i = 0; i < queries; i++) {
                found += compare(index, metric, rows, new Query(some[i], k, BEAM, null));
                found += compare(index, metric, rows, new Query(some[i], k, BEAM, odd));
            }
            assertThat(found / queries / 2).isGreaterThanOrEqualTo(recallMin());
        }
    }

    @ParameterizedTest
    @MethodSource("settings")
    void servesSetsOfAnySizeDownToNone(Metric metric, Instructions instructions) {
        for (int count : new int[] {0, 1, 2, 3, 17, 300}) {
            for (int dimension : new int[] {1, 3, 33}) {
                Random random = new Random(count + dimension);
                float[][] rows = Rows.clustered(random, metric, count, dimension, 2);
                VectorIndex index = index(Rows.of(dimension, rows), metric, instructions);
                float[] query = Rows.clustered(random, metric, 1, dimension, 1)[0];
                for (int k : new int[] {1, 2, 10, 10_000}) {
                    assertThat(compare(index, metric, rows, new Query(query, k, 64, null)))
                            .isEqualTo(1);
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("settings")
    void takesZeroVectorsAsAnyOther(Metric metric, Instructions instructions) {
        float[][] rows = Rows.clustered(new Random(5), metric, 2000, DIMENSION, 5);
        for (int i = 0; i < rows.length; i += 2) {
            rows[i] = new float[DIMENSION];
        }
        VectorIndex index = index(Rows.of(DIMENSION, rows), metric, instructions);
        compare(index, metric, rows, new Query(new float[DIMENSION], 50, BEAM, null));
        assertThat(compare(index, metric, rows, new Query(rows[1], 50, 400, null))).isEqualTo(1);
    }

    @Test
    void answersTheSameToManyThreadsAtOnce() throws Exception {
        float[][] rows = Rows.clustered(new Random(6), Metric.DOT, many(), DIMENSION, 30);
        VectorIndex index = index(Rows.of(DIMENSION, rows), Metric.DOT, Instructions.best());
        List<Query> queries =
                IntStream.range(0, 200).mapToObj(i -> new Query(rows[i], 10, BEAM, null)).toList();
        List<List<Neighbour>> expected = queries.stream().map(index::search).toList();
        try (ExecutorService pool = Executors.newFixedThreadPool(4)) {
            List<Future<List<List<Neighbour>>>> found = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                found.add(pool.submit(() -> queries.stream().map(index::search).toList()));
            }
            for (Future<List<List<Neighbour>>> one : found) {
                assertThat(one.get()).isEqualTo(expected);
            }
        }
    }

    @Test
    void refusesAQueryOfAnotherDimension() {
        VectorIndex index = index(Rows.of(2, new float[] {1, 2}), Metric.DOT, Instructions.best());
        assertThatThrownBy(() -> index.search(new Query(new float[3], 1, 1, null)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("vector: 3 components (expected: 2)");
    }

    @Test
    void refusesAcceptedOrdinalsOfAnotherSize() {
        VectorIndex index = index(Rows.of(2, new float[] {1, 2}), Metric.DOT, Instructions.best());
        for (int size : new int[] {0, 2, 200}) {
            Query query = new Query(new float[2], 1, 1, Ordinals.all(size));
            assertThatThrownBy(() -> index.search(query))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("accepted: of %d ordinals (expected: 1)", size);
        }
    }

    /** Checks one answer in every respect but completeness, and returns its recall. */
    private static double compare(VectorIndex index, Metric metric, float[][] rows, Query query) {
        List<Neighbour> found = index.search(query);
        List<ExactOracle.Answer> expected =
                ExactOracle.search(metric, rows, query.vector(), query.k(), query.accepted());
        assertThat(found).as("as many as there are").hasSameSizeAs(expected);
        Set<Integer> truth = new HashSet<>();
        expected.forEach(answer -> truth.add(answer.ordinal()));
        Neighbour before = null;
        int hits = 0;
        for (Neighbour neighbour : found) {
            double distance =
                    ExactOracle.distance(metric, query.vector(), rows[neighbour.ordinal()]);
            assertThat((double) neighbour.distance()).isCloseTo(distance, within(1e-4));
            assertThat(query.accepted() == null || query.accepted().contains(neighbour.ordinal()))
                    .isTrue();
            assertThat(before == null || isBefore(before, neighbour)).as("order").isTrue();
            before = neighbour;
            hits += truth.contains(neighbour.ordinal()) ? 1 : 0;
        }
        return expected.isEmpty() ? 1 : (double) hits / expected.size();
    }

    private static boolean isBefore(Neighbour a, Neighbour b) {
        return a.distance() < b.distance()
                || (a.distance() == b.distance() && a.ordinal() < b.ordinal());
    }
}
