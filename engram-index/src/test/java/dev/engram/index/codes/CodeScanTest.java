package dev.engram.index.codes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.engram.index.Metric;
import dev.engram.index.Rotation;
import dev.engram.index.Rows;
import dev.engram.index.Vectors;
import dev.engram.index.Workers;
import dev.engram.index.kernel.Instructions;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class CodeScanTest {

    private static final int LANES = CodeBlock.LANES;
    private static final int LISTS = 200;
    private static final Instructions BEST = Instructions.best();

    private static List<CodeScan> scans() {
        List<CodeScan> scans = new ArrayList<>();
        scans.add(CodeScan.of(Instructions.SCALAR));
        if (BEST == Instructions.SIMD) {
            scans.add(new NarrowCodeScan());
            if (ScanLanes.areWide()) {
                scans.add(new WideCodeScan());
            }
        }
        return scans;
    }

    /** Coded vectors of three blocks. */
    private record Coded(
            float[][] rows, MemorySegment blocks, CodeTables tables, float[][] residuals) {}

    private static Coded coded(int dimension, int codes) {
        Random random = new Random(dimension);
        float[][] rows = Rows.clustered(random, Metric.DOT, 3 * LANES, dimension, 9);
        float[][] centroids = Rows.clustered(random, Metric.DOT, LISTS, dimension, 9);
        ProductQuantizer.Shape shape =
                new ProductQuantizer.Shape(dimension, codes, 4, Rotation.NONE, 1);
        float[][] residuals = new float[rows.length][dimension];
        for (int i = 0; i < rows.length; i++) {
            for (int j = 0; j < dimension; j++) {
                residuals[i][j] = rows[i][j] - centroids[i % LISTS][j];
            }
        }
        // A vector that is its centroid: its codes say nothing.
        residuals[5] = new float[dimension];
        rows[5] = centroids[5];
        ProductQuantizer quantizer =
                ProductQuantizer.train(shape, residuals, Workers.caller(), BEST);
        CodeEncoder encoder = new CodeEncoder(quantizer, BEST);
        float[] factors = new float[rows.length];
        for (int i = 0; i < rows.length; i++) {
            factors[i] = encoder.code(residuals[i]);
        }
        Scales scales = Scales.of(factors);
        int blockBytes = CodeBlock.bytes(codes);
        MemorySegment blocks = Arena.ofAuto().allocate(3L * blockBytes, 64);
        for (int i = 0; i < rows.length; i++) {
            encoder.code(residuals[i]);
            long block = (long) (i / LANES) * blockBytes;
            encoder.write(blocks, block, i % LANES, scales, factors[i], i % LISTS);
        }
        Vectors lists = Rows.of(dimension, centroids);
        CodeTables tables =
                new CodeTables(quantizer, lists, scales, Metric.DOT, Instructions.SCALAR);
        return new Coded(rows, blocks, tables, residuals);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 24, 128, 384, 1100})
    void isEqualToTheBitOnAllInstructions(int dimension) {
        int codes = Math.ceilDiv(dimension, 8) * 4;
        Coded coded = coded(dimension, codes);
        int blockBytes = CodeBlock.bytes(codes);
        coded.tables.set(coded.rows[3]);
        float[] expected = new float[2 * LANES];
        for (CodeScan scan : scans()) {
            float[] found = new float[2 * LANES];
            float worst = expected[7];
            long near = scan.scan(coded.blocks, blockBytes, 0, coded.tables, worst, found);
            if (scan instanceof ScalarCodeScan) {
                expected = found;
                continue;
            }
            assertThat(found).as("%s, %d", scan, dimension).isEqualTo(expected);
            for (int i = 0; i < found.length; i++) {
                assertThat((near >>> i & 1) == 1).isEqualTo(found[i] < worst);
            }
        }
    }

    @Test
    void estimatesDotProductsWithoutBias() {
        int dimension = 128;
        Coded coded = coded(dimension, 64);
        float[] estimates = new float[2 * LANES];
        double errors = 0;
        double squares = 0;
        double truths = 0;
        CodeScan scan = CodeScan.of(BEST);
        for (float[] query : coded.rows) {
            coded.tables.set(query);
            scan.scan(coded.blocks, 0, CodeBlock.bytes(64), coded.tables, 0, estimates);
            for (int i = 0; i < estimates.length; i++) {
                double dot = 0;
                for (int j = 0; j < dimension; j++) {
                    dot -= (double) query[j] * coded.rows[i][j];
                }
                errors += estimates[i] - dot;
                squares += (estimates[i] - dot) * (estimates[i] - dot);
                truths += dot * dot;
            }
        }
        double count = coded.rows.length * estimates.length;
        assertThat(squares / truths).isLessThan(0.02);
        assertThat(errors / count).isCloseTo(0, within(0.3 * Math.sqrt(squares / count)));
    }

    @Test
    void estimatesAVectorThatIsItsCentroidByThatAlone() {
        Coded coded = coded(24, 12);
        coded.tables.set(coded.rows[9]);
        float[] estimates = new float[2 * LANES];
        CodeScan.of(BEST).scan(coded.blocks, 0, 0, coded.tables, 0, estimates);
        assertThat(estimates[5]).isEqualTo(coded.tables.bases[5]);
    }

    @Test
    void keepsScalesInAByte() {
        float[] sample = new float[5000];
        for (int i = 0; i < sample.length; i++) {
            sample[i] = i % 50 == 0 ? 0 : 1 + i / 5000f;
        }
        sample[1] = 900;
        Scales scales = Scales.of(sample);
        assertThat(scales.isSane()).isTrue();
        for (float scale : new float[] {1.01f, 1.5f, 1.99f}) {
            assertThat(scales.value(scales.code(scale))).isCloseTo(scale, within(0.003f));
        }
        assertThat(scales.value(scales.code(0))).isZero();
        assertThat(scales.value(scales.code(900))).isCloseTo(2f, within(0.01f));
        assertThat(scales.value(scales.code(0.001f))).isCloseTo(1f, within(0.01f));
        Scales alike = Scales.of(new float[] {1.25f, 1.25f});
        assertThat(alike.value(alike.code(1.25f))).isEqualTo(1.25f);
        assertThat(Scales.of(new float[] {0, 0})).isEqualTo(new Scales(0, 0));
    }

    @Test
    void keepsRowsInAByteANumber() {
        float[] rows = {1, -2, 4, 0, 0, 0, 1e-6f, 3e-7f, -1e-6f};
        MemorySegment bytes = Arena.ofAuto().allocate(ByteRows.bytes(3, 3));
        ByteRows.write(rows, 3, 3, bytes);
        assertThat(ByteRows.isSane(bytes, 3)).isTrue();
        float[] read = ByteRows.read(bytes, 3, 3);
        for (int i = 0; i < rows.length; i++) {
            float most = i < 3 ? 4 : 1e-6f;
            assertThat(read[i]).isCloseTo(rows[i], within(most / 127));
        }
        MemorySegment again = Arena.ofAuto().allocate(ByteRows.bytes(3, 3));
        ByteRows.write(read, 3, 3, again);
        assertThat(again.mismatch(bytes)).as("written again").isEqualTo(-1);
    }
}
