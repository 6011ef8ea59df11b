package dev.engram.index.codes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.engram.index.ExactOracle;
import dev.engram.index.Metric;
import dev.engram.index.Rows;
import dev.engram.index.Vectors;
import dev.engram.index.Workers;
import dev.engram.index.kernel.Instructions;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class ProductRowsTest {

    private static final int COUNT = 2000;
    private static final int QUERIES = 20;

    private static MemorySegment encode(ProductRows codes, Vectors vectors) {
        MemorySegment rows = Arena.ofAuto().allocate(codes.bytes(vectors.count()), 64);
        RowCodes.Encoder encoder = codes.encoder();
        for (int i = 0; i < vectors.count(); i++) {
            encoder.encode(vectors.row(i), rows, (long) i * codes.rowBytes());
        }
        return rows;
    }

    @ParameterizedTest
    @EnumSource(Metric.class)
    void errsByNoMoreThanTheMeasuredBoundInMostCases(Metric metric) {
        int dimension = 45;
        float[][] all = Rows.clustered(new Random(7), metric, COUNT + QUERIES, dimension, 10);
        Vectors vectors = Rows.of(dimension, Arrays.copyOf(all, COUNT));
        ProductRows codes = ProductRows.train(vectors, metric, 5, Workers.caller());
        MemorySegment rows = encode(codes, vectors);
        RowQuery query = codes.query(metric, Instructions.best(), rows);
        int[] ids = new int[COUNT];
        Arrays.setAll(ids, i -> i);
        float[] found = new float[COUNT];
        int good = 0;
        double squares = 0;
        for (int q = COUNT; q < all.length; q++) {
            query.set(all[q]);
            query.distances(ids, COUNT, found);
            for (int i = 0; i < COUNT; i++) {
                double error = found[i] - ExactOracle.distance(metric, all[q], all[i]);
                double share = error / query.slack(i, found[i]);
                good += share <= 1 ? 1 : 0;
                squares += share * share;
            }
        }
        double cases = (double) COUNT * QUERIES;
        // How much farther codes say a vector is: what a search must not be misled by.
        assertThat(good / cases).as("within the bound").isGreaterThan(0.95);
        assertThat(Math.sqrt(squares / cases)).as("not idle").isBetween(0.3, 0.7);
    }

    @Test
    void isReadAsItWasWritten() {
        Vectors vectors = Rows.of(9, Rows.clustered(new Random(1), Metric.DOT, 300, 9, 3));
        ProductRows codes = ProductRows.train(vectors, Metric.DOT, 5, Workers.caller());
        MemorySegment model = Arena.ofAuto().allocate(codes.modelBytes(), 64);
        codes.writeModel(model);
        assertThat(ProductRows.isSane(model, 9)).isTrue();
        ProductRows read = ProductRows.read(model, Metric.DOT, 9);
        assertThat(read.mean()).isEqualTo(codes.mean());
        assertThat(read.spread()).isCloseTo(codes.spread(), within(0f));
        assertThat(encode(read, vectors).mismatch(encode(codes, vectors))).isEqualTo(-1);
        assertThat(ProductRows.isSane(model, 10)).isFalse();
        assertThat(ProductRows.isSane(model.asSlice(0, 20), 9)).isFalse();
        model.set(ValueLayout.JAVA_FLOAT, 0, Float.NaN);
        assertThat(ProductRows.isSane(model, 9)).isFalse();
    }
}
