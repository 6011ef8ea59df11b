package dev.engram.index.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.engram.error.CorruptException;
import dev.engram.error.EngramException;
import dev.engram.error.UnavailableException;
import dev.engram.index.FlatIndex;
import dev.engram.index.Golden;
import dev.engram.index.IndexSpec;
import dev.engram.index.Indexes;
import dev.engram.index.Metric;
import dev.engram.index.Ordinals;
import dev.engram.index.Rows;
import dev.engram.index.VectorIndex.Query;
import dev.engram.index.Vectors;
import dev.engram.index.Workers;
import dev.engram.index.kernel.Instructions;
import dev.engram.storage.DiskStorage;
import dev.engram.storage.SegmentFile;
import dev.engram.storage.Storage;
import dev.engram.testkit.FaultyStorage;
import dev.engram.testkit.MemoryStorage;
import dev.engram.testkit.StoragePoint;
import dev.engram.testkit.StorageTrouble;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class DiskFileTest {

    private static final IndexSpec.DiskAnn SPEC = new IndexSpec.DiskAnn(8, 20, 1.2, 0, 9);
    private static final int PAGE = 4096;

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

    private void build(Vectors vectors, String name) {
        Indexes.build(SPEC, vectors, Metric.EUCLIDEAN, storage, name);
    }

    private DiskIndex open(Vectors vectors, String name, long memory, Arena arena) {
        return DiskIndex.open(
                Rows.kept(vectors, Metric.EUCLIDEAN),
                Metric.EUCLIDEAN,
                Instructions.best(),
                storage,
                name,
                memory,
                arena);
    }

    @ParameterizedTest
    @EnumSource(Metric.class)
    void isTheSameToTheByteOnAnyNumberOfThreads(Metric metric) throws IOException {
        Vectors vectors = some(metric, 1500);
        Indexes.build(SPEC, vectors, metric, storage, "caller");
        byte[] expected = Files.readAllBytes(folder.resolve("caller"));
        try (ExecutorService pool = Executors.newFixedThreadPool(3)) {
            for (int threads = 2; threads <= 3; threads++) {
                Workers workers = new Workers(pool, threads);
                Indexes.build(SPEC, vectors, metric, storage, "n" + threads, workers, _ -> {});
                assertThat(folder.resolve("n" + threads)).hasBinaryContent(expected);
            }
        }
        IndexSpec other = new IndexSpec.DiskAnn(8, 20, 1.2, 0, 10);
        Indexes.build(other, vectors, metric, storage, "seed");
        assertThat(Files.readAllBytes(folder.resolve("seed"))).isNotEqualTo(expected);
    }

    @Test
    void isAFileWhoseEveryByteIsChecked() {
        build(some(Metric.EUCLIDEAN, 300), "disk");
        try (Arena arena = Arena.ofConfined()) {
            SegmentFile.open(storage, "disk", DiskLayout.KIND, arena).verify();
        }
    }

    @Test
    void leavesNothingWhereTheBuildIsStopped() {
        Workers workers = Workers.caller();
        Vectors vectors = some(Metric.DOT, 600);
        assertThatThrownBy(
                        () ->
                                Indexes.build(
                                        SPEC,
                                        vectors,
                                        Metric.DOT,
                                        storage,
                                        "disk",
                                        workers,
                                        done -> {
                                            throw new IllegalStateException("stop at " + done);
                                        }))
                .hasMessage("stop at 128");
        assertThat(storage.list()).isEmpty();
    }

    @Test
    void refusesEveryFlippedBitOrAnswersAsBefore() throws IOException {
        Vectors vectors = some(Metric.EUCLIDEAN, 120);
        build(vectors, "disk");
        byte[] good = Files.readAllBytes(folder.resolve("disk"));
        Random random = new Random(1);
        for (int at = 0; at < good.length; at += 13) {
            byte[] bad = good.clone();
            bad[at] ^= (byte) (1 << random.nextInt(8));
            if (!isRefused(vectors, bad)) {
                // The lead before the blocks, gaps between sections, words that mean nothing.
                assertThat(good[at]).as("byte %d", at).isZero();
            }
        }
    }

    @Test
    void refusesEveryTruncatedFile() throws IOException {
        Vectors vectors = some(Metric.EUCLIDEAN, 60);
        build(vectors, "disk");
        byte[] good = Files.readAllBytes(folder.resolve("disk"));
        for (int length = 0; length < good.length; length += 331) {
            assertThat(isRefused(vectors, Arrays.copyOf(good, length))).isTrue();
        }
        assertThat(isRefused(vectors, Arrays.copyOf(good, good.length + 64))).isTrue();
    }

    /** Searches so that every block is read, those of places too. */
    private boolean isRefused(Vectors vectors, byte[] file) throws IOException {
        Files.write(folder.resolve("bad"), file);
        try (Arena arena = Arena.ofConfined();
                DiskIndex index = open(vectors, "bad", 0, arena)) {
            FlatIndex exact = new FlatIndex(vectors, Metric.EUCLIDEAN);
            Query all = new Query(vectors.row(0), 5, 10, null);
            assertThat(index.exact().search(all)).isEqualTo(exact.search(all));
            Query few = new Query(vectors.row(0), 5, 10, Ordinals.of(vectors.count(), 7));
            assertThat(index.search(few)).isEqualTo(exact.search(few));
            return false;
        } catch (EngramException e) {
            assertThat(e).hasMessageContaining(folder.resolve("bad").toString());
            return true;
        }
    }

    @Test
    void namesTheBlockThatIsDamagedWhenItIsRead() throws IOException {
        Vectors vectors = some(Metric.EUCLIDEAN, 400);
        build(vectors, "disk");
        byte[] bytes = Files.readAllBytes(folder.resolve("disk"));
        bytes[3 * PAGE + 100] ^= 1;
        Files.write(folder.resolve("disk"), bytes);
        try (Arena arena = Arena.ofConfined();
                DiskIndex index = open(vectors, "disk", least(vectors, "disk"), arena)) {
            Query query = new Query(vectors.row(0), 5, 10, null);
            assertThatThrownBy(() -> index.exact().search(query))
                    .isInstanceOf(CorruptException.class)
                    .hasMessageContaining(folder.resolve("disk") + " at byte " + 3 * PAGE)
                    .hasMessageContaining("block 2 crc32c");
        }
    }

    @Test
    void refusesABlockInThePlaceOfAnother() throws IOException {
        Vectors vectors = some(Metric.EUCLIDEAN, 400);
        build(vectors, "disk");
        build(some(Metric.EUCLIDEAN, 401), "other");
        byte[] good = Files.readAllBytes(folder.resolve("disk"));
        byte[] swapped = good.clone();
        System.arraycopy(good, 2 * PAGE, swapped, PAGE, PAGE);
        assertThat(isRefused(vectors, swapped)).isTrue();
        byte[] foreign = good.clone();
        System.arraycopy(Files.readAllBytes(folder.resolve("other")), PAGE, foreign, PAGE, PAGE);
        assertThat(isRefused(vectors, foreign)).isTrue();
        byte[] zeroed = good.clone();
        Arrays.fill(zeroed, PAGE, 2 * PAGE, (byte) 0);
        assertThat(isRefused(vectors, zeroed)).isTrue();
    }

    @Test
    void refusesTheFileOfOtherVectorsOrAnotherMetric() {
        Vectors vectors = some(Metric.EUCLIDEAN, 60);
        build(vectors, "disk");
        Indexes.build(new IndexSpec.Hnsw(), vectors, Metric.EUCLIDEAN, storage, "hnsw");
        try (Arena arena = Arena.ofConfined()) {
            assertThatThrownBy(() -> open(some(Metric.EUCLIDEAN, 61), "disk", 0, arena))
                    .isInstanceOf(CorruptException.class)
                    .hasMessageContaining("vectors: 60 (expected: 61)");
            assertThatThrownBy(() -> open(Rows.of(9, new float[60][9]), "disk", 0, arena))
                    .isInstanceOf(CorruptException.class)
                    .hasMessageContaining("dimension: 8 (expected: 9)");
            assertThatThrownBy(() -> Indexes.openOnDisk(Metric.DOT, storage, "disk", 0, arena))
                    .isInstanceOf(CorruptException.class)
                    .hasMessageContaining("metric: 2 (expected: 1)");
            assertThatThrownBy(() -> open(vectors, "hnsw", 0, arena))
                    .isInstanceOf(CorruptException.class)
                    .hasMessageContaining("kind: HNSW (expected: DISK)");
        }
    }

    /** The smallest bound that works, as the refusal of a smaller one names it. */
    private long least(Vectors vectors, String name) {
        try (Arena arena = Arena.ofConfined()) {
            open(vectors, name, 1, arena).close();
            throw new AssertionError("one byte was enough");
        } catch (IllegalArgumentException e) {
            assertThat(e)
                    .hasMessageStartingWith("memory: 1 bytes (expected: >= ")
                    .hasMessageContaining(storage.describe(name));
            return Long.parseLong(e.getMessage().replaceAll(".*>= (\\d+) .*", "$1"));
        }
    }

    @Test
    void holdsNoMoreInMemoryThanItsBound() {
        Vectors vectors = some(Metric.EUCLIDEAN, 3000);
        build(vectors, "disk");
        long least = least(vectors, "disk");
        FlatIndex exact = new FlatIndex(vectors, Metric.EUCLIDEAN);
        try (Arena arena = Arena.ofShared()) {
            for (long more : new long[] {0, 1, PAGE, 10 * PAGE, 1 << 20, 1 << 30}) {
                try (DiskIndex index = open(vectors, "disk", least + more, arena)) {
                    assertThat(index.residentBytes()).isBetween(least, least + more);
                    Query query = new Query(vectors.row(1), 10, 100, null);
                    assertThat(index.exact().search(query)).isEqualTo(exact.search(query));
                    assertThat(index.search(query).getFirst().distance()).isZero();
                }
            }
        }
    }

    @Test
    void searchesOnAfterAReadThatFailed() {
        FaultyStorage faulty = new FaultyStorage(new MemoryStorage());
        storage = faulty;
        Vectors vectors = some(Metric.EUCLIDEAN, 3000);
        build(vectors, "disk");
        Query query = new Query(vectors.row(1), 5, 20, null);
        try (Arena arena = Arena.ofConfined();
                DiskIndex index = open(vectors, "disk", least(vectors, "disk"), arena)) {
            var expected = index.search(query);
            for (int nth = 1; nth <= 4; nth++) {
                faulty.failAt(StoragePoint.READ, nth, StorageTrouble.UNAVAILABLE);
                assertThatThrownBy(() -> index.search(query))
                        .isInstanceOf(UnavailableException.class);
                assertThat(index.search(query)).isEqualTo(expected);
            }
        }
        faulty.assertNothingOpen();
    }

    /** Changed bytes are a new version of the kind: see docs/FORMAT.md. */
    @Test
    void isWrittenAsTheGoldenFileShows() throws IOException {
        float[][] rows = new float[24][];
        for (int i = 0; i < rows.length; i++) {
            rows[i] = new float[] {i * i % 13, i % 5};
        }
        rows[11] = rows[3];
        rows[17] = rows[3];
        IndexSpec spec = new IndexSpec.DiskAnn(4, 8, 1.2, 1, 3);
        Indexes.build(spec, Rows.of(2, rows), Metric.EUCLIDEAN, storage, "disk");
        Golden.check(DiskFileTest.class, "disk-1.hex", Files.readAllBytes(folder.resolve("disk")));
    }
}
