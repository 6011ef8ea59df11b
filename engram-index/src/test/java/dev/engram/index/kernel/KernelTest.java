package dev.engram.index.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.engram.index.ExactOracle;
import dev.engram.index.Metric;
import dev.engram.index.Rows;
import dev.engram.index.Vectors;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class KernelTest {

    private static final int ROWS = 11;
    private static final ValueLayout.OfShort HALF =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final int[] IDS = {3, 0, 10, 10, 7, 1, 9};

    /** All short lengths, and around every multiple of a vector's width a few of the long ones. */
    private static int[] lengths() {
        TreeSet<Integer> lengths = new TreeSet<>();
        IntStream.rangeClosed(1, 140).forEach(lengths::add);
        IntStream.of(256, 384, 512, 768, 1024, 1536, 2048, 3072, 4096)
                .flatMap(length -> IntStream.rangeClosed(length - 2, length + 2))
                .forEach(lengths::add);
        new Random(7).ints(40, 141, 4099).forEach(lengths::add);
        return lengths.stream().mapToInt(Integer::intValue).toArray();
    }

    @ParameterizedTest
    @EnumSource(Metric.class)
    void agreesWithDoublePrecisionAtEveryLength(Metric metric) {
        for (Instructions instructions : Instructions.values()) {
            if (instructions == Instructions.SIMD && Instructions.best() == Instructions.SCALAR) {
                continue;
            }
            Kernel kernel = Kernel.of(metric, instructions);
            for (int length : lengths()) {
                compare(metric, kernel, length);
            }
        }
    }

    private static void compare(Metric metric, Kernel kernel, int length) {
        Random random = new Random(length);
        float[][] rows = new float[ROWS][length];
        float[] query = new float[length];
        for (int i = 0; i < length; i++) {
            query[i] = (float) random.nextGaussian();
            for (float[] row : rows) {
                row[i] = (float) random.nextGaussian();
            }
        }
        Vectors vectors = Rows.of(length, rows);
        float[] out = new float[ROWS];
        for (int count = 0; count <= IDS.length; count++) {
            kernel.distances(query, vectors.rows(), length, IDS, count, out);
            for (int j = 0; j < count; j++) {
                check(metric, kernel, query, rows[IDS[j]], out[j]);
            }
        }
        kernel.scan(query, vectors.rows(), length, 2, ROWS - 2, out);
        for (int j = 0; j < ROWS - 2; j++) {
            check(metric, kernel, query, rows[2 + j], out[j]);
        }
    }

    @ParameterizedTest
    @EnumSource(Metric.class)
    void measuresRowsOfHalvesAsThoughTheyWereFloats(Metric metric) {
        for (Instructions instructions : instructions()) {
            Kernel kernel = Kernel.ofHalves(metric, instructions);
            for (int length : lengths()) {
                Random random = new Random(length);
                float[][] rows = new float[ROWS][length];
                float[] query = new float[length];
                MemorySegment halves = Arena.ofAuto().allocate(2L * ROWS * length, 2);
                for (int i = 0; i < length; i++) {
                    query[i] = (float) random.nextGaussian();
                    for (int r = 0; r < ROWS; r++) {
                        short half = Float.floatToFloat16((float) random.nextGaussian());
                        halves.set(HALF, 2L * (r * length + i), half);
                        rows[r][i] = Float.float16ToFloat(half);
                    }
                }
                float[] out = new float[ROWS];
                for (int count = 0; count <= IDS.length; count++) {
                    kernel.distances(query, halves, length, IDS, count, out);
                    for (int j = 0; j < count; j++) {
                        check(metric, kernel, query, rows[IDS[j]], out[j]);
                    }
                }
                kernel.scan(query, halves, length, 2, ROWS - 2, out);
                check(metric, kernel, query, rows[4], out[2]);
            }
        }
    }

    @Test
    void readsEveryHalfThereIs() {
        MemorySegment halves = Arena.ofAuto().allocate(2L << 16, 2);
        for (int i = 0; i < 1 << 16; i++) {
            halves.set(HALF, 2L * i, (short) i);
        }
        int[] one = new int[1];
        float[] out = new float[1];
        for (Instructions instructions : instructions()) {
            Kernel kernel = Kernel.ofHalves(Metric.DOT, instructions);
            for (int i = 0; i < 1 << 16; i++) {
                one[0] = i;
                kernel.distances(new float[] {-1}, halves, 1, one, 1, out);
                float expected = Float.float16ToFloat((short) i);
                assertThat(Float.compare(out[0] + 0f, expected + 0f)).as("%04x", i).isZero();
            }
        }
    }

    private static List<Instructions> instructions() {
        return Arrays.stream(Instructions.values())
                .filter(i -> i.compareTo(Instructions.best()) <= 0)
                .toList();
    }

    @Test
    void countsBytesAndBitsAtEveryLength() {
        for (Instructions instructions : instructions()) {
            for (int length : lengths()) {
                Random random = new Random(length);
                byte[] query = new byte[length];
                byte[] bytes = new byte[ROWS * length];
                random.nextBytes(query);
                random.nextBytes(bytes);
                query[0] = Byte.MIN_VALUE;
                bytes[3 * length] = Byte.MIN_VALUE;
                MemorySegment rows = Arena.ofAuto().allocate(bytes.length, 1);
                rows.copyFrom(MemorySegment.ofArray(bytes));
                int[] dots = new int[ROWS];
                int[] squares = new int[ROWS];
                int[] bits = new int[ROWS];
                for (int count = 0; count <= IDS.length; count++) {
                    ByteKernel.dot(instructions).distances(query, rows, length, IDS, count, dots);
                    ByteKernel.euclidean(instructions)
                            .distances(query, rows, length, IDS, count, squares);
                    ByteKernel.hamming(instructions)
                            .distances(query, rows, length, IDS, count, bits);
                    for (int j = 0; j < count; j++) {
                        int[] sums = sums(query, bytes, IDS[j] * length);
                        assertThat(new int[] {dots[j], squares[j], bits[j]})
                                .as("length %d", length)
                                .isEqualTo(sums);
                    }
                }
            }
        }
    }

    private static int[] sums(byte[] query, byte[] bytes, int at) {
        int[] sums = new int[3];
        for (int i = 0; i < query.length; i++) {
            int other = bytes[at + i];
            sums[0] -= query[i] * other;
            sums[1] += (query[i] - other) * (query[i] - other);
            sums[2] += Integer.bitCount((query[i] ^ other) & 0xff);
        }
        return sums;
    }

    private static void check(
            Metric metric, Kernel kernel, float[] query, float[] row, float found) {
        double terms = 1e-30;
        for (int i = 0; i < query.length; i++) {
            terms += Math.abs(ExactOracle.distance(metric, one(query[i]), one(row[i])));
        }
        assertThat((double) found)
                .as("%s, length %d", kernel.getClass().getSimpleName(), query.length)
                .isCloseTo(ExactOracle.distance(metric, query, row), within(4e-6 * terms));
    }

    private static float[] one(float component) {
        return new float[] {component};
    }

    @ParameterizedTest
    @EnumSource(Metric.class)
    void theBestEqualsScalarToTheBitWhereSumsAreExact(Metric metric) {
        for (int length : lengths()) {
            if (length > 1024) {
                break;
            }
            Random random = new Random(length);
            float[][] rows = Rows.clustered(random, Metric.DOT, ROWS, length, 3);
            Vectors vectors = Rows.of(length, rows);
            float[] scalar = new float[ROWS];
            float[] best = new float[ROWS];
            Kernel.of(metric, Instructions.SCALAR)
                    .scan(rows[0], vectors.rows(), length, 0, ROWS, scalar);
            Kernel.of(metric).scan(rows[0], vectors.rows(), length, 0, ROWS, best);
            assertThat(best).as("length %d", length).isEqualTo(scalar);
        }
    }

    @Test
    void usesSimdExactlyWhereTheModuleIsThere() {
        boolean present = ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent();
        assertThat(Instructions.best() == Instructions.SIMD).isEqualTo(present && Lanes.areFast());
    }
}
