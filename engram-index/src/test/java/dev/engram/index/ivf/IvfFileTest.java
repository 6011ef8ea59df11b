package dev.engram.index.ivf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.engram.error.CorruptException;
import dev.engram.error.EngramException;
import dev.engram.index.FlatIndex;
import dev.engram.index.Golden;
import dev.engram.index.IndexSpec;
import dev.engram.index.Indexes;
import dev.engram.index.Metric;
import dev.engram.index.Neighbour;
import dev.engram.index.Ordinals;
import dev.engram.index.Rotation;
import dev.engram.index.Rows;
import dev.engram.index.SearchCost;
import dev.engram.index.VectorIndex;
import dev.engram.index.VectorIndex.Query;
import dev.engram.index.VectorSource;
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
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class IvfFileTest {

    private static final IndexSpec.IvfPq SPEC = new IndexSpec.IvfPq(4, 4, 1, Rotation.NONE, 9);

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

    @ParameterizedTest
    @EnumSource(Rotation.class)
    void isTheSameToTheByteOnAnyNumberOfThreads(Rotation rotation) throws IOException {
        Vectors vectors = some(Metric.EUCLIDEAN, 9000);
        IndexSpec spec = new IndexSpec.IvfPq(40, 4, 2, rotation, 9);
        Indexes.build(spec, vectors, Metric.EUCLIDEAN, storage, "caller");
        byte[] expected = Files.readAllBytes(folder.resolve("caller"));
        try (ExecutorService pool = Executors.newFixedThreadPool(4)) {
            for (int threads = 2; threads <= 4; threads++) {
                String name = "threads-" + threads;
                Workers workers = new Workers(pool, threads);
                Indexes.build(spec, vectors, Metric.EUCLIDEAN, storage, name, workers, _ -> {});
                assertThat(folder.resolve(name)).hasBinaryContent(expected);
            }
        }
        IndexSpec other = new IndexSpec.IvfPq(40, 4, 2, rotation, 10);
        Indexes.build(other, vectors, Metric.EUCLIDEAN, storage, "seed");
        assertThat(Files.readAllBytes(folder.resolve("seed"))).isNotEqualTo(expected);
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
                                        "lists",
                                        Workers.caller(),
                                        done -> {
                                            throw new IllegalStateException("stop at " + done);
                                        }))
                .hasMessage("stop at 600");
        assertThat(storage.list()).isEmpty();
    }

    @Test
    void keepsAFileThatHadTheNameBefore() throws IOException {
        Files.writeString(folder.resolve("lists"), "mine");
        Vectors vectors = some(Metric.DOT, 9);
        assertThatThrownBy(() -> Indexes.build(SPEC, vectors, Metric.DOT, storage, "lists"))
                .isInstanceOf(EngramException.class);
        assertThat(folder.resolve("lists")).hasContent("mine");
    }

    @Test
    void answersAVectorOfSeveralListsOnce() {
        Vectors vectors = some(Metric.EUCLIDEAN, 3000);
        IndexSpec spec = new IndexSpec.IvfPq(30, 4, 4, Rotation.NONE, 9);
        Indexes.build(spec, vectors, Metric.EUCLIDEAN, storage, "lists");
        try (Arena arena = Arena.ofConfined()) {
            VectorIndex index =
                    Indexes.open(spec, vectors, Metric.EUCLIDEAN, storage, "lists", arena);
            for (int i = 0; i < 50; i++) {
                List<Neighbour> found = index.search(new Query(vectors.row(i), 20, 30, null));
                assertThat(found.stream().map(Neighbour::ordinal)).doesNotHaveDuplicates();
                assertThat(found).hasSize(20);
            }
        }
    }

    @Test
    void goesOnThroughMoreListsUntilThereAreAnswersForAll() {
        Vectors vectors = some(Metric.EUCLIDEAN, 3000);
        IndexSpec spec = new IndexSpec.IvfPq(60, 4, 1, Rotation.NONE, 9);
        Indexes.build(spec, vectors, Metric.EUCLIDEAN, storage, "lists");
        try (Arena arena = Arena.ofConfined()) {
            IvfIndex index =
                    (IvfIndex)
                            Indexes.open(spec, vectors, Metric.EUCLIDEAN, storage, "lists", arena);
            FlatIndex exact = new FlatIndex(vectors, Metric.EUCLIDEAN);
            float[] query = vectors.row(7);
            int[] farthest =
                    exact.search(new Query(query, 3000, 1, null)).stream()
                            .skip(2500)
                            .mapToInt(Neighbour::ordinal)
                            .toArray();
            Ordinals accepted = Ordinals.of(3000, farthest);
            SearchCost cost = new SearchCost();
            List<Neighbour> found =
                    index.search(
                                    new Query(query, 10, 10, accepted),
                                    new Effort(1, 0, 1, 20),
                                    10,
                                    accepted,
                                    cost)
                            .neighbours();
            assertThat(found).hasSize(10);
            assertThat(found).allMatch(neighbour -> accepted.contains(neighbour.ordinal()));
            assertThat(cost.distances()).isGreaterThan(60 + 500);
        }
    }

    @Test
    void refusesEveryFlippedBitOrAnswersAsBefore() throws IOException {
        Vectors vectors = some(Metric.EUCLIDEAN, 60);
        Indexes.build(SPEC, vectors, Metric.EUCLIDEAN, storage, "lists");
        byte[] good = Files.readAllBytes(folder.resolve("lists"));
        List<Neighbour> answers = search(vectors, good);
        Random random = new Random(1);
        int refused = 0;
        for (int at = 0; at < good.length; at += 3) {
            byte[] bad = good.clone();
            bad[at] ^= (byte) (1 << random.nextInt(8));
            refused += isRefused(vectors, bad, answers) ? 1 : 0;
            assertThat(isRefusedByVerify(vectors)).as("byte %d", at).isTrue();
        }
        assertThat(refused).isGreaterThan(good.length / 3 / 2);
    }

    @Test
    void refusesEveryTruncatedFile() throws IOException {
        Vectors vectors = some(Metric.EUCLIDEAN, 200);
        Indexes.build(SPEC, vectors, Metric.EUCLIDEAN, storage, "lists");
        byte[] good = Files.readAllBytes(folder.resolve("lists"));
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

    /** By the lists, all of them, however few vectors there are. */
    private List<Neighbour> search(Vectors vectors, byte[] file) throws IOException {
        Files.write(folder.resolve("bad"), file);
        try (Arena arena = Arena.ofConfined()) {
            VectorSource kept = Rows.kept(vectors, Metric.EUCLIDEAN);
            IvfIndex index =
                    IvfIndex.open(
                            kept, Metric.EUCLIDEAN, Instructions.best(), storage, "bad", arena);
            Query query = new Query(vectors.row(0), 5, 5, null);
            Effort all = new Effort(vectors.count(), 1e9, 1, 20);
            return index.search(query, all, 5, null, new SearchCost()).neighbours();
        }
    }

    private boolean isRefusedByVerify(Vectors vectors) {
        try {
            VectorSource kept = Rows.kept(vectors, Metric.EUCLIDEAN);
            IvfIndex.verify(kept, Metric.EUCLIDEAN, storage, "bad");
            return false;
        } catch (EngramException e) {
            assertThat(e).hasMessageContaining(folder.resolve("bad").toString());
            return true;
        }
    }

    @Test
    void refusesTheListsOfOtherVectors() {
        Vectors vectors = some(Metric.EUCLIDEAN, 60);
        Indexes.build(SPEC, vectors, Metric.EUCLIDEAN, storage, "lists");
        IndexSpec graph = new IndexSpec.Hnsw(4, 20, 9);
        Indexes.build(graph, vectors, Metric.EUCLIDEAN, storage, "graph");
        Vectors more = some(Metric.DOT, 61);
        Vectors wider = Rows.of(9, new float[60][9]);
        try (Arena arena = Arena.ofConfined()) {
            assertThatThrownBy(
                            () ->
                                    IvfFile.open(
                                            Rows.kept(more, Metric.EUCLIDEAN),
                                            Metric.EUCLIDEAN,
                                            storage,
                                            "lists",
                                            arena))
                    .isInstanceOf(CorruptException.class)
                    .hasMessageContaining("vectors: 60 (expected: 61)");
            assertThatThrownBy(
                            () ->
                                    IvfFile.open(
                                            Rows.kept(vectors, Metric.DOT),
                                            Metric.DOT,
                                            storage,
                                            "lists",
                                            arena))
                    .isInstanceOf(CorruptException.class)
                    .hasMessageContaining("metric: 2 (expected: 1)");
            assertThatThrownBy(
                            () ->
                                    IvfFile.open(
                                            Rows.kept(wider, Metric.EUCLIDEAN),
                                            Metric.EUCLIDEAN,
                                            storage,
                                            "lists",
                                            arena))
                    .isInstanceOf(CorruptException.class)
                    .hasMessageContaining("dimension: 8 (expected: 9)");
            assertThatThrownBy(
                            () ->
                                    IvfFile.open(
                                            Rows.kept(vectors, Metric.EUCLIDEAN),
                                            Metric.EUCLIDEAN,
                                            storage,
                                            "graph",
                                            arena))
                    .isInstanceOf(CorruptException.class)
                    .hasMessageContaining("kind: HNSW (expected: IVFP)");
        }
    }

    @Test
    void refusesAnIdThatNoVectorHas() {
        Vectors vectors = some(Metric.EUCLIDEAN, 60);
        Indexes.build(SPEC, vectors, Metric.EUCLIDEAN, storage, "lists");
        try (Arena arena = Arena.ofConfined()) {
            IvfFile file =
                    IvfFile.open(
                            Rows.kept(vectors, Metric.EUCLIDEAN),
                            Metric.EUCLIDEAN,
                            storage,
                            "lists",
                            arena);
            assertThat(file.checked(59)).isEqualTo(59);
            for (int id : new int[] {-1, 60, Integer.MAX_VALUE}) {
                assertThatThrownBy(() -> file.checked(id))
                        .isInstanceOf(CorruptException.class)
                        .hasMessageContaining("id: " + id + " (expected: 0..59)");
            }
        }
    }

    @Test
    void refusesSettingsThatCannotBe() {
        assertThatThrownBy(() -> new IndexSpec.IvfPq(-1, 0, 1, Rotation.NONE, 1))
                .hasMessage("lists: -1 (expected: 0..65536)");
        assertThatThrownBy(() -> new IndexSpec.IvfPq(0, 9, 1, Rotation.NONE, 1))
                .hasMessage("codeBytes: 9 (expected: an even number)");
        assertThatThrownBy(() -> new IndexSpec.IvfPq(0, 514, 1, Rotation.NONE, 1))
                .hasMessage("codeBytes: 514 (expected: 0..512)");
        assertThatThrownBy(() -> new IndexSpec.IvfPq(0, 0, 5, Rotation.NONE, 1))
                .hasMessage("assignments: 5 (expected: 1..4)");
    }

    @Test
    void choosesListsAndCodesThatSuit() {
        IndexSpec.IvfPq usual = new IndexSpec.IvfPq();
        assertThat(IntStream.of(0, 1, 31, 32, 10_000, 1_000_000).map(n -> Division.lists(usual, n)))
                .containsExactly(1, 1, 1, 2, 141, 1414);
        assertThat(Division.lists(new IndexSpec.IvfPq(50, 0, 1, Rotation.NONE, 1), 20))
                .isEqualTo(20);
        assertThat(IntStream.of(1, 9, 128, 384, 65_536).map(d -> IvfBuilder.codes(usual, d)))
                .containsExactly(4, 8, 64, 128, 1024);
        assertThat(IvfBuilder.codes(new IndexSpec.IvfPq(0, 64, 1, Rotation.NONE, 1), 384))
                .isEqualTo(128);
        assertThat(IvfBuilder.codes(new IndexSpec.IvfPq(0, 64, 1, Rotation.NONE, 1), 6))
                .isEqualTo(8);
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
        IndexSpec spec = new IndexSpec.IvfPq(3, 2, 1, Rotation.RANDOM, 3);
        Indexes.build(spec, Rows.of(2, rows), Metric.EUCLIDEAN, storage, "lists");
        Golden.check(IvfFileTest.class, "ivfp-1.hex", Files.readAllBytes(folder.resolve("lists")));
    }
}
