package dev.engram.db;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.engram.error.CorruptException;
import dev.engram.index.Codes;
import dev.engram.index.IndexSpec;
import dev.engram.index.Metric;
import dev.engram.storage.DiskStorage;
import dev.engram.testkit.Damage;
import dev.engram.testkit.Seeded;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Damage to the files of segments is noticed, and stays where it is. */
@Seeded
final class CorruptionTest {

    private static final int DIMENSION = 5;
    private static final int FLIPS = 4;
    private static final Settings SMALL =
            Settings.DEFAULT.withMemory(10L * DIMENSION * Float.BYTES).withJobsBy(Runnable::run);

    @TempDir(factory = QuickFolder.class)
    private Path folder;

    private final TreeMap<String, Point> records = new TreeMap<>();
    private DiskStorage files;
    private Damage damage;

    /** Every kind of index there is. */
    static Stream<IndexSpec> indexes() {
        return Stream.of(
                new IndexSpec.Flat(),
                new IndexSpec.Hnsw(4, 16, 3),
                new IndexSpec.Hnsw(4, 16, 3, Codes.SQ8),
                new IndexSpec.Hnsw(4, 16, 3, Codes.BLOCKS));
    }

    @BeforeEach
    void name() {
        files = new DiskStorage(folder.resolve("segments").resolve("1"));
        damage = new Damage(files);
    }

    private Database open() {
        return Database.open(folder, Models.NONE, SMALL);
    }

    /** Collection "a" in several segments, some with gaps in their rows, and a sound "b". */
    private void fill(RandomGenerator random, IndexSpec index) {
        Schema schema = Samples.schema(DIMENSION, Metric.EUCLIDEAN, index);
        try (Database database = open()) {
            Collection collection = database.create("a", schema);
            for (int batch = 0; batch < 5; batch++) {
                List<Point> points = Samples.points(random, batch + "-", 11, DIMENSION);
                collection.put(points);
                points.forEach(point -> records.put(point.id(), point));
                collection.delete(batch + "-4");
                records.remove(batch + "-4");
            }
            database.create("b", schema).put(Samples.points(random, "b", 25, DIMENSION));
        }
    }

    private void checkSound(Database database, RandomGenerator random) {
        Map<String, float[]> vectors = new TreeMap<>();
        records.forEach((id, point) -> vectors.put(id, point.vector()));
        float[] query = Samples.vector(random, DIMENSION);
        Collection collection = database.collection("a");
        new ExactAnswers(Metric.EUCLIDEAN, vectors)
                .check(collection.search(query, 100), query, 100);
        records.forEach((id, point) -> assertThat(collection.get(id)).contains(point));
    }

    /** Every use of "a" names the file; the rest works. */
    private void checkRefused(String file, RandomGenerator random) {
        try (Database database = open()) {
            Collection collection = database.collection("a");
            List<Runnable> uses =
                    List.of(
                            () -> collection.search(new float[DIMENSION], 3),
                            () -> collection.get("0-1"),
                            () -> collection.delete("0-1"),
                            () -> collection.put(Samples.points(random, "x", 3, DIMENSION)));
            for (Runnable use : uses) {
                assertThatThrownBy(use::run)
                        .isInstanceOf(CorruptException.class)
                        .hasMessageContaining(files.describe(file));
            }
            assertThat(database.collections())
                    .extracting(CollectionInfo::name)
                    .containsExactly("a", "b");
            assertThat(database.collection("b").search(new float[DIMENSION], 100)).hasSize(25);
        }
    }

    private String vectorsFile() {
        return files.list().stream()
                .filter(it -> kind(it).equals("vectors"))
                .findAny()
                .orElseThrow();
    }

    private interface Harm {
        void to(String file);
    }

    private void refusesAll(RandomGenerator random, Harm harm) {
        for (String file : files.list()) {
            byte[] sound = damage.bytes(file);
            harm.to(file);
            checkRefused(file, random);
            damage.overwrite(file, sound);
        }
        try (Database database = open()) {
            // To refuse is to change nothing: with the bytes back, all is well.
            checkSound(database, random);
        }
    }

    @ParameterizedTest
    @MethodSource("indexes")
    void refusesATruncatedFile(IndexSpec index, RandomGenerator random) {
        fill(random, index);
        refusesAll(random, file -> damage.truncate(file, random.nextLong(files.size(file))));
    }

    @ParameterizedTest
    @MethodSource("indexes")
    void refusesAMissingFile(IndexSpec index, RandomGenerator random) {
        fill(random, index);
        refusesAll(random, damage::delete);
    }

    @ParameterizedTest
    @MethodSource("indexes")
    void refusesAFileOfZeros(IndexSpec index, RandomGenerator random) {
        fill(random, index);
        refusesAll(random, damage::zero);
    }

    @ParameterizedTest
    @MethodSource("indexes")
    void refusesAnotherFileInItsPlace(IndexSpec index, RandomGenerator random) {
        fill(random, index);
        List<String> names = files.list();
        Map<String, byte[]> sound = new TreeMap<>();
        names.forEach(file -> sound.put(file, damage.bytes(file)));
        for (String file : names) {
            for (String other : names) {
                if (file.compareTo(other) < 0 && kind(file).equals(kind(other))) {
                    damage.swap(file, other);
                    checkRefused(file, random);
                    damage.swap(file, other);
                }
            }
        }
        for (String file : names) {
            damage.overwrite(file, sound.get(names.getFirst()));
            if (!file.equals(names.getFirst())) {
                checkRefused(file, random);
                damage.overwrite(file, sound.get(file));
            }
        }
    }

    private static String kind(String file) {
        return file.substring(file.indexOf('.') + 1);
    }

    @ParameterizedTest
    @MethodSource("indexes")
    void neverAnswersWrongAfterAFlippedBit(IndexSpec index, RandomGenerator random) {
        fill(random, index);
        for (String file : files.list()) {
            byte[] sound = damage.bytes(file);
            for (int i = 0; i < FLIPS; i++) {
                damage.flipBit(file, random.nextLong(sound.length * 8L));
                try (Database database = open()) {
                    // A bit between two sections stands for nothing, one in a graph for nothing
                    // that an exact scan reads.
                    checkSound(database, random);
                } catch (CorruptException e) {
                    assertThat(e).hasMessageContaining(files.describe(file));
                }
                if (!file.equals("MANIFEST")) {
                    checkFoundByVerify(file);
                }
                damage.overwrite(file, sound);
            }
        }
    }

    private void checkFoundByVerify(String file) {
        try (Database database = open()) {
            assertThat(database.verify())
                    .isNotEmpty()
                    .allSatisfy(
                            finding -> {
                                assertThat(finding.collection()).isEqualTo("a");
                                assertThat(finding.trouble()).contains(files.describe(file));
                            });
        }
    }

    @ParameterizedTest
    @MethodSource("indexes")
    void findsNothingWrongWithSoundFiles(IndexSpec index, RandomGenerator random) {
        fill(random, index);
        try (Database database = open()) {
            assertThat(database.verify()).isEmpty();
            checkSound(database, random);
        }
    }

    @Test
    void refusesAnOldManifest(RandomGenerator random) {
        List<byte[]> old = new ArrayList<>();
        Schema schema = Samples.flat(DIMENSION);
        try (Database database = open()) {
            Collection collection = database.create("a", schema);
            for (int batch = 0; batch < 4; batch++) {
                collection.put(Samples.points(random, batch + "-", 11, DIMENSION));
                if (files.list().contains("MANIFEST")) {
                    old.add(damage.bytes("MANIFEST"));
                }
            }
            database.create("b", schema).put(Samples.points(random, "b", 25, DIMENSION));
        }
        old.removeLast();
        assertThat(old).isNotEmpty();
        for (byte[] manifest : old) {
            damage.overwrite("MANIFEST", manifest);
            checkRefused("MANIFEST", random);
        }
    }

    @Test
    void refusesAMissingManifestOfALoadedCollection(RandomGenerator random) {
        try (Database database = open();
                Loader loader = database.load("a", Samples.flat(DIMENSION))) {
            loader.add(Samples.points(random, "p", 20, DIMENSION));
            loader.commit();
            database.create("b", Samples.flat(DIMENSION))
                    .put(Samples.points(random, "b", 25, DIMENSION));
        }
        damage.delete("MANIFEST");
        checkRefused("MANIFEST", random);
        assertThat(files.list()).contains("000001.vectors");
    }

    @Test
    void tellsInTheListWhatShowsWithoutReading(RandomGenerator random) {
        fill(random, new IndexSpec.Flat());
        for (String file : files.list()) {
            byte[] sound = damage.bytes(file);
            damage.delete(file);
            if (!file.equals("MANIFEST")) {
                checkListed(file);
                damage.overwrite(file, sound);
                damage.truncate(file, sound.length - 1);
            } else {
                damage.overwrite(file, new byte[200]);
            }
            if (!List.of("rows", "times").contains(kind(file))) {
                checkListed(file);
            }
            damage.overwrite(file, sound);
        }
        try (Database database = open()) {
            assertThat(database.collection("a").info().damage()).isNull();
        }
    }

    private void checkListed(String file) {
        try (Database database = open()) {
            List<CollectionInfo> infos = database.collections();
            assertThat(infos.getFirst().damage()).contains(files.describe(file));
            assertThat(infos.getFirst().records()).isEqualTo(records.size());
            assertThat(infos.getLast().damage()).isNull();
        }
    }

    @Test
    void dropsADamagedCollection(RandomGenerator random) {
        fill(random, new IndexSpec.Flat());
        damage.zero("MANIFEST");
        damage.zero(vectorsFile());
        try (Database database = open()) {
            assertThatThrownBy(() -> database.collection("a").get("0-1"))
                    .isInstanceOf(CorruptException.class);
            database.drop("a");
            assertThat(folder.resolve("segments").resolve("1")).doesNotExist();
            database.create("a", Samples.flat(2)).put(Point.of("x", new float[2]));
        }
        try (Database database = open()) {
            assertThat(database.collections()).hasSize(2);
            assertThat(database.collection("a").search(new float[2], 3)).hasSize(1);
        }
    }

    @Test
    void replacesADamagedCollection(RandomGenerator random) {
        fill(random, new IndexSpec.Flat());
        damage.delete(vectorsFile());
        try (Database database = open();
                Loader loader = database.load("a", Samples.flat(2))) {
            loader.add(Samples.points(random, "p", 3, 2));
            assertThat(loader.commit().search(new float[2], 10)).hasSize(3);
        }
    }
}
