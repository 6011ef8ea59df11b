package dev.engram.index.codes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.engram.index.ExactOracle;
import dev.engram.index.Metric;
import dev.engram.index.Rows;
import dev.engram.index.Vectors;
import dev.engram.index.kernel.Instructions;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.Random;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

final class RaBitQTest {

    private static final int[] IDS = {3, 0, 10, 10, 7, 1, 9};
    private static final int FEW = 11;

    private static int[] lengths() {
        TreeSet<Integer> lengths = new TreeSet<>();
        IntStream.rangeClosed(1, 70).forEach(lengths::add);
        IntStream.of(96, 127, 128, 129, 255, 256, 257, 384, 385, 768, 1536, 4096, 4097, 4098)
                .forEach(lengths::add);
        return lengths.stream().mapToInt(Integer::intValue).toArray();
    }

    static Stream<Arguments> settings() {
        return Stream.of(Metric.COSINE, Metric.DOT, Metric.EUCLIDEAN)
                .flatMap(
                        metric ->
                                IntStream.rangeClosed(1, RaBitQ.BITS_MAX)
                                        .mapToObj(bits -> Arguments.of(metric, bits)));
    }

    private static MemorySegment encode(RaBitQ codes, Vectors vectors) {
        MemorySegment rows = Arena.ofAuto().allocate(codes.bytes(vectors.count()), 64);
        RowCodes.Encoder encoder = codes.encoder();
        for (int i = 0; i < vectors.count(); i++) {
            encoder.encode(vectors.row(i), rows, (long) i * codes.rowBytes());
        }
        return rows;
    }

    @ParameterizedTest
    @MethodSource("settings")
    void measuresTheSameOnAllInstructionsAtEveryLength(Metric metric, int bits) {
        for (int length : lengths()) {
            float[][] vectors = Rows.clustered(new Random(length), metric, FEW, length, 3);
            RaBitQ codes = RaBitQ.of(Rows.of(length, vectors), metric, bits, length);
            MemorySegment rows = encode(codes, Rows.of(length, vectors));
            RowQuery scalar = codes.query(metric, Instructions.SCALAR, rows);
            RowQuery best = codes.query(metric, Instructions.best(), rows);
            scalar.set(vectors[5]);
            best.set(vectors[5]);
            float[] expected = new float[IDS.length];
            float[] found = new float[IDS.length];
            for (int count = 0; count <= IDS.length; count++) {
                scalar.distances(IDS, count, expected);
                best.distances(IDS, count, found);
                assertThat(found).as("length %d", length).isEqualTo(expected);
            }
            for (int i = 0; i < IDS.length; i++) {
                double exact = ExactOracle.distance(metric, vectors[5], vectors[IDS[i]]);
                assertThat((double) found[i])
                        .as("length %d", length)
                        .isCloseTo(exact, within(5.0 * best.slack(IDS[i], found[i]) + 1e-4));
            }
        }
    }

    /** What rows of codes tell of the distances from some queries, in numbers. */
    private record Errors(double mean, double deviation, double within) {

        static Errors of(Metric metric, int bits, int dimension) {
            int count = 1000;
            float[][] all = Rows.clustered(new Random(5), metric, count + 40, dimension, 8);
            float[][] vectors = Arrays.copyOf(all, count);
            RaBitQ codes = RaBitQ.of(Rows.of(dimension, vectors), metric, bits, 11);
            MemorySegment rows = encode(codes, Rows.of(dimension, vectors));
            RowQuery query = codes.query(metric, Instructions.best(), rows);
            int[] one = new int[1];
            float[] found = new float[1];
            double sum = 0;
            double squares = 0;
            int good = 0;
            int asked = all.length - count;
            for (int q = count; q < all.length; q++) {
                query.set(all[q]);
                for (int i = 0; i < count; i++) {
                    one[0] = i;
                    query.distances(one, 1, found);
                    double error = found[0] - ExactOracle.distance(metric, all[q], vectors[i]);
                    double share = error / query.slack(i, found[0]);
                    sum += share;
                    squares += share * share;
                    good += Math.abs(share) <= 1 ? 1 : 0;
                }
            }
            double cases = (double) count * asked;
            return new Errors(sum / cases, Math.sqrt(squares / cases), good / cases);
        }
    }

    @ParameterizedTest
    @MethodSource("settings")
    void estimatesWithoutBiasAndErrsByNoMoreThanItsBound(Metric metric, int bits) {
        for (int dimension : new int[] {33, 64, 100, 384}) {
            Errors errors = Errors.of(metric, bits, dimension);
            String setting = "%s, %d components: %s".formatted(metric, dimension, errors);
            assertThat(errors.mean).as(setting).isCloseTo(0, within(0.05));
            assertThat(errors.within).as(setting).isGreaterThan(0.94);
            assertThat(errors.deviation).as("not idle: " + setting).isGreaterThan(0.2);
        }
    }

    @Test
    void needsHalfTheErrorForEveryBit() {
        double before = 1.3;
        for (int bits = 1; bits <= RaBitQ.BITS_MAX; bits++) {
            double error = spread(bits);
            assertThat(error).as("%d bits", bits).isLessThan(0.65 * before);
            before = error;
        }
    }

    /** The deviation of the error of a dot product of directions, in units of 1/sqrt(n). */
    private static double spread(int bits) {
        int dimension = 256;
        float[][] vectors = Rows.clustered(new Random(6), Metric.COSINE, 300, dimension, 300);
        RaBitQ codes = RaBitQ.of(Rows.of(dimension, vectors), Metric.COSINE, bits, 1);
        MemorySegment rows = encode(codes, Rows.of(dimension, vectors));
        RowQuery query = codes.query(Metric.COSINE, Instructions.best(), rows);
        query.set(vectors[0]);
        int[] ids = IntStream.range(1, vectors.length).toArray();
        float[] found = new float[ids.length];
        query.distances(ids, ids.length, found);
        double squares = 0;
        for (int i = 0; i < ids.length; i++) {
            double exact = ExactOracle.distance(Metric.COSINE, vectors[0], vectors[ids[i]]);
            squares += (found[i] - exact) * (found[i] - exact);
        }
        return Math.sqrt(squares / ids.length * dimension);
    }

    @Test
    void rotatesWithoutChangingLengthsAndAnglesWhateverTheInstructions() {
        for (int dimension : lengths()) {
            HadamardRotation rotation = HadamardRotation.random(dimension, 3);
            Random random = new Random(dimension);
            float[] a = gaussian(random, dimension, rotation.padded());
            float[] b = gaussian(random, dimension, rotation.padded());
            double before = dot(a, b);
            double length = dot(a, a);
            float[] scalar = a.clone();
            rotation.rotate(scalar, Fht.of(Instructions.SCALAR));
            rotation.rotate(a, Fht.of(Instructions.best()));
            rotation.rotate(b, Fht.of(Instructions.best()));
            assertThat(a).as("%d components", dimension).isEqualTo(scalar);
            assertThat(dot(a, a)).isCloseTo(length, within(1e-4 * length));
            assertThat(dot(a, b)).isCloseTo(before, within(1e-3 * length));
        }
    }

    private static float[] gaussian(Random random, int dimension, int padded) {
        float[] vector = new float[padded];
        for (int i = 0; i < dimension; i++) {
            vector[i] = (float) random.nextGaussian();
        }
        return vector;
    }

    private static double dot(float[] a, float[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += (double) a[i] * b[i];
        }
        return sum;
    }

    @Test
    void isReadAsItWasWritten() {
        Vectors vectors = Rows.of(65, Rows.clustered(new Random(1), Metric.DOT, 20, 65, 3));
        RaBitQ codes = RaBitQ.of(vectors, Metric.DOT, 3, 77);
        MemorySegment model = Arena.ofAuto().allocate(codes.modelBytes());
        codes.writeModel(model);
        RaBitQ read = RaBitQ.read(model, Metric.DOT, 65);
        assertThat(read).isEqualTo(codes);
        assertThat(read.isSane()).isTrue();
        model.set(ValueLayout.JAVA_INT, 0, 5);
        assertThat(RaBitQ.read(model, Metric.DOT, 65).isSane()).isFalse();
    }
}
