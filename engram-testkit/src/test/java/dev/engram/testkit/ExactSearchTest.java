package dev.engram.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.engram.testkit.ExactSearch.Hit;
import java.util.Comparator;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class ExactSearchTest {

    private static final float[] RIGHT = {1, 0};
    private static final float[] UP = {0, 2};
    private static final float[] LEFT = {-3, 0};
    private static final float[][] AROUND = {RIGHT, UP, LEFT};

    @Test
    void computesEachDistanceAsTheIndexDefinesIt() {
        assertThat(distances("cosine")).containsExactly(-1, 0, 1);
        assertThat(distances("dot")).containsExactly(-1, 0, 3);
        assertThat(distances("Euclidean")).containsExactly(0, 5, 16);
        assertThat(distances("MANHATTAN")).containsExactly(0, 3, 4);
        assertThat(Distance.COSINE.between(new float[2], UP)).isZero();
    }

    private static double[] distances(String metric) {
        Distance distance = Distance.of(metric);
        return IntStream.range(0, AROUND.length)
                .mapToObj(i -> new Hit(i, distance.between(AROUND[i], RIGHT)))
                .mapToDouble(Hit::distance)
                .toArray();
    }

    @Test
    void refusesAMetricItDoesNotKnow() {
        assertThatThrownBy(() -> Distance.of("hamming"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("metric: 'hamming' (expected: cosine");
    }

    @SeededTest
    void agreesWithSortingEverything(RandomGenerator random) {
        float[][] vectors = TestVectors.uniform(random, 500, 9);
        float[] query = TestVectors.uniform(random, 1, 9)[0];
        for (int k : new int[] {1, 7, 499, 500, 501}) {
            List<Hit> sorted =
                    IntStream.range(0, 500)
                            .filter(i -> i % 3 != 0)
                            .mapToObj(i -> new Hit(i, Distance.DOT.between(vectors[i], query)))
                            .sorted(Comparator.comparingDouble(Hit::distance))
                            .limit(k)
                            .toList();
            assertThat(new ExactSearch(vectors, Distance.DOT).nearest(query, k, i -> i % 3 != 0))
                    .isEqualTo(sorted);
        }
    }

    @Test
    void breaksTiesByOrdinal() {
        float[][] same = new float[10][1];
        assertThat(new ExactSearch(same, Distance.EUCLIDEAN).nearest(new float[1], 3))
                .extracting(Hit::ordinal)
                .containsExactly(0, 1, 2);
    }

    @Test
    void takesZeroAndMinusZeroForATie() {
        float[][] zeros = {{1}, {0}, {-1}};
        assertThat(new ExactSearch(zeros, Distance.DOT).nearest(new float[1], 3))
                .extracting(Hit::ordinal)
                .containsExactly(0, 1, 2);
    }

    @Test
    void measuresRecallWithoutPunishingAnotherOrderAmongEquals() {
        float[][] line = {{0}, {1}, {1}, {1}, {9}};
        ExactSearch exact = new ExactSearch(line, Distance.MANHATTAN);
        float[] origin = {0};
        assertThat(exact.recall(origin, 2, _ -> true, new int[] {0, 3})).isEqualTo(1);
        assertThat(exact.recall(origin, 2, _ -> true, new int[] {0, 4})).isEqualTo(0.5);
        assertThat(exact.recall(origin, 2, i -> i != 0, new int[] {0, 3})).isEqualTo(0.5);
        assertThat(exact.recall(origin, 2, _ -> true, new int[] {})).isZero();
        assertThat(exact.recall(origin, 2, _ -> false, new int[] {})).isEqualTo(1);
    }

    @Test
    void refusesToAnswerNothingAndToRankWhatIsNoNumber() {
        ExactSearch exact = new ExactSearch(new float[][] {{Float.NaN}}, Distance.DOT);
        assertThatThrownBy(() -> exact.nearest(new float[1], 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("k: 0 (expected: >= 1)");
        assertThatThrownBy(() -> exact.nearest(new float[1], 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("distance of vector 0: NaN");
    }

    @SeededTest
    void drawsTheSameVectorsFromTheSameSeed(Seed seed) {
        assertThat(TestVectors.clustered(seed.random(), 20, 5, 3, 0.1))
                .isDeepEqualTo(TestVectors.clustered(seed.random(), 20, 5, 3, 0.1));
    }

    @SeededTest
    void drawsVectorsOfLengthOneAndLeavesZerosAlone(RandomGenerator random) {
        for (float[] vector : TestVectors.onSphere(random, 100, 17)) {
            assertThat(Distance.DOT.between(vector, vector)).isCloseTo(-1, within(1e-6));
        }
        assertThat(TestVectors.normalised(new float[3])).containsExactly(0, 0, 0);
    }

    @SeededTest
    void drawsClustersThatAreApart(RandomGenerator random) {
        float[][] vectors = TestVectors.clustered(random, 400, 32, 4, 0.1);
        ExactSearch exact = new ExactSearch(vectors, Distance.EUCLIDEAN);
        for (int i = 0; i < 8; i++) {
            int cluster = i % 4;
            assertThat(exact.nearest(vectors[i], 100))
                    .allMatch(hit -> hit.ordinal() % 4 == cluster);
        }
    }
}
