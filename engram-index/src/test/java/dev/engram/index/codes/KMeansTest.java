package dev.engram.index.codes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.withinPercentage;

import dev.engram.index.ExactOracle;
import dev.engram.index.Metric;
import dev.engram.index.Rows;
import dev.engram.index.Vectors;
import dev.engram.index.Workers;
import dev.engram.index.kernel.Instructions;
import dev.engram.index.kernel.Keys;
import java.lang.foreign.Arena;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class KMeansTest {

    private final Arena arena = Arena.ofAuto();

    private Clusters train(Vectors vectors, int clusters, Workers workers) {
        int[] sample = IntStream.range(0, vectors.count()).toArray();
        return KMeans.train(vectors, sample, clusters, 1, workers, Instructions.best(), arena);
    }

    private static int[] cells(Clusters clusters, Vectors vectors) {
        Assigner assigner = new Assigner(clusters, 1, Instructions.best());
        int[] cells = new int[vectors.count()];
        long[] keys = new long[Assigner.TILE];
        for (int first = 0; first < cells.length; first += Assigner.TILE) {
            int count = Math.min(Assigner.TILE, cells.length - first);
            assigner.assign(vectors, first, count, keys);
            for (int i = 0; i < count; i++) {
                cells[first + i] = Keys.id(keys[i]);
            }
        }
        return cells;
    }

    private static int[] sizes(int[] cells, int clusters) {
        int[] sizes = new int[clusters];
        for (int cell : cells) {
            sizes[cell]++;
        }
        return sizes;
    }

    @Test
    void findsClustersThatAreThere() {
        float[][] rows = Rows.clustered(new Random(1), Metric.EUCLIDEAN, 3000, 16, 12);
        Vectors vectors = Rows.of(16, rows);
        Clusters clusters = train(vectors, 12, Workers.caller());
        int[] cells = cells(clusters, vectors);
        double within = 0;
        double around = 0;
        float[] origin = new float[16];
        for (int i = 0; i < rows.length; i++) {
            float[] centroid = clusters.centroids().row(cells[i]);
            within += ExactOracle.distance(Metric.EUCLIDEAN, rows[i], centroid);
            around += ExactOracle.distance(Metric.EUCLIDEAN, rows[i], origin);
        }
        // 0.6 squared is what the rows vary around their centres, of 1.36 in all.
        assertThat(within / around).isLessThan(0.36);
    }

    @Test
    void keepsCellsOfAUsefulSize() {
        float[][] rows = Rows.clustered(new Random(2), Metric.EUCLIDEAN, 6000, 16, 5);
        for (int i = 0; i < rows.length; i++) {
            float spread = i % 3 == 0 ? 1 : 0.1f;
            for (int j = 0; j < 16; j++) {
                rows[i][j] *= spread;
            }
        }
        Vectors vectors = Rows.of(16, rows);
        int[] sizes = sizes(cells(train(vectors, 60, Workers.caller()), vectors), 60);
        double squares = 0;
        for (int size : sizes) {
            squares += (double) size * size;
        }
        // 1 where all are equally large.
        assertThat(squares * 60 / 6000 / 6000).isLessThan(1.5);
        assertThat(Arrays.stream(sizes).max().orElseThrow()).isLessThan(400);
    }

    @Test
    void isTheSameToTheByteOnAnyNumberOfThreads() {
        Vectors vectors = Rows.of(9, Rows.clustered(new Random(3), Metric.EUCLIDEAN, 2000, 9, 20));
        Clusters expected = train(vectors, 50, Workers.caller());
        try (ExecutorService pool = Executors.newFixedThreadPool(3);
                Arena shared = Arena.ofShared()) {
            int[] sample = IntStream.range(0, 2000).toArray();
            for (int threads = 2; threads <= 4; threads++) {
                Clusters found =
                        KMeans.train(
                                vectors,
                                sample,
                                50,
                                1,
                                new Workers(pool, threads),
                                Instructions.best(),
                                shared);
                assertThat(found.centroids().rows().mismatch(expected.centroids().rows()))
                        .isEqualTo(-1);
                assertThat(found.penalties()).isEqualTo(expected.penalties());
            }
        }
    }

    @Test
    void servesFewAndEqualVectors() {
        float[] one = {1, 2, 3};
        float[] two = {5, 5, 5};
        Vectors equal =
                Rows.of(3, IntStream.range(0, 500).mapToObj(_ -> one).toArray(float[][]::new));
        Clusters clusters = train(equal, 20, Workers.caller());
        for (int c = 0; c < 20; c++) {
            assertThat(clusters.centroids().row(c)).isEqualTo(one);
        }
        float[][] rows =
                IntStream.range(0, 500).mapToObj(i -> i < 497 ? one : two).toArray(float[][]::new);
        Vectors mostlyEqual = Rows.of(3, rows);
        int[] cells = cells(train(mostlyEqual, 10, Workers.caller()), mostlyEqual);
        assertThat(cells[0]).isNotEqualTo(cells[499]);
        assertThat(train(Rows.of(3, one), 1, Workers.caller()).centroids().row(0)).isEqualTo(one);
        assertThatThrownBy(() -> train(Rows.of(3, one), 2, Workers.caller()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("clusters: 2 (expected: 1..1)");
    }

    @Test
    void drawsASampleOfTheSizeAskedForWithoutRepeats() {
        int[] sample = KMeans.sample(1000, 100, 7);
        assertThat(Arrays.stream(sample).distinct().count()).isEqualTo(100);
        assertThat(sample).isSorted();
        assertThat(sample[99]).isBetween(900, 999);
        assertThat(KMeans.sample(5, 100, 7)).containsExactly(0, 1, 2, 3, 4);
        assertThat(KMeans.sample(0, 100, 7)).isEmpty();
    }

    @Test
    void comparesWithColumnsAlikeOnAllInstructions() {
        Random random = new Random(8);
        for (int dimension : new int[] {1, 2, 3, 15, 16, 17, 100, 384, 4098}) {
            float[] columns = new float[dimension * Columns.WIDTH];
            float[] vector = new float[dimension];
            for (int i = 0; i < columns.length; i++) {
                columns[i] = (float) random.nextGaussian();
            }
            for (int i = 0; i < dimension; i++) {
                vector[i] = (float) random.nextGaussian();
            }
            float[] scalar = new float[Columns.WIDTH];
            float[] best = new float[Columns.WIDTH];
            ColumnKernel.of(Instructions.SCALAR).squares(columns, vector, scalar);
            ColumnKernel.of(Instructions.best()).squares(columns, vector, best);
            assertThat(best).isEqualTo(scalar);
            double expected = 0;
            for (int i = 0; i < dimension; i++) {
                double difference = columns[i * Columns.WIDTH + 5] - vector[i];
                expected += difference * difference;
            }
            assertThat((double) best[5]).isCloseTo(expected, withinPercentage(0.01));
        }
    }

    @Test
    void tellsOfTheNearestCellsInOrder() {
        float[][] centres = {{0, 0}, {4, 0}, {0, 4}};
        Clusters clusters = new Clusters(Rows.of(2, centres), new float[] {20, 0, 0});
        Assigner assigner = new Assigner(clusters, 4, Instructions.best());
        long[] keys = new long[4];
        assigner.assign(Rows.of(2, new float[] {1, 0}), 0, 1, keys);
        assertThat(Keys.id(keys[0])).isEqualTo(1);
        assertThat(Keys.id(keys[1])).isEqualTo(2);
        assertThat(Keys.id(keys[2])).isZero();
        assertThat(keys[3]).isEqualTo(Long.MAX_VALUE);
    }
}
