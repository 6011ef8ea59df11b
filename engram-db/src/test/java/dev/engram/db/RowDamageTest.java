package dev.engram.db;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.engram.db.rows.Family;
import dev.engram.db.rows.RowBatch;
import dev.engram.db.rows.RowStore;
import dev.engram.error.CorruptException;
import dev.engram.error.EngramException;
import dev.engram.error.NotFoundException;
import dev.engram.error.UnavailableException;
import dev.engram.storage.DiskStorage;
import dev.engram.testkit.Damage;
import dev.engram.testkit.Seeded;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Damage to the files of the row store never ends in a wrong answer, or in no answer. */
@Seeded
final class RowDamageTest {

    private static final int DIMENSION = 4;
    private static final int FLIPS = 2;

    @TempDir(factory = QuickFolder.class)
    private Path temp;

    private final TreeMap<String, Point> records = new TreeMap<>();

    private interface Harm {
        void to(Damage damage, String file);
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> tree = Files.walk(from)) {
            for (Path path : tree.toList()) {
                Path target = to.resolve(from.relativize(path).toString());
                if (Files.isDirectory(path)) {
                    Files.createDirectories(target);
                } else {
                    Files.copy(path, target);
                }
            }
        }
    }

    private void fill(Database database, RandomGenerator random) {
        Collection collection = database.collection("a", Samples.flat(DIMENSION));
        for (int i = 0; i < 20; i++) {
            Point point = Samples.point(random, "p" + random.nextInt(1000), DIMENSION);
            collection.put(point);
            records.put(point.id(), point);
        }
    }

    /** A database that was closed: all in files. */
    private Path closed(RandomGenerator random) {
        Path folder = temp.resolve("closed");
        for (int i = 0; i < 2; i++) {
            try (Database database = Database.open(folder)) {
                fill(database, random);
            }
        }
        return folder;
    }

    /** A database whose process ended without a warning: the last writes are in the log. */
    private Path cutOff(RandomGenerator random) throws IOException {
        Path folder = closed(random);
        Path image = temp.resolve("cut");
        try (Database database = Database.open(folder)) {
            fill(database, random);
            copy(folder, image);
        }
        return image;
    }

    /** Harms one file after the other; all records must be there, or the store refused. */
    private List<String> refused(Path sound, Harm harm) throws IOException {
        List<String> refused = new ArrayList<>();
        int copies = 0;
        for (String file : new DiskStorage(sound.resolve("rows")).list()) {
            Path folder = temp.resolve("harmed" + copies++);
            copy(sound, folder);
            harm.to(new Damage(new DiskStorage(folder.resolve("rows"))), file);
            try (Database database = Database.open(folder)) {
                Collection collection = database.collection("a");
                records.forEach(
                        (id, point) -> assertThat(collection.get(id)).as(file).contains(point));
                assertThat(collection.search(new float[DIMENSION], 10_000))
                        .as(file)
                        .hasSize(records.size());
                assertThat(collection.info().records()).isEqualTo(records.size());
            } catch (CorruptException | UnavailableException e) {
                assertThat(e.getMessage()).contains("rows");
                refused.add(file.replaceAll("[0-9]+", "N"));
            }
        }
        return refused;
    }

    @Test
    void opensAnImageOfARunningDatabase(RandomGenerator random) throws IOException {
        assertThat(refused(cutOff(random), (_, _) -> {})).isEmpty();
    }

    @Test
    void survivesAMissingFileOrRefuses(RandomGenerator random) throws IOException {
        assertThat(refused(closed(random), Damage::delete))
                .contains("CURRENT", "MANIFEST-N", "N.sst");
    }

    @Test
    void survivesAFileOfZerosOrRefuses(RandomGenerator random) throws IOException {
        assertThat(refused(closed(random), Damage::zero))
                .contains("CURRENT", "MANIFEST-N", "N.sst");
    }

    @Test
    void survivesATruncatedFileOrRefuses(RandomGenerator random) throws IOException {
        assertThat(
                        refused(
                                closed(random),
                                (damage, file) ->
                                        damage.truncate(file, damage.bytes(file).length / 2)))
                .contains("CURRENT", "MANIFEST-N", "N.sst");
    }

    @Test
    void survivesALostEndOfAnyFileOrRefuses(RandomGenerator random) throws IOException {
        Path sound = closed(random);
        int end = 1 + random.nextInt(200);
        assertThat(
                        refused(
                                sound,
                                (damage, file) -> {
                                    int length = damage.bytes(file).length;
                                    damage.truncate(file, Math.max(0, length - end));
                                }))
                .contains("MANIFEST-N", "N.sst");
    }

    @Test
    void survivesAFlippedBitOrRefuses(RandomGenerator random) throws IOException {
        Path sound = closed(random);
        for (int i = 0; i < FLIPS; i++) {
            refused(
                    sound,
                    (damage, file) -> {
                        int length = damage.bytes(file).length;
                        if (length > 0) {
                            damage.flipBit(file, random.nextLong(length * 8L));
                        }
                    });
            temp = Files.createDirectories(temp.resolve("again"));
        }
    }

    @Test
    void refusesALogThatIsDamagedBeforeItsEnd(RandomGenerator random) throws IOException {
        Path sound = cutOff(random);
        assertThat(
                        refused(
                                sound,
                                (damage, file) -> {
                                    int length = damage.bytes(file).length;
                                    if (file.endsWith(".log") && length > 0) {
                                        damage.flipBit(file, length * 2L);
                                    }
                                }))
                .containsExactly("N.log");
    }

    @Test
    void refusesSegmentsWithoutRows(RandomGenerator random) throws IOException {
        Path folder = temp.resolve("x");
        try (Database database = Database.open(folder);
                Loader loader = database.load("a", Samples.flat(DIMENSION))) {
            loader.add(Samples.points(random, "p", 3, DIMENSION));
            loader.commit();
        }
        Files.move(folder.resolve("rows"), temp.resolve("taken"));
        assertThatThrownBy(() -> Database.open(folder))
                .isInstanceOf(CorruptException.class)
                .hasMessageContaining(folder.resolve("rows").toString());
        assertThatThrownBy(() -> Database.openReadOnly(folder, Models.NONE))
                .isInstanceOf(NotFoundException.class);
        Files.move(temp.resolve("taken"), folder.resolve("rows"));
        try (Database database = Database.open(folder)) {
            assertThat(database.collection("a").search(new float[DIMENSION], 9)).hasSize(3);
        }
    }

    @Test
    void refusesANewerFormat() {
        Path folder = temp.resolve("x");
        Database.open(folder).close();
        try (RowStore rows = RowStore.open(folder.resolve("rows"));
                RowBatch batch = rows.batch()) {
            byte[] three = ByteBuffer.allocate(Integer.BYTES).putInt(3).array();
            batch.put(Family.CATALOG, "format".getBytes(StandardCharsets.UTF_8), three);
            rows.write(batch);
        }
        for (int i = 0; i < 2; i++) {
            assertThatThrownBy(() -> Database.open(folder))
                    .isInstanceOf(UnavailableException.class)
                    .hasMessage(
                            "the data folder has format 3 (this engram reads 1..2); open it with"
                                    + " the newer engram that wrote it");
        }
        assertThatThrownBy(() -> Database.openReadOnly(folder, Models.NONE))
                .isInstanceOf(UnavailableException.class);
    }

    @Test
    void refusesAFolderThatIsAFile() throws IOException {
        Path file = Files.writeString(temp.resolve("file"), "no folder");
        assertThatThrownBy(() -> Database.open(file))
                .isInstanceOf(EngramException.class)
                .hasMessageContaining(file.toString());
        Path folder = Files.createDirectories(temp.resolve("x"));
        Files.writeString(folder.resolve("rows"), "no folder");
        assertThatThrownBy(() -> Database.open(folder))
                .isInstanceOf(UnavailableException.class)
                .hasMessageContaining(folder.resolve("rows").toString());
    }
}
