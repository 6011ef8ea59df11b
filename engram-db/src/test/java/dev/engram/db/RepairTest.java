package dev.engram.db;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.engram.db.rows.Family;
import dev.engram.db.rows.RowBatch;
import dev.engram.db.rows.RowKey;
import dev.engram.db.rows.RowStore;
import dev.engram.error.CorruptException;
import dev.engram.error.DeniedException;
import dev.engram.error.NotFoundException;
import dev.engram.index.Codes;
import dev.engram.index.IndexSpec;
import dev.engram.index.Metric;
import dev.engram.storage.DiskStorage;
import dev.engram.testkit.Damage;
import dev.engram.testkit.FaultyStorage;
import dev.engram.testkit.MemoryStorage;
import dev.engram.testkit.PowerCut;
import dev.engram.testkit.Seeded;
import dev.engram.testkit.StoragePoint;
import dev.engram.testkit.StorageTrouble;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever happens to a file is found, and made good, or named as what cannot be. */
@Seeded
final class RepairTest {

    private static final int DIMENSION = 5;
    private static final Schema VECTORS =
            Samples.schema(DIMENSION, Metric.EUCLIDEAN, new IndexSpec.Hnsw(4, 16, 3, Codes.SQ8));
    private static final Schema TEXTS =
            Schema.ofTexts(WordModels.NAME).with(new IndexSpec.Hnsw(4, 16, 3));
    private static final Settings SMALL =
            Settings.DEFAULT
                    .withMemory(10L * WordModels.DIMENSION * Float.BYTES)
                    .withJobsBy(Runnable::run);

    @TempDir(factory = QuickFolder.class)
    private Path temp;

    private final WordModels models = new WordModels();
    private final TreeMap<String, Point> records = new TreeMap<>();

    private interface Harm {
        void to(Damage damage, String file);
    }

    private Database open(Path folder) {
        return Database.open(folder, models, SMALL);
    }

    private static Point text(int number) {
        String text = "word%d and word%d and %d".formatted(number % 7, number % 5, number);
        return Point.of("t" + number, text);
    }

    /**
     * A collection in several segments, some with gaps in their rows, and a few rows in memory.
     *
     * @param schema of own vectors or of texts
     */
    private Path fill(Schema schema, RandomGenerator random) {
        Path folder = temp.resolve("sound");
        try (Database database = open(folder)) {
            Collection collection = database.create("a", schema);
            boolean own = schema.content() instanceof Schema.Content.OwnVectors;
            for (int batch = 0; batch < 7; batch++) {
                List<Point> points = new ArrayList<>();
                for (int i = 0; i < 20; i++) {
                    String id = "p" + random.nextInt(60);
                    points.add(
                            own ? Samples.point(random, id, DIMENSION) : text(random.nextInt(60)));
                }
                collection.put(points);
                points.forEach(point -> records.put(point.id(), point));
                String gone = points.get(random.nextInt(20)).id();
                collection.delete(gone);
                records.remove(gone);
            }
            if (!own) {
                records.replaceAll((id, _) -> collection.get(id).orElseThrow());
            }
            assertThat(database.verify()).isEmpty();
        }
        return folder;
    }

    private static Path segments(Path folder) {
        return folder.resolve("segments").resolve("1");
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

    private void checkSound(Database database, Map<String, Point> expected) {
        assertThat(database.verify()).isEmpty();
        Collection collection = database.collection("a");
        expected.forEach((id, point) -> assertThat(collection.get(id)).contains(point));
        assertThat(collection.info().records()).isEqualTo(expected.size());
        Map<String, float[]> vectors = new TreeMap<>();
        expected.forEach((id, point) -> vectors.put(id, point.vector()));
        float[] query = new float[collection.info().dimension()];
        query[0] = 1;
        new ExactAnswers(collection.info().metric(), vectors)
                .check(collection.search(query, 1000, 1000), query, 1000);
    }

    /** Harms one file after the other, each in a copy of its own. */
    private List<String> lostAfter(Path sound, Harm harm) throws IOException {
        List<String> lossy = new ArrayList<>();
        int copies = 0;
        for (String file : new DiskStorage(segments(sound)).list()) {
            Path folder = temp.resolve("harmed" + copies++);
            copy(sound, folder);
            DiskStorage files = new DiskStorage(segments(folder));
            harm.to(new Damage(files), file);
            try (Database database = open(folder)) {
                List<Finding> findings = database.verify();
                if (!findings.isEmpty()) {
                    assertThat(findings)
                            .as(file)
                            .anySatisfy(it -> assertThat(it.trouble()).contains(file));
                }
                Repair repair = database.repair("a", Repair.Losses.KEEP);
                assertThat(repair.mended().isEmpty() && repair.lost().isEmpty())
                        .as("%s: %s", findings, repair)
                        .isEqualTo(findings.isEmpty());
                if (!repair.lost().isEmpty()) {
                    assertThat(repair.lost().getFirst()).contains(files.describe(file));
                    lossy.add(file.substring(file.indexOf('.') + 1));
                    removeLost(database, repair);
                } else {
                    checkSound(database, records);
                }
            }
            delete(folder);
        }
        return lossy;
    }

    /** Without the lost records the others can be used. */
    private void removeLost(Database database, Repair repair) {
        assertThatThrownBy(() -> database.collection("a").search(new float[DIMENSION], 1))
                .isInstanceOf(CorruptException.class);
        Repair removed = database.repair("a", Repair.Losses.REMOVE);
        assertThat(removed.lost()).allSatisfy(it -> assertThat(it).endsWith("; removed"));
        TreeMap<String, Point> left = new TreeMap<>(records);
        assertThat(removed.lostIds()).isEqualTo(repair.lostIds());
        removed.lostIds().forEach(left::remove);
        checkSound(database, left);
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> tree = Files.walk(folder)) {
            for (Path path : tree.sorted((a, b) -> b.compareTo(a)).toList()) {
                Files.delete(path);
            }
        }
    }

    private static List<Harm> harms(RandomGenerator random) {
        return List.of(
                Damage::delete,
                Damage::zero,
                (damage, file) -> damage.truncate(file, random.nextLong(damage.bytes(file).length)),
                (damage, file) ->
                        damage.flipBit(file, random.nextLong(damage.bytes(file).length * 8L)),
                (damage, file) ->
                        damage.overwrite(file, "another".getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void losesOnlyVectorsThatWereOfNoText(RandomGenerator random) throws IOException {
        Path sound = fill(VECTORS, random);
        List<String> lossy = new ArrayList<>();
        for (Harm harm : harms(random)) {
            lossy.addAll(lostAfter(sound, harm));
        }
        assertThat(lossy).contains("vectors").containsOnly("vectors");
    }

    @Test
    void losesNothingThatWasMadeOfTexts(RandomGenerator random) throws IOException {
        Path sound = fill(TEXTS, random);
        for (Harm harm : harms(random)) {
            assertThat(lostAfter(sound, harm)).isEmpty();
        }
    }

    @Test
    void putsSwappedFilesRight(RandomGenerator random) throws IOException {
        Path sound = fill(TEXTS, random);
        List<String> files = new DiskStorage(segments(sound)).list();
        assertThat(
                        lostAfter(
                                sound,
                                (damage, file) -> {
                                    int at = files.indexOf(file);
                                    damage.swap(file, files.get((at + 1) % files.size()));
                                }))
                .isEmpty();
    }

    @Test
    void makesEverythingAnewWhereAllFilesAreGone(RandomGenerator random) throws IOException {
        Path folder = fill(TEXTS, random);
        delete(segments(folder));
        try (Database database = open(folder)) {
            assertThat(database.verify()).isNotEmpty();
            Repair repair = database.repair("a", Repair.Losses.KEEP);
            assertThat(repair.lost()).isEmpty();
            assertThat(repair.mended())
                    .anySatisfy(
                            it -> assertThat(it).endsWith("taken from its copy in the row store"))
                    .anySatisfy(
                            it -> assertThat(it).contains("vectors were made again from texts"));
            checkSound(database, records);
        }
        try (Database database = open(folder)) {
            checkSound(database, records);
        }
    }

    @Test
    void doesWithoutACopyOfTheManifest(RandomGenerator random) throws IOException {
        Path folder = fill(TEXTS, random);
        byte[] mark;
        try (RowStore rows = RowStore.open(folder.resolve("rows"));
                RowBatch batch = rows.batch()) {
            // As an earlier engram had it.
            byte[] value = rows.get(Family.VECTORS, RowKey.row(1, 0));
            mark = RowKey.rowNumber(RowKey.rowNumber(value));
            batch.put(Family.VECTORS, RowKey.row(1, 0), mark);
            rows.write(batch);
        }
        Files.delete(segments(folder).resolve("MANIFEST"));
        try (Database database = open(folder)) {
            Repair repair = database.repair("a", Repair.Losses.KEEP);
            assertThat(repair.mended().getFirst()).contains("there is no copy of it");
            assertThat(repair.lost()).isEmpty();
            checkSound(database, records);
        }
    }

    @Test
    void changesNothingThatIsSound(RandomGenerator random) {
        Path folder = fill(VECTORS, random);
        List<String> files = new DiskStorage(segments(folder)).list();
        try (Database database = open(folder)) {
            Repair repair = database.repair("a", Repair.Losses.REMOVE);
            assertThat(repair).isEqualTo(new Repair(List.of(), List.of(), List.of()));
            assertThat(new DiskStorage(segments(folder)).list()).isEqualTo(files);
            checkSound(database, records);
        }
    }

    @Test
    void countsAnew(RandomGenerator random) {
        Path folder = fill(VECTORS, random);
        try (RowStore rows = RowStore.open(folder.resolve("rows"));
                RowBatch batch = rows.batch()) {
            Catalog catalog = new Catalog(rows);
            Catalog.Stats stats = catalog.stats(1);
            catalog.put(batch, 1, stats.plus(3, 7, 0));
            rows.write(batch);
        }
        try (Database database = open(folder)) {
            assertThat(database.verify()).isNotEmpty();
            Repair repair = database.repair("a", Repair.Losses.KEEP);
            assertThat(repair.mended())
                    .singleElement()
                    .satisfies(it -> assertThat(it).endsWith("counted anew"));
            checkSound(database, records);
        }
    }

    @Test
    void findsARecordWithoutARow(RandomGenerator random) {
        Path folder = fill(VECTORS, random);
        String id = records.firstKey();
        try (RowStore rows = RowStore.open(folder.resolve("rows"));
                RowBatch batch = rows.batch()) {
            batch.delete(Family.IDS, RowKey.id(1, id));
            rows.write(batch);
        }
        try (Database database = open(folder)) {
            assertThat(database.verify())
                    .extracting(Finding::trouble)
                    .anySatisfy(it -> assertThat(it).contains("rows are indexed (expected: "))
                    .anySatisfy(it -> assertThat(it).contains("records with"));
        }
    }

    @Test
    void isSoundOrRepairableWhereverTheRepairIsCutOff(RandomGenerator random) {
        MemoryStorage disk = new MemoryStorage();
        FaultyStorage faulty = new FaultyStorage(disk);
        Settings settings = SMALL.withSegments(_ -> faulty);
        Path folder = temp.resolve("cut");
        Database database = Database.open(folder, models, settings);
        Collection collection = database.create("a", TEXTS);
        for (int i = 0; i < 45; i++) {
            collection.put(text(i));
        }
        for (int i = 0; i < 45; i++) {
            records.put("t" + i, collection.get("t" + i).orElseThrow());
        }
        boolean cut = true;
        for (int nth = 1; cut; nth++) {
            database.close();
            List<String> files = disk.folder("1").list();
            String victim = files.get(random.nextInt(files.size()));
            new Damage(disk.folder("1")).zero(victim);
            database = Database.open(folder, models, settings);
            faulty.failAt(StoragePoint.CHANGE, nth, StorageTrouble.POWER_CUT);
            cut = isCutOff(database);
            database.close();
            disk.crash(random);
            faulty.repair();
            database = Database.open(folder, models, settings);
            assertThat(database.repair("a", Repair.Losses.KEEP).lost()).isEmpty();
            checkSound(database, records);
        }
        database.close();
        faulty.assertNothingOpen();
    }

    private static boolean isCutOff(Database database) {
        try {
            database.repair("a", Repair.Losses.KEEP);
            return false;
        } catch (PowerCut e) {
            return true;
        }
    }

    @Test
    void refusesWhatItCannotRepair(RandomGenerator random) {
        Path folder = fill(TEXTS, random);
        try (Database database = open(folder)) {
            assertThatThrownBy(() -> database.repair("b", Repair.Losses.KEEP))
                    .isInstanceOf(NotFoundException.class);
        }
        try (Database database = Database.openReadOnly(folder, models)) {
            assertThatThrownBy(() -> database.repair("a", Repair.Losses.KEEP))
                    .isInstanceOf(DeniedException.class);
        }
        Damage damage = new Damage(new DiskStorage(segments(folder)));
        String file =
                new DiskStorage(segments(folder))
                        .list().stream()
                                .filter(it -> it.endsWith("vectors"))
                                .findFirst()
                                .orElseThrow();
        damage.zero(file);
        try (Database database = Database.open(folder, Models.NONE, SMALL)) {
            assertThatThrownBy(() -> database.repair("a", Repair.Losses.REMOVE))
                    .isInstanceOf(NotFoundException.class)
                    .hasMessageContaining("no embedding model 'words'");
        }
        try (Database database = open(folder)) {
            assertThat(database.repair("a", Repair.Losses.KEEP).lost()).isEmpty();
            checkSound(database, records);
        }
    }
}
