package dev.engram.index.scan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.engram.error.CorruptException;
import dev.engram.error.EngramException;
import dev.engram.index.Golden;
import dev.engram.index.IndexSpec;
import dev.engram.index.Indexes;
import dev.engram.index.Metric;
import dev.engram.index.Neighbour;
import dev.engram.index.Rows;
import dev.engram.index.ScanWriter;
import dev.engram.index.VectorIndex;
import dev.engram.index.VectorIndex.Query;
import dev.engram.index.Vectors;
import dev.engram.index.VectorsWriter;
import dev.engram.index.Workers;
import dev.engram.storage.DiskStorage;
import dev.engram.storage.Storage;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ScanFileTest {

    private static final IndexSpec.Scan SPEC = new IndexSpec.Scan(4, 9);

    @TempDir private Path folder;
    private Storage storage = new DiskStorage(Path.of(""));

    @BeforeEach
    void open() {
        storage = new DiskStorage(folder);
    }

    private static Vectors some(Metric metric, int count) {
        float[][] rows = Rows.clustered(new Random(count), metric, count, 8, 5);
        for (int i = 20; i < count; i += 20) {
            rows[i] = rows[i / 2];
        }
        return Rows.of(8, rows);
    }

    @Test
    void isTheSameToTheByteOnAnyNumberOfThreads() throws IOException {
        Vectors vectors = some(Metric.DOT, 9000);
        Indexes.build(SPEC, vectors, Metric.DOT, storage, "caller");
        byte[] expected = Files.readAllBytes(folder.resolve("caller"));
        try (ExecutorService pool = Executors.newFixedThreadPool(4)) {
            for (int threads = 2; threads <= 3; threads++) {
                String name = "threads-" + threads;
                Workers workers = new Workers(pool, threads);
                Indexes.build(SPEC, vectors, Metric.DOT, storage, name, workers, _ -> {});
                assertThat(folder.resolve(name)).hasBinaryContent(expected);
            }
        }
        Indexes.build(new IndexSpec.Scan(4, 10), vectors, Metric.DOT, storage, "seed");
        assertThat(Files.readAllBytes(folder.resolve("seed"))).isNotEqualTo(expected);
    }

    @Test
    void isTheSameOfVectorsThatComeOneByOne() throws IOException {
        for (int count : new int[] {0, 1, 40, 4096, 9000}) {
            Vectors vectors = some(Metric.COSINE, count);
            Indexes.build(SPEC, vectors, Metric.COSINE, storage, "known-" + count);
            String name = "streamed-" + count;
            // Of so few vectors all are learnt from, in both ways.
            try (ScanWriter writer =
                    new ScanWriter(SPEC, 8, Metric.COSINE, count / 3, Workers.caller())) {
                for (int i = 0; i < count; i++) {
                    assertThat(writer.add(vectors.row(i))).isEqualTo(i);
                }
                assertThat(writer.count()).isEqualTo(count);
                assertThat(writer.finish(storage, name)).isEqualTo(storage.size(name));
            }
            assertThat(folder.resolve(name))
                    .hasBinaryContent(Files.readAllBytes(folder.resolve("known-" + count)));
        }
    }

    @Test
    void codesVectorsThatComeBehindTheSample() {
        int count = ScanBuilder.sampleMax() + ScanBuilder.BATCH + 77;
        float[][] rows = Rows.clustered(new Random(4), Metric.DOT, count, 4, 50);
        try (ScanWriter writer = new ScanWriter(SPEC, 4, Metric.DOT, 10, Workers.caller())) {
            for (float[] row : rows) {
                writer.add(row);
            }
            writer.finish(storage, "scan");
        }
        Vectors vectors = Rows.of(4, rows);
        Indexes.verify(SPEC, Metric.DOT, storage, vectorsFile(vectors), "scan");
        try (Arena arena = Arena.ofConfined()) {
            VectorIndex index = Indexes.open(SPEC, vectors, Metric.DOT, storage, "scan", arena);
            for (int i = count - 50; i < count; i++) {
                List<Neighbour> found = index.search(new Query(rows[i], 10, 100, null));
                List<Neighbour> all = index.search(new Query(rows[i], 10, count, null));
                assertThat(found.getFirst()).isEqualTo(all.getFirst());
            }
        }
    }

    private String vectorsFile(Vectors vectors) {
        try (VectorsWriter writer = new VectorsWriter(storage, "vectors", 4)) {
            for (int i = 0; i < vectors.count(); i++) {
                writer.add(vectors.row(i));
            }
            writer.finish();
        }
        return "vectors";
    }

    @Test
    void leavesNothingWhereTheBuildIsStopped() {
        Vectors vectors = some(Metric.DOT, 600);
        assertThatThrownBy(
                        () ->
                                Indexes.build(
                                        SPEC,
                                        vectors,
                                        Metric.DOT,
                                        storage,
                                        "scan",
                                        Workers.caller(),
                                        done -> {
                                            throw new IllegalStateException("stop at " + done);
                                        }))
                .hasMessage("stop at 600");
        assertThat(storage.list()).isEmpty();
    }

    @Test
    void keepsAFileThatHadTheNameBefore() throws IOException {
        Files.writeString(folder.resolve("scan"), "mine");
        Vectors vectors = some(Metric.DOT, 9);
        assertThatThrownBy(() -> Indexes.build(SPEC, vectors, Metric.DOT, storage, "scan"))
                .isInstanceOf(EngramException.class);
        assertThat(folder.resolve("scan")).hasContent("mine");
    }

    @Test
    void refusesAVectorOfAnotherDimension() {
        try (ScanWriter writer = new ScanWriter(SPEC, 4, Metric.DOT, 10, Workers.caller())) {
            assertThatThrownBy(() -> writer.add(new float[5]))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("vector: 5 components (expected: 4)");
        }
    }

    @Test
    void refusesEveryFlippedBitOrAnswersAsBefore() throws IOException {
        Vectors vectors = some(Metric.DOT, 200);
        Indexes.build(SPEC, vectors, Metric.DOT, storage, "scan");
        byte[] good = Files.readAllBytes(folder.resolve("scan"));
        List<Neighbour> answers = search(vectors, good);
        Random random = new Random(1);
        int refused = 0;
        for (int at = 0; at < good.length; at++) {
            byte[] bad = good.clone();
            bad[at] ^= (byte) (1 << random.nextInt(8));
            refused += isRefused(vectors, bad, answers) ? 1 : 0;
            assertThat(isRefusedByVerify(vectors)).as("byte %d", at).isTrue();
        }
        assertThat(refused).isGreaterThan(good.length / 2);
    }

    @Test
    void refusesEveryTruncatedFile() throws IOException {
        Vectors vectors = some(Metric.DOT, 200);
        Indexes.build(SPEC, vectors, Metric.DOT, storage, "scan");
        byte[] good = Files.readAllBytes(folder.resolve("scan"));
        for (int length = 0; length < good.length; length += 37) {
            assertThat(isRefused(vectors, Arrays.copyOf(good, length), List.of())).isTrue();
        }
        assertThat(isRefused(vectors, Arrays.copyOf(good, good.length + 64), List.of())).isTrue();
    }

    private boolean isRefused(Vectors vectors, byte[] file, List<Neighbour> answers)
            throws IOException {
        try {
            assertThat(search(vectors, file)).isEqualTo(answers);
            return false;
        } catch (EngramException e) {
            assertThat(e).hasMessageContaining(folder.resolve("bad").toString());
            return true;
        }
    }

    private List<Neighbour> search(Vectors vectors, byte[] file) throws IOException {
        Files.write(folder.resolve("bad"), file);
        try (Arena arena = Arena.ofConfined()) {
            VectorIndex index = Indexes.open(SPEC, vectors, Metric.DOT, storage, "bad", arena);
            return index.search(new Query(vectors.row(0), 5, 5, null));
        }
    }

    private boolean isRefusedByVerify(Vectors vectors) {
        try {
            ScanIndex.verify(Rows.kept(vectors, Metric.DOT), Metric.DOT, storage, "bad");
            return false;
        } catch (EngramException e) {
            assertThat(e).hasMessageContaining(folder.resolve("bad").toString());
            return true;
        }
    }

    @Test
    void refusesTheCodesOfOtherVectors() {
        Vectors vectors = some(Metric.DOT, 60);
        Indexes.build(SPEC, vectors, Metric.DOT, storage, "scan");
        refuses(some(Metric.DOT, 61), Metric.DOT, "vectors: 60 (expected: 61)");
        refuses(vectors, Metric.COSINE, "metric: 1 (expected: 0)");
        refuses(Rows.of(9, new float[60][9]), Metric.DOT, "dimension: 8 (expected: 9)");
    }

    private void refuses(Vectors vectors, Metric metric, String message) {
        try (Arena arena = Arena.ofConfined()) {
            assertThatThrownBy(() -> Indexes.open(SPEC, vectors, metric, storage, "scan", arena))
                    .isInstanceOf(CorruptException.class)
                    .hasMessageContaining(message);
        }
    }

    @Test
    void refusesSettingsThatCannotBe() {
        assertThatThrownBy(() -> new IndexSpec.Scan(9, 1))
                .hasMessage("codeBytes: 9 (expected: an even number)");
        assertThatThrownBy(() -> new IndexSpec.Scan(514, 1))
                .hasMessage("codeBytes: 514 (expected: 0..512)");
    }

    @Test
    void choosesListsAndCodesThatSuit() {
        assertThat(IntStream.of(0, 1, 127, 256, 10_000, 1_000_000).map(ScanModel::lists))
                .containsExactly(1, 1, 1, 2, 78, 256);
        IndexSpec.Scan usual = new IndexSpec.Scan();
        assertThat(IntStream.of(1, 9, 128, 384, 768, 65_536).map(d -> ScanModel.codes(usual, d)))
                .containsExactly(4, 12, 16, 48, 96, 1024);
        assertThat(ScanModel.codes(new IndexSpec.Scan(16, 1), 384)).isEqualTo(32);
        assertThat(ScanModel.codes(new IndexSpec.Scan(16, 1), 6)).isEqualTo(8);
    }

    /** Changed bytes are a new version of the kind: see docs/FORMAT.md. */
    @Test
    void isWrittenAsTheGoldenFileShows() throws IOException {
        float[][] rows = new float[40][];
        for (int i = 0; i < rows.length; i++) {
            rows[i] = new float[] {i * i % 13, i % 5, i % 3};
        }
        rows[11] = rows[3];
        Indexes.build(SPEC, Rows.of(3, rows), Metric.DOT, storage, "scan");
        Golden.check(ScanFileTest.class, "scan-1.hex", Files.readAllBytes(folder.resolve("scan")));
    }
}
