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
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class Sq8Test {

    private static final int ROWS = 11;
    private static final int[] IDS = {3, 0, 10, 10, 7, 1, 9};

    /** More than a row, as where something else follows it. */
    private static final int GAP = 64;

    private static int[] lengths() {
        return IntStream.concat(
                        IntStream.rangeClosed(1, 140),
                        IntStream.of(255, 256, 257, 384, 768, 1536, 4096, 4098))
                .toArray();
    }

    @ParameterizedTest
    @EnumSource(Metric.class)
    void measuresTheDistanceToTheDecodedVectorAtEveryLength(Metric metric) {
        for (Instructions instructions : Instructions.values()) {
            if (instructions.compareTo(Instructions.best()) <= 0) {
                for (int length : lengths()) {
                    compare(metric, Sq8Kernel.of(metric, instructions), length);
                }
            }
        }
    }

    private static void compare(Metric metric, Sq8Kernel kernel, int length) {
        Random random = new Random(length);
        float[][] rows = random(random, length);
        Sq8 codes = Sq8.of(Rows.of(length, rows));
        long stride = (long) Sq8.rowBytes(length) + GAP;
        MemorySegment bytes = Arena.ofAuto().allocate(ROWS * stride, 64);
        bytes.fill((byte) -1);
        float[][] decoded = new float[ROWS][length];
        for (int i = 0; i < ROWS; i++) {
            codes.encode(rows[i], bytes, i * stride);
            codes.decode(bytes, i * stride, decoded[i]);
        }
        Sq8Query query = new Sq8Query(codes, metric);
        for (float[] vector : random(random, length)) {
            query.set(vector);
            float[] out = new float[IDS.length];
            for (int count = 0; count <= IDS.length; count++) {
                kernel.distances(query, bytes, stride, IDS, count, out);
                for (int i = 0; i < count; i++) {
                    check(metric, kernel, vector, decoded[IDS[i]], out[i]);
                }
            }
            long pair = kernel.pair(query, bytes, 4 * stride, 8 * stride);
            check(metric, kernel, vector, decoded[4], Sq8Kernel.first(pair));
            check(metric, kernel, vector, decoded[8], Sq8Kernel.second(pair));
        }
    }

    private static float[][] random(Random random, int length) {
        float[][] rows = new float[ROWS][length];
        for (float[] row : rows) {
            for (int i = 0; i < length; i++) {
                row[i] = (float) random.nextGaussian() * (1 + i % 3) + i % 2;
            }
        }
        return rows;
    }

    private static void check(
            Metric metric, Sq8Kernel kernel, float[] query, float[] row, float found) {
        double terms = 1e-6;
        for (int i = 0; i < row.length; i++) {
            terms += (Math.abs(query[i]) + 4) * (Math.abs(row[i]) + 4);
        }
        assertThat((double) found)
                .as("%s, length %d", kernel.getClass().getSimpleName(), row.length)
                .isCloseTo(ExactOracle.distance(metric, query, row), within(2e-6 * terms));
    }

    @ParameterizedTest
    @EnumSource(Metric.class)
    void errsByNoMoreThanItsSlackInAllButAFewCases(Metric metric) {
        int dimension = 96;
        float[][] rows = Rows.clustered(new Random(3), metric, 3000, dimension, 20);
        Sq8 codes = Sq8.of(Rows.of(dimension, rows));
        Sq8Query query = new Sq8Query(codes, metric);
        MemorySegment row = Arena.ofAuto().allocate(Sq8.rowBytes(dimension), 64);
        float[] decoded = new float[dimension];
        int worse = 0;
        double widest = 0;
        for (int i = 1; i < rows.length; i++) {
            float[] vector = rows[i - 1];
            query.set(vector);
            codes.encode(rows[i], row, 0);
            codes.decode(row, 0, decoded);
            double distance = ExactOracle.distance(metric, vector, decoded);
            double error = Math.abs(distance - ExactOracle.distance(metric, vector, rows[i]));
            double slack = query.slack(i, (float) distance);
            widest = Math.max(widest, error / slack);
            worse += error > slack ? 1 : 0;
        }
        assertThat(worse).isLessThanOrEqualTo(3);
        assertThat(widest).as("the slack is not idle").isGreaterThan(0.3);
    }

    @Test
    void keepsTheEndsOfEveryRangeAndWhatNeverChanges() {
        float[][] rows = {{-3, 5, 1e30f, 0}, {7, 5, -1e30f, 0}, {2, 5, 0, 0}};
        Vectors vectors = Rows.of(4, rows);
        Sq8 codes = Sq8.of(vectors);
        MemorySegment row = Arena.ofAuto().allocate(Sq8.rowBytes(4), 64);
        float[] decoded = new float[4];
        for (int i = 0; i < 2; i++) {
            codes.encode(rows[i], row, 0);
            codes.decode(row, 0, decoded);
            for (int j = 0; j < 4; j++) {
                assertThat(decoded[j]).isCloseTo(rows[i][j], within(Math.abs(rows[i][j]) / 1e5f));
            }
        }
        MemorySegment ranges = Arena.ofAuto().allocate(4L * Sq8.RANGE_BYTES);
        codes.write(ranges);
        Sq8 read = Sq8.read(ranges);
        assertThat(read.lows()).isEqualTo(codes.lows());
        assertThat(read.steps()).isEqualTo(codes.steps());
        assertThat(read.isSane()).isTrue();
        float[] bad = codes.steps().clone();
        bad[2] = Float.NaN;
        assertThat(new Sq8(codes.lows(), bad).isSane()).isFalse();
        assertThat(Arrays.equals(bad, codes.steps())).isFalse();
    }
}
