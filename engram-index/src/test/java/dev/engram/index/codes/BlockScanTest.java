package dev.engram.index.codes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.engram.index.ExactOracle;
import dev.engram.index.Metric;
import dev.engram.index.Rows;
import dev.engram.index.Vectors;
import dev.engram.index.kernel.Instructions;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class BlockScanTest {

    /** Widths and numbers of codes that differ, and sums that come near 16 bits. */
    private static final int[] DIMENSIONS = {1, 7, 8, 24, 128, 200, 201, 384, 1100, 5000};

    private static final int LANES = BlockLayout.LANES;

    private static boolean isSimd() {
        return Instructions.best() == Instructions.SIMD;
    }

    private static List<BlockScan> scans() {
        List<BlockScan> scans = new ArrayList<>();
        scans.add(BlockScan.of(Instructions.SCALAR));
        if (isSimd()) {
            scans.add(new NarrowBlockScan());
            if (ScanLanes.areWide()) {
                scans.add(new WideBlockScan());
            }
        }
        return scans;
    }

    @Test
    void isEqualToTheBitOnAllInstructions() {
        for (int dimension : DIMENSIONS) {
            for (Metric metric : new Metric[] {Metric.DOT, Metric.EUCLIDEAN}) {
                Blocks blocks = Blocks.of(metric, dimension, new Random(dimension));
                PqTables tables = new PqTables(blocks.codebook, metric, Instructions.SCALAR);
                tables.set(blocks.rows[77]);
                float[] expected = new float[2 * LANES];
                for (BlockScan scan : scans()) {
                    float[] found = new float[2 * LANES];
                    float worst = blocks.distance(77, 5);
                    long near = blocks.scan(scan, tables, 77, worst, found);
                    if (scan instanceof ScalarBlockScan) {
                        expected = found;
                    }
                    assertThat(found).as("%s, %d", scan, dimension).isEqualTo(expected);
                    for (int i = 0; i < 2 * LANES; i++) {
                        assertThat(((near >>> i) & 1) == 1).isEqualTo(found[i] < worst);
                    }
                }
                assertThat(expected[2 * LANES - 1]).as("unused").isEqualTo(Float.POSITIVE_INFINITY);
            }
        }
    }

    @Test
    void tablesAndCodesAreEqualToTheBitOnAllInstructions() {
        for (int dimension : DIMENSIONS) {
            float[][] rows = Rows.clustered(new Random(1), Metric.DOT, 400, dimension, 3);
            PqCodebook plain = learn(rows, dimension, Instructions.SCALAR);
            PqCodebook best = learn(rows, dimension, Instructions.best());
            assertThat(best.centroids()).isEqualTo(plain.centroids());
            PqTables plainTables = new PqTables(plain, Metric.DOT, Instructions.SCALAR);
            PqTables bestTables = new PqTables(plain, Metric.DOT, Instructions.best());
            for (int i = 0; i < 10; i++) {
                plainTables.set(rows[i]);
                bestTables.set(rows[i]);
                assertThat(bestTables.table).isEqualTo(plainTables.table);
                assertThat(bestTables.step).isEqualTo(plainTables.step);
                assertThat(bestTables.bias).isEqualTo(plainTables.bias);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"COSINE", "DOT", "EUCLIDEAN"})
    void estimatesWithoutBiasAndMuchBetterThanByTheCentre(Metric metric) {
        for (int dimension : new int[] {24, 128, 384}) {
            Blocks blocks = Blocks.of(metric, dimension, new Random(5));
            double bias = 0;
            double error = 0;
            double spread = 0;
            int count = 0;
            for (int q = 200; q < 400; q++) {
                PqTables tables = new PqTables(blocks.codebook, metric, Instructions.best());
                tables.set(blocks.rows[q]);
                float[] found = new float[2 * LANES];
                blocks.scan(BlockScan.of(Instructions.best()), tables, q, 0, found);
                for (int place = 0; place < LANES; place++) {
                    double exact = blocks.distance(q, place);
                    bias += found[place] - exact;
                    error += Math.pow(found[place] - exact, 2);
                    spread += Math.pow(blocks.distance(q, 40) - exact, 2);
                    count++;
                }
            }
            double deviation = Math.sqrt(error / count);
            assertThat(Math.abs(bias / count)).isLessThan(0.2 * deviation);
            assertThat(deviation).isLessThan(0.35 * Math.sqrt(spread / count));
        }
    }

    private static PqCodebook learn(float[][] rows, int dimension, Instructions instructions) {
        float[] mean = new float[dimension];
        for (float[] row : rows) {
            for (int i = 0; i < dimension; i++) {
                mean[i] += row[i] / rows.length;
            }
        }
        int padded = PqCodebook.parts(dimension) * PqCodebook.width(dimension);
        float[][] directions =
                IntStream.range(1, rows.length)
                        .mapToObj(i -> direction(rows[i - 1], rows[i], padded))
                        .toArray(float[][]::new);
        return PqCodebook.train(mean, directions, 9, instructions);
    }

    private static float[] direction(float[] a, float[] b, int padded) {
        float[] direction = new float[padded];
        double squares = 0;
        for (int i = 0; i < a.length; i++) {
            direction[i] = b[i] - a[i];
            squares += direction[i] * direction[i];
        }
        for (int i = 0; i < a.length; i++) {
            direction[i] /= (float) Math.sqrt(Math.max(squares, 1e-9));
        }
        return direction;
    }

    /** Two blocks: the first 32 vectors around vector 40, and 20 more around vector 60. */
    private record Blocks(Metric metric, float[][] rows, PqCodebook codebook, MemorySegment bytes) {

        static Blocks of(Metric metric, int dimension, Random random) {
            float[][] rows = Rows.clustered(random, metric, 400, dimension, 3);
            Vectors vectors = Rows.of(dimension, rows);
            PqCodebook codebook = learn(rows, dimension, Instructions.best());
            MemorySegment bytes =
                    Arena.ofAuto().allocate(2L * BlockLayout.bytes(codebook.parts()), 64);
            BlockEncoder encoder = new BlockEncoder(codebook, vectors, metric, Instructions.best());
            int[] ids = IntStream.range(0, LANES).toArray();
            encoder.encode(rows[40], ids, LANES, 40, bytes, 0);
            encoder.encode(rows[60], ids, 20, 60, bytes, BlockLayout.bytes(codebook.parts()));
            return new Blocks(metric, rows, codebook, bytes);
        }

        float distance(int a, int b) {
            return (float) ExactOracle.distance(metric, rows[a], rows[b]);
        }

        long scan(BlockScan scan, PqTables tables, int q, float worst, float[] estimates) {
            float[] query = rows[q];
            long second = BlockLayout.bytes(codebook.parts());
            float base = (float) ExactOracle.distance(metric, query, rows[40]);
            float baseSecond = (float) ExactOracle.distance(metric, query, rows[60]);
            return scan.scan(bytes, 0, second, tables, base, baseSecond, worst, estimates);
        }
    }
}
