package dev.engram.db;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.engram.index.IndexSpec;
import dev.engram.index.Metric;
import dev.engram.testkit.Seeded;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The storage account agrees with what lies on the disk. */
@Seeded
final class StorageAccountTest {

    private static final int DIMENSION = 32;
    private static final int COUNT = 3_000;

    @TempDir(factory = QuickFolder.class)
    private Path folder;

    private static long bytes(Path folder, String ending) {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile)
                    .filter(file -> file.toString().endsWith(ending))
                    .mapToLong(file -> file.toFile().length())
                    .sum();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<Point> points(RandomGenerator random) {
        List<Point> points = new ArrayList<>();
        for (int i = 0; i < COUNT; i++) {
            byte[] noise = new byte[150];
            random.nextBytes(noise);
            String text = "täxt " + i + HexFormat.of().formatHex(noise);
            points.add(new Point("p" + i, text, Samples.vector(random, DIMENSION), Map.of("i", i)));
        }
        return points;
    }

    private static long textBytes(List<Point> points) {
        return points.stream()
                .mapToLong(point -> point.text().getBytes(StandardCharsets.UTF_8).length)
                .sum();
    }

    @Test
    void addsUpAfterALoad(RandomGenerator random) {
        List<Point> points = points(random);
        Schema schema = Samples.schema(DIMENSION, Metric.COSINE, new IndexSpec.Hnsw(8, 32, 1));
        CollectionInfo info;
        try (Database database = Database.open(folder)) {
            try (Loader loader = database.load("a", schema)) {
                loader.add(points);
                info = loader.commit().info();
            }
        }
        StorageAccount account = info.bytes();
        Path segments = folder.resolve("segments").resolve("1");
        assertThat(account.textRaw()).isEqualTo(textBytes(points));
        assertThat(account.vectorsRaw()).isEqualTo((long) COUNT * DIMENSION * Float.BYTES);
        assertThat(account.graph()).isEqualTo(bytes(segments, ".graph")).isPositive();
        assertThat(account.vectors()).isEqualTo(bytes(segments, ".vectors"));
        assertThat(account.vectors() - account.vectorsRaw()).isBetween(0L, 512L);
        assertThat(account.other()).isEqualTo(bytes(segments, "MANIFEST"));
        assertThat(account.codes()).isZero();
        assertThat(account.keyword()).isZero();
        // What RocksDB estimates, within a tenth and the frames of its files.
        long rows = bytes(folder.resolve("rows"), ".sst");
        assertThat(account.records()).isCloseTo(rows, within(rows / 10 + 16_384));
        assertThat(account.total())
                .isEqualTo(
                        account.graph() + account.vectors() + account.records() + account.other());
    }

    @Test
    void countsWhatIsNotSealedYet(RandomGenerator random) {
        List<Point> points = points(random);
        try (Database database = Database.open(folder)) {
            Collection collection = database.create("a", Samples.flat(DIMENSION));
            collection.put(points);
            StorageAccount account = collection.info().bytes();
            assertThat(account.textRaw()).isEqualTo(textBytes(points));
            long raw = account.vectorsRaw();
            assertThat(account.vectors()).isCloseTo(raw, within(raw / 2));
            assertThat(account.records()).isGreaterThan(account.textRaw() / 2);
            collection.delete(points.stream().map(Point::id).toArray(String[]::new));
            assertThat(collection.info().bytes().textRaw()).isZero();
            assertThat(collection.info().bytes().vectorsRaw()).isZero();
        }
    }

    @Test
    void followsTextsThroughReplacements(RandomGenerator random) {
        try (Database database = Database.open(folder)) {
            Collection collection = database.create("a", Samples.flat(DIMENSION));
            float[] vector = Samples.vector(random, DIMENSION);
            collection.put(
                    new Point("x", "ä", vector, Map.of()), new Point("y", "abc", vector, Map.of()));
            assertThat(collection.info().bytes().textRaw()).isEqualTo(5);
            collection.put(new Point("x", "abcdef", vector, Map.of()), Point.of("z", vector));
            assertThat(collection.info().bytes().textRaw()).isEqualTo(9);
            collection.delete("y", "z");
            assertThat(collection.info().bytes().textRaw()).isEqualTo(6);
        }
        try (Database database = Database.open(folder)) {
            assertThat(database.collection("a").info().bytes().textRaw()).isEqualTo(6);
        }
    }

    @Test
    void givesTheSpaceOfADroppedCollectionBack(RandomGenerator random) {
        List<Point> points = points(random);
        try (Database database = Database.open(folder)) {
            try (Loader loader = database.load("a", Samples.flat(DIMENSION))) {
                loader.add(points);
                loader.commit();
            }
            long before = bytes(folder.resolve("rows"), ".sst");
            database.drop("a");
            assertThat(bytes(folder.resolve("rows"), ".sst")).isLessThan(before / 2);
            assertThat(bytes(folder.resolve("segments"), "")).isZero();
        }
    }

    @Test
    void leavesAFolderAsItIsDescribed(RandomGenerator random) throws IOException {
        try (Database database = Database.open(folder);
                Loader loader = database.load("a", Samples.flat(DIMENSION))) {
            loader.add(Samples.points(random, "p", 5, DIMENSION));
            loader.commit();
        }
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .containsExactlyInAnyOrder("LOCK", "rows", "segments");
        }
        try (Stream<Path> files = Files.list(folder.resolve("segments").resolve("1"))) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .containsExactlyInAnyOrder("MANIFEST", "000001.vectors");
        }
    }
}
