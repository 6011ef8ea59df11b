package dev.engram.index.codes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.engram.index.ExactOracle;
import dev.engram.index.Metric;
import dev.engram.index.Rotation;
import dev.engram.index.Rows;
import dev.engram.index.Workers;
import dev.engram.index.codes.ProductQuantizer.Shape;
import dev.engram.index.kernel.Instructions;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ProductQuantizerTest {

    private static final int[] IDS = {3, 0, 10, 10, 7, 1, 9};
    private static final int ROWS = 11;

    private static List<Instructions> atHand() {
        return Arrays.stream(Instructions.values())
                .filter(i -> i.compareTo(Instructions.best()) <= 0)
                .toList();
    }

    private static ProductQuantizer train(Shape shape, float[][] samples) {
        return ProductQuantizer.train(shape, samples, Workers.caller(), Instructions.best());
    }

    @ParameterizedTest
    @EnumSource(Metric.class)
    void measuresTheDistanceToTheDecodedVectorInEveryShape(Metric metric) {
        for (Rotation rotation : Rotation.values()) {
            for (int bits : new int[] {4, 8}) {
                for (int dimension : new int[] {1, 2, 3, 7, 16, 33, 100}) {
                    for (int parts : new int[] {1, 2, 3, 8, 17, 65}) {
                        if (metric != Metric.MANHATTAN || rotation == Rotation.NONE) {
                            compare(metric, new Shape(dimension, parts, bits, rotation, 5));
                        }
                    }
                }
            }
        }
    }

    private static void compare(Metric metric, Shape shape) {
        Random random = new Random(shape.dimension());
        float[][] rows = Rows.clustered(random, metric, 40, shape.dimension(), 3);
        ProductQuantizer quantizer = train(shape, rows);
        long stride = shape.rowBytes() + 3L;
        MemorySegment bytes = Arena.ofAuto().allocate(ROWS * stride);
        float[][] decoded = new float[ROWS][shape.dimension()];
        for (int i = 0; i < ROWS; i++) {
            quantizer.encode(rows[i], bytes, i * stride, Instructions.best());
            quantizer.decode(bytes, i * stride, decoded[i]);
        }
        float[] query = rows[20];
        float[] before = null;
        for (Instructions instructions : atHand()) {
            ProductDistances distances = quantizer.distances(metric, instructions);
            distances.set(query);
            float[] out = new float[IDS.length];
            distances.distances(bytes, stride, IDS, IDS.length, out);
            for (int i = 0; i < IDS.length; i++) {
                double expected = ExactOracle.distance(metric, query, decoded[IDS[i]]);
                assertThat((double) out[i])
                        .as("%s %s", shape, instructions)
                        .isCloseTo(expected, within(1e-4 * (1 + Math.abs(expected))));
            }
            assertThat(before == null || Arrays.equals(before, out)).as("twins").isTrue();
            before = out;
        }
    }

    @Test
    void codesAreTheSameOnAllInstructionsAndNearestToEachPart() {
        Shape shape = new Shape(48, 16, 8, Rotation.NONE, 1);
        float[][] rows = Rows.clustered(new Random(1), Metric.EUCLIDEAN, 800, 48, 9);
        ProductQuantizer quantizer = train(shape, rows);
        MemorySegment codes = Arena.ofAuto().allocate(16);
        MemorySegment twin = Arena.ofAuto().allocate(16);
        for (int i = 0; i < 200; i++) {
            quantizer.encode(rows[i], codes, 0, Instructions.SCALAR);
            quantizer.encode(rows[i], twin, 0, Instructions.best());
            assertThat(codes.mismatch(twin)).isEqualTo(-1);
            float[] decoded = new float[48];
            quantizer.decode(codes, 0, decoded);
            double chosen = ExactOracle.distance(Metric.EUCLIDEAN, rows[i], decoded);
            int part = i % 16;
            byte other = (byte) (i * 7);
            codes.set(ValueLayout.JAVA_BYTE, part, other);
            quantizer.decode(codes, 0, decoded);
            assertThat(ExactOracle.distance(Metric.EUCLIDEAN, rows[i], decoded))
                    .isGreaterThanOrEqualTo(chosen);
        }
    }

    /** Kept figures: the share of the variance that a code loses. */
    @ParameterizedTest
    @CsvSource({"4, 32, 0.014", "4, 16, 0.14", "8, 16, 0.009", "8, 8, 0.08"})
    void losesLittleOfTheVariance(int bits, int parts, double mostLost) {
        float[][] rows = Rows.clustered(new Random(2), Metric.EUCLIDEAN, 3000, 32, 40);
        ProductQuantizer quantizer = train(new Shape(32, parts, bits, Rotation.NONE, 1), rows);
        assertThat(lost(quantizer, rows)).isBetween(mostLost / 3, mostLost);
    }

    @Test
    void aRotationHelpsWhereFewComponentsHoldMost() {
        float[][] rows = Rows.clustered(new Random(3), Metric.EUCLIDEAN, 1500, 64, 40);
        for (float[] row : rows) {
            for (int i = 0; i < 64; i++) {
                row[i] *= i < 8 ? 8 : 0.25f;
            }
        }
        double plain = lost(train(new Shape(64, 16, 4, Rotation.NONE, 1), rows), rows);
        double turned = lost(train(new Shape(64, 16, 4, Rotation.RANDOM, 1), rows), rows);
        assertThat(turned).isLessThan(plain * 0.8);
    }

    private static double lost(ProductQuantizer quantizer, float[][] rows) {
        int dimension = rows[0].length;
        float[] mean = new float[dimension];
        for (float[] row : rows) {
            for (int i = 0; i < dimension; i++) {
                mean[i] += row[i] / rows.length;
            }
        }
        MemorySegment codes = Arena.ofAuto().allocate(quantizer.shape().rowBytes());
        float[] decoded = new float[dimension];
        double error = 0;
        double all = 0;
        for (float[] row : rows) {
            quantizer.encode(row, codes, 0, Instructions.best());
            quantizer.decode(codes, 0, decoded);
            error += ExactOracle.distance(Metric.EUCLIDEAN, row, decoded);
            all += ExactOracle.distance(Metric.EUCLIDEAN, row, mean);
        }
        return error / all;
    }

    @ParameterizedTest
    @ValueSource(ints = {4, 8})
    void keepsFewVectorsAndDuplicatesExactly(int bits) {
        float[][] few = Rows.clustered(new Random(4), Metric.EUCLIDEAN, 5, 24, 5);
        float[][] rows = new float[1500][];
        for (int i = 0; i < rows.length; i++) {
            rows[i] = few[i < 1490 ? 0 : i % 5];
        }
        for (float[][] samples : new float[][][] {few, {few[0]}, {few[1], few[1]}, rows}) {
            ProductQuantizer quantizer = train(new Shape(24, 6, bits, Rotation.NONE, 1), samples);
            MemorySegment codes = Arena.ofAuto().allocate(6);
            float[] decoded = new float[24];
            for (float[] sample : samples) {
                quantizer.encode(sample, codes, 0, Instructions.best());
                quantizer.decode(codes, 0, decoded);
                assertThat(decoded).containsExactly(sample, within(1e-6f));
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Rotation.class)
    void isTheSameToTheByteOnAnyNumberOfThreads(Rotation rotation) {
        float[][] rows = Rows.clustered(new Random(5), Metric.EUCLIDEAN, 1500, 20, 9);
        Shape shape = new Shape(20, 7, 4, rotation, 3);
        MemorySegment expected = bytes(train(shape, rows));
        try (ExecutorService pool = Executors.newFixedThreadPool(4)) {
            for (int threads = 1; threads <= 4; threads++) {
                Workers workers = new Workers(pool, threads);
                for (Instructions instructions : atHand()) {
                    ProductQuantizer quantizer =
                            ProductQuantizer.train(shape, rows, workers, instructions);
                    assertThat(bytes(quantizer).mismatch(expected)).isEqualTo(-1);
                }
            }
        }
        Shape other = new Shape(20, 7, 4, rotation, 4);
        assertThat(bytes(train(other, rows)).mismatch(expected)).isNotEqualTo(-1);
    }

    private static MemorySegment bytes(ProductQuantizer quantizer) {
        MemorySegment bytes = Arena.ofAuto().allocate(quantizer.shape().bytes());
        quantizer.write(bytes);
        return bytes;
    }

    @ParameterizedTest
    @EnumSource(Rotation.class)
    void readsWhatItWroteAndSaysWhatIsNotSane(Rotation rotation) {
        float[][] rows = Rows.clustered(new Random(6), Metric.EUCLIDEAN, 300, 10, 3);
        ProductQuantizer quantizer = train(new Shape(10, 4, 4, rotation, 1L << 40), rows);
        MemorySegment bytes = bytes(quantizer);
        assertThat(ProductQuantizer.isSane(bytes, 10)).isTrue();
        assertThat(ProductQuantizer.read(bytes).shape()).isEqualTo(quantizer.shape());
        assertThat(bytes(ProductQuantizer.read(bytes)).mismatch(bytes)).isEqualTo(-1);
        float[] turned = quantizer.arranged(rows[0]);
        assertThat(ProductQuantizer.read(bytes).arranged(rows[0])).isEqualTo(turned);
        assertThat(ProductQuantizer.isSane(bytes, 11)).isFalse();
        assertThat(ProductQuantizer.isSane(bytes.asSlice(0, 31), 10)).isFalse();
        assertThat(ProductQuantizer.isSane(bytes.asSlice(0, bytes.byteSize() - 4), 10)).isFalse();
        for (long at : new long[] {0, 4, 8, 12}) {
            MemorySegment bad = bytes(quantizer);
            bad.set(ValueLayout.JAVA_INT_UNALIGNED, at, 3_000_000);
            assertThat(ProductQuantizer.isSane(bad, 10)).as("at %d", at).isFalse();
        }
        MemorySegment bad = bytes(quantizer);
        bad.set(ValueLayout.JAVA_FLOAT_UNALIGNED, 40, Float.NaN);
        assertThat(ProductQuantizer.isSane(bad, 10)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 8, 100, 384})
    void arrangingKeepsDotProducts(int dimension) {
        float[][] rows = Rows.clustered(new Random(7), Metric.DOT, 2, dimension, 2);
        double expected = ExactOracle.distance(Metric.DOT, rows[0], rows[1]);
        for (Rotation rotation : Rotation.values()) {
            Shape shape = new Shape(dimension, 7, 4, rotation, 2);
            ProductQuantizer quantizer = train(shape, new float[0][]);
            float[] a = quantizer.arranged(rows[0]);
            float[] b = quantizer.arranged(rows[1]);
            assertThat(ExactOracle.distance(Metric.DOT, a, b))
                    .isCloseTo(expected, within(1e-4 * dimension));
        }
    }

    @Test
    void refusesWhatCannotBeDone() {
        assertThatThrownBy(() -> new Shape(8, 4, 5, Rotation.NONE, 1))
                .hasMessage("bits: 5 (expected: 4 or 8)");
        assertThatThrownBy(() -> new Shape(8, 0, 4, Rotation.NONE, 1))
                .hasMessage("parts: 0 (expected: 1..65536)");
        ProductQuantizer turned = train(new Shape(8, 4, 4, Rotation.RANDOM, 1), new float[0][]);
        assertThatThrownBy(() -> turned.distances(Metric.MANHATTAN, Instructions.SCALAR))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("rotation: RANDOM under MANHATTAN (expected: NONE)");
    }
}
