package dev.engram.index.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.engram.error.CorruptException;
import dev.engram.error.EngramException;
import dev.engram.index.Codes;
import dev.engram.index.Golden;
import dev.engram.index.IndexSpec;
import dev.engram.index.Indexes;
import dev.engram.index.Metric;
import dev.engram.index.Neighbour;
import dev.engram.index.Rows;
import dev.engram.index.VectorIndex.Query;
import dev.engram.index.Vectors;
import dev.engram.index.Workers;
import dev.engram.index.kernel.Instructions;
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
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

final class HnswFileTest {

    private static final IndexSpec.Hnsw SPEC = new IndexSpec.Hnsw(4, 20, 9);

    /** Bytes of a file in which a bit is flipped, at most. */
    private static final int FLIPS = 3000;

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

    static Stream<Arguments> layouts() {
        return Arrays.stream(Metric.values())
                .flatMap(
                        metric ->
                                Arrays.stream(Codes.values())
                                        .filter(codes -> isSupported(metric, codes))
                                        .map(codes -> Arguments.of(metric, codes)));
    }

    /** Rows of codes differ in their bits only: the first and the last of a family stand for it. */
    private static boolean isSupported(Metric metric, Codes codes) {
        return switch (codes) {
            case NONE, SQ8, BLOCKS -> codes.tell(metric);
            case RABITQ1, RABITQ4, PQ -> metric == Metric.EUCLIDEAN;
            case RABITQ2, RABITQ3 -> false;
        };
    }

    @ParameterizedTest
    @MethodSource("layouts")
    void isTheSameToTheByteOnAnyNumberOfThreads(Metric metric, Codes codes) throws IOException {
        Vectors vectors = some(metric, 3000);
        IndexSpec spec = SPEC.with(codes);
        Indexes.build(spec, vectors, metric, storage, "caller");
        byte[] expected = Files.readAllBytes(folder.resolve("caller"));
        try (ExecutorService pool = Executors.newFixedThreadPool(4)) {
            for (int threads = 1; threads <= 4; threads++) {
                String name = "threads-" + threads;
                Workers workers = new Workers(pool, threads);
                Indexes.build(spec, vectors, metric, storage, name, workers, _ -> {});
                assertThat(folder.resolve(name)).hasBinaryContent(expected);
            }
        }
        IndexSpec other = new IndexSpec.Hnsw(4, 20, 10, codes);
        Indexes.build(other, vectors, metric, storage, "seed");
        assertThat(Files.readAllBytes(folder.resolve("seed"))).isNotEqualTo(expected);
    }

    @Test
    void endsAlsoWhereTheExecutorLendsNoThread() throws IOException {
        Vectors vectors = some(Metric.DOT, 600);
        Workers workers = new Workers(_ -> {}, 3);
        Indexes.build(SPEC, vectors, Metric.DOT, storage, "alone", workers, _ -> {});
        Indexes.build(SPEC, vectors, Metric.DOT, storage, "caller");
        assertThat(folder.resolve("alone"))
                .hasBinaryContent(Files.readAllBytes(folder.resolve("caller")));
    }

    @Test
    void leavesNothingWhereTheBuildIsStopped() {
        Vectors vectors = some(Metric.DOT, 600);
        Workers workers = Workers.caller();
        assertThatThrownBy(
                        () ->
                                Indexes.build(
                                        SPEC,
                                        vectors,
                                        Metric.DOT,
                                        storage,
                                        "graph",
                                        workers,
                                        done -> {
                                            throw new IllegalStateException("stop at " + done);
                                        }))
                .hasMessage("stop at 256");
        assertThat(storage.list()).isEmpty();
    }

    @Test
    void keepsAFileThatHadTheNameBefore() throws IOException {
        Files.writeString(folder.resolve("graph"), "mine");
        assertThatThrownBy(
                        () ->
                                Indexes.build(
                                        SPEC, some(Metric.DOT, 9), Metric.DOT, storage, "graph"))
                .isInstanceOf(EngramException.class);
        assertThat(folder.resolve("graph")).hasContent("mine");
    }

    /**
     * At opening, or when a search touches it; a check of all finds also what no search touched.
     */
    @ParameterizedTest
    @EnumSource(names = {"NONE", "SQ8", "BLOCKS", "RABITQ4", "PQ"})
    void refusesEveryFlippedBitOrAnswersAsBefore(Codes codes) throws IOException {
        // So many that a search goes by the graph, and so few that it touches most chunks.
        Vectors vectors = some(Metric.EUCLIDEAN, codes == Codes.BLOCKS ? 320 : 640);
        Indexes.build(SPEC.with(codes), vectors, Metric.EUCLIDEAN, storage, "graph");
        byte[] good = Files.readAllBytes(folder.resolve("graph"));
        List<Neighbour> answers = search(codes, vectors, good);
        Random random = new Random(1);
        int refused = 0;
        int step = 1 + good.length / FLIPS;
        for (int at = 0; at < good.length; at += step) {
            byte[] bad = good.clone();
            bad[at] ^= (byte) (1 << random.nextInt(8));
            refused += isRefused(codes, vectors, bad, answers) ? 1 : 0;
            assertThat(isRefusedByVerify(codes, vectors)).as("byte %d", at).isTrue();
        }
        assertThat(refused).isGreaterThan(good.length / step / 2);
    }

    /** Sections of many chunks, of which a search touches some. */
    @ParameterizedTest
    @EnumSource(Codes.class)
    void neverAnswersWrongWhereSomeOfManyChunksAreDamaged(Codes codes) throws IOException {
        Vectors vectors = some(Metric.EUCLIDEAN, 3000);
        Indexes.build(SPEC.with(codes), vectors, Metric.EUCLIDEAN, storage, "graph");
        byte[] good = Files.readAllBytes(folder.resolve("graph"));
        List<Neighbour> answers = search(codes, vectors, good);
        Random random = new Random(1);
        int refused = 0;
        for (int i = 0; i < 200; i++) {
            byte[] bad = good.clone();
            int at = random.nextInt(good.length);
            bad[at] ^= (byte) (1 << random.nextInt(8));
            refused += isRefused(codes, vectors, bad, answers) ? 1 : 0;
            assertThat(isRefusedByVerify(codes, vectors)).as("byte %d", at).isTrue();
        }
        assertThat(refused).isPositive();
    }

    @ParameterizedTest
    @EnumSource(names = {"NONE", "SQ8", "BLOCKS", "RABITQ4", "PQ"})
    void refusesEveryTruncatedFile(Codes codes) throws IOException {
        Vectors vectors = some(Metric.EUCLIDEAN, 60);
        Indexes.build(SPEC.with(codes), vectors, Metric.EUCLIDEAN, storage, "graph");
        byte[] good = Files.readAllBytes(folder.resolve("graph"));
        for (int length = 0; length < good.length; length += 37) {
            assertThat(isRefused(codes, vectors, Arrays.copyOf(good, length), List.of())).isTrue();
        }
        byte[] longer = Arrays.copyOf(good, good.length + 64);
        assertThat(isRefused(codes, vectors, longer, List.of())).isTrue();
    }

    /** Whether opening or one search refuses a file; where not, the answers must be right. */
    private boolean isRefused(Codes codes, Vectors vectors, byte[] file, List<Neighbour> answers)
            throws IOException {
        try {
            assertThat(search(codes, vectors, file)).isEqualTo(answers);
            return false;
        } catch (EngramException e) {
            assertThat(e).hasMessageContaining(folder.resolve("bad").toString());
            return true;
        }
    }

    private List<Neighbour> search(Codes codes, Vectors vectors, byte[] file) throws IOException {
        Files.write(folder.resolve("bad"), file);
        try (Arena arena = Arena.ofConfined()) {
            return open(codes, vectors, Metric.EUCLIDEAN, "bad", arena)
                    .search(new Query(vectors.row(0), 5, 5, null));
        }
    }

    private boolean isRefusedByVerify(Codes codes, Vectors vectors) {
        try {
            HnswIndex.verify(
                    codes, Rows.kept(vectors, Metric.EUCLIDEAN), Metric.EUCLIDEAN, storage, "bad");
            return false;
        } catch (EngramException e) {
            assertThat(e).hasMessageContaining(folder.resolve("bad").toString());
            return true;
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"NONE", "SQ8", "BLOCKS", "RABITQ4", "PQ"})
    void refusesTheGraphOfOtherVectors(Codes codes) {
        Vectors vectors = some(Metric.EUCLIDEAN, 60);
        Indexes.build(SPEC.with(codes), vectors, Metric.EUCLIDEAN, storage, "graph");
        try (Arena arena = Arena.ofConfined()) {
            assertThatThrownBy(
                            () ->
                                    open(
                                            codes,
                                            some(Metric.DOT, 61),
                                            Metric.EUCLIDEAN,
                                            "graph",
                                            arena))
                    .isInstanceOf(CorruptException.class)
                    .hasMessageContaining("vectors: 60 (expected: 61)");
            assertThatThrownBy(() -> open(codes, vectors, Metric.DOT, "graph", arena))
                    .isInstanceOf(CorruptException.class)
                    .hasMessageContaining("metric: 2 (expected: 1)");
            Vectors wider = Rows.of(9, new float[60][9]);
            assertThatThrownBy(() -> open(codes, wider, Metric.EUCLIDEAN, "graph", arena))
                    .isInstanceOf(CorruptException.class)
                    .hasMessageContaining("dimension: 8 (expected: 9)");
        }
    }

    @Test
    void refusesTheFileOfAnotherLayout() {
        Vectors vectors = some(Metric.EUCLIDEAN, 60);
        for (Codes written : Codes.values()) {
            Indexes.build(SPEC.with(written), vectors, Metric.EUCLIDEAN, storage, written.name());
        }
        try (Arena arena = Arena.ofConfined()) {
            assertThatThrownBy(() -> open(Codes.SQ8, vectors, Metric.EUCLIDEAN, "NONE", arena))
                    .isInstanceOf(CorruptException.class)
                    .hasMessageContaining("kind: HNSW (expected: LEAN)");
            assertThatThrownBy(() -> open(Codes.BLOCKS, vectors, Metric.EUCLIDEAN, "SQ8", arena))
                    .isInstanceOf(CorruptException.class)
                    .hasMessageContaining("kind: LEAN (expected: FAST)");
            assertThatThrownBy(() -> open(Codes.NONE, vectors, Metric.EUCLIDEAN, "BLOCKS", arena))
                    .isInstanceOf(CorruptException.class)
                    .hasMessageContaining("kind: FAST (expected: HNSW)");
        }
    }

    private HnswIndex open(Codes codes, Vectors vectors, Metric metric, String name, Arena arena) {
        return HnswIndex.open(
                codes,
                Rows.kept(vectors, metric),
                metric,
                Instructions.best(),
                storage,
                name,
                arena);
    }

    /** Changed bytes are a new version of the kind: see docs/FORMAT.md. */
    @ParameterizedTest
    @EnumSource(Codes.class)
    void isWrittenAsTheGoldenFileShows(Codes codes) throws IOException {
        float[][] rows = new float[24][];
        for (int i = 0; i < rows.length; i++) {
            rows[i] = new float[] {i * i % 13, i % 5};
        }
        rows[11] = rows[3];
        rows[17] = rows[3];
        Vectors vectors = Rows.of(2, rows);
        IndexSpec spec = new IndexSpec.Hnsw(2, 4, 3, codes);
        Indexes.build(spec, vectors, Metric.EUCLIDEAN, storage, "graph");
        byte[] file = Files.readAllBytes(folder.resolve("graph"));
        Golden.check(HnswFileTest.class, goldenFile(codes), file);
        try (Arena arena = Arena.ofConfined()) {
            HnswIndex index = open(codes, vectors, Metric.EUCLIDEAN, "graph", arena);
            Explorer explorer = index.explorer();
            for (int i = 0; i < rows.length; i++) {
                explorer.explore(new Query(rows[i], 1, 24, null), null, Long.MAX_VALUE / 4);
                int first = 0;
                while (!Arrays.equals(rows[first], rows[i])) {
                    first++;
                }
                assertThat(explorer.found().neighbours().getFirst())
                        .isEqualTo(new Neighbour(first, 0));
            }
            assertThat(index.search(new Query(rows[3], 3, 24, null)))
                    .containsExactly(
                            new Neighbour(3, 0), new Neighbour(11, 0), new Neighbour(17, 0));
        }
        HnswIndex.verify(
                codes, Rows.kept(vectors, Metric.EUCLIDEAN), Metric.EUCLIDEAN, storage, "graph");
    }

    private static String goldenFile(Codes codes) {
        return switch (codes) {
            case NONE -> "hnsw-2.hex";
            case SQ8 -> "lean-2.hex";
            case BLOCKS -> "fast-1.hex";
            case RABITQ1 -> "rabitq1-1.hex";
            case RABITQ2 -> "rabitq2-1.hex";
            case RABITQ3 -> "rabitq3-1.hex";
            case RABITQ4 -> "rabitq4-1.hex";
            case PQ -> "pq-1.hex";
        };
    }
}
