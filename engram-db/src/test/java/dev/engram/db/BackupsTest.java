package dev.engram.db;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.engram.error.ConflictException;
import dev.engram.error.CorruptException;
import dev.engram.error.DeniedException;
import dev.engram.error.EngramException;
import dev.engram.error.NotFoundException;
import dev.engram.error.UnavailableException;
import dev.engram.storage.DiskStorage;
import dev.engram.storage.FolderLock;
import dev.engram.storage.Storage;
import dev.engram.testkit.Damage;
import dev.engram.testkit.PowerCut;
import dev.engram.testkit.Seeded;
import dev.engram.testkit.StoragePoint;
import dev.engram.testkit.StorageTrouble;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Backups share what they have in common, and none is harmed by what becomes of another. */
@Seeded
final class BackupsTest {

    @TempDir(factory = QuickFolder.class)
    private Path root;

    private CopiesRig rig;
    private Backups backups;
    private int restored;

    @BeforeEach
    void open() {
        rig = new CopiesRig(root);
        backups = Backups.in(rig.backups, rig.settings);
    }

    @AfterEach
    void close() {
        rig.close();
    }

    private BackupInfo backUp() {
        return rig.database.backup(rig.backups).info();
    }

    private void checkRestored(String id, Map<String, Map<String, float[]>> expected) {
        Path target = root.resolve("restored" + restored++);
        backups.restore(id, target);
        rig.checkCopy(target, expected);
    }

    @Test
    void takesWhatIsNewAndGivesBackAllOfIt(RandomGenerator random) {
        List<Map<String, Map<String, float[]>>> states = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            rig.change(random, 25);
            states.add(rig.state());
            backUp();
        }
        assertThat(backups.list().stream().map(BackupInfo::id))
                .containsExactly("000001", "000002", "000003", "000004");
        for (BackupInfo info : backups.list()) {
            assertThat(backups.verify(info.id())).isEqualTo(info);
        }
        backups.delete("000002");
        backups.delete("000004");
        checkRestored("000001", states.get(0));
        checkRestored("000003", states.get(2));
        CopiesRig.check(rig.database, rig.state());
    }

    @Test
    void readsAndWritesAnUnchangedFileOnce(RandomGenerator random) {
        for (int i = 0; i < 6; i++) {
            rig.change(random, 25);
        }
        Backups.Made first = rig.database.backup(rig.backups);
        assertThat(first.addedBytes()).isGreaterThan(first.info().bytes() / 2);
        long reads = rig.faulty.passed(StoragePoint.READ);
        Backups.Made second = rig.database.backup(rig.backups);
        long readsAgain = rig.faulty.passed(StoragePoint.READ) - reads;
        assertThat(second.info().bytes()).isCloseTo(first.info().bytes(), byPercent());
        assertThat(second.addedBytes()).as("log, lists and marks").isLessThan(64 << 10);
        // The end of each file is read, and all of those few that change.
        assertThat(readsAgain).isLessThan(2L * second.info().files());
        backups.delete("000001");
        backups.delete("000002");
        assertThat(rig.backups.resolve("pool").toFile().list()).isEmpty();
    }

    private static Percentage byPercent() {
        return Percentage.withPercentage(5);
    }

    @Test
    void tellsFilesOfOneNameApart(RandomGenerator random) {
        rig.change(random, 25);
        rig.database.snapshot("start");
        rig.change(random, 25);
        Map<String, Map<String, float[]>> first = rig.state();
        backUp();
        rig.database.close();
        // From here the names of files are given out a second time.
        Copies.restore(rig.folder, "start", rig.settings);
        rig.open();
        for (String name : first.keySet()) {
            List<Point> points = Samples.points(random, "p", 25, CopiesRig.DIMENSION);
            rig.database.collection(name).put(points);
            rig.records.get(name).clear();
            for (Hit hit : rig.database.collection(name).search(new float[4], 1000, 1000)) {
                float[] vector = rig.database.collection(name).get(hit.id()).orElseThrow().vector();
                rig.records.get(name).put(hit.id(), vector);
            }
        }
        backUp();
        checkRestored("000001", first);
        checkRestored("000002", rig.state());
    }

    @Test
    void backsUpASnapshotOfADatabaseThatIsOpen(RandomGenerator random) {
        rig.change(random, 25);
        rig.database.snapshot("tonight");
        Map<String, Map<String, float[]>> tonight = rig.state();
        rig.change(random, 25);
        backUp();
        BackupInfo made = backups.addSnapshot(rig.folder, "tonight").info();
        assertThat(made.created()).isEqualTo(rig.database.snapshots().getFirst().created());
        checkRestored("000001", rig.state());
        checkRestored("000002", tonight);
        assertThatThrownBy(() -> backups.addSnapshot(rig.folder, "none"))
                .isInstanceOf(NotFoundException.class);
    }

    @Test
    void takesThePlaceOfADatabase(RandomGenerator random) {
        rig.change(random, 25);
        Map<String, Map<String, float[]>> before = rig.state();
        backUp();
        rig.change(random, 25);
        rig.database.snapshot("after");
        Map<String, Map<String, float[]>> after = rig.state();
        assertThatThrownBy(() -> backups.replace("000001", rig.folder))
                .isInstanceOf(UnavailableException.class)
                .hasMessageContaining("in use by this process");
        rig.database.close();
        backups.replace("000001", rig.folder);
        rig.open();
        CopiesRig.check(rig.database, before);
        try (Database kept = rig.database.openSnapshot("after")) {
            CopiesRig.check(kept, after);
        }
        assertThatThrownBy(() -> backups.replace("000001", root.resolve("none")))
                .isInstanceOf(NotFoundException.class);
    }

    @Test
    void namesADamagedFileOfThePool(RandomGenerator random) {
        rig.change(random, 25);
        backUp();
        Path pool = rig.backups.resolve("pool");
        Damage damage = new Damage(new DiskStorage(pool));
        for (String file : new DiskStorage(pool).list()) {
            byte[] whole = damage.bytes(file);
            byte[] wrong = Arrays.copyOf(whole, Math.max(1, whole.length));
            wrong[random.nextInt(wrong.length)] ^= (byte) (1 << random.nextInt(8));
            byte[] longer = Arrays.copyOf(whole, whole.length + 1);
            for (byte[] bytes : List.of(wrong, longer)) {
                write(pool.resolve(file), bytes);
                assertThatThrownBy(() -> backups.verify("000001"))
                        .isInstanceOf(CorruptException.class)
                        .hasMessageContaining(file)
                        .hasMessageContaining("it is ");
            }
            Path target = root.resolve("target");
            assertThatThrownBy(() -> backups.restore("000001", target))
                    .isInstanceOf(CorruptException.class)
                    .hasMessageContaining(file);
            assertThat(target.toFile().list()).containsExactly("LOCK");
            write(pool.resolve(file), whole);
        }
        backups.verify("000001");
        new DiskStorage(pool).delete(new DiskStorage(pool).list().getFirst());
        assertThatThrownBy(() -> backups.verify("000001"))
                .isInstanceOf(CorruptException.class)
                .hasMessageContaining("it is missing");
    }

    private static void write(Path file, byte[] bytes) {
        DiskStorage folder = new DiskStorage(file.getParent());
        folder.delete(file.getFileName().toString());
        try (Storage.Output output = folder.create(file.getFileName().toString())) {
            output.write(MemorySegment.ofArray(bytes));
        }
    }

    @Test
    void deletesNothingWhereADescriptionIsDamaged(RandomGenerator random) {
        rig.change(random, 25);
        backUp();
        backUp();
        Path first = rig.backups.resolve("000001.backup");
        byte[] whole = new Damage(new DiskStorage(rig.backups)).bytes("000001.backup");
        byte[] wrong = whole.clone();
        wrong[wrong.length / 2] ^= 4;
        write(first, wrong);
        assertThatThrownBy(() -> backups.delete("000002"))
                .isInstanceOf(CorruptException.class)
                .hasMessageContaining("000001.backup");
        assertThatThrownBy(backups::list).isInstanceOf(CorruptException.class);
        backups.verify("000002");
        write(first, whole);
        checkRestored("000001", rig.state());
    }

    @Test
    void refusesWhatItCannotDo(RandomGenerator random) {
        assertThatThrownBy(() -> backups.verify("000001"))
                .isInstanceOf(NotFoundException.class)
                .hasMessage("no backups in " + rig.backups);
        rig.change(random, 5);
        backUp();
        for (String id : List.of("000002", "1", "../x", "")) {
            assertThatThrownBy(() -> backups.restore(id, root.resolve("new")))
                    .isInstanceOf(NotFoundException.class)
                    .hasMessageContaining("there are: 000001");
        }
        Path other = root.resolve("other");
        try (Database database = Database.open(other, Models.NONE, rig.settings)) {
            assertThatThrownBy(() -> database.backup(rig.backups))
                    .isInstanceOf(ConflictException.class)
                    .hasMessageContaining("backups here are of database");
        }
        assertThatThrownBy(() -> backups.restore("000001", other))
                .isInstanceOf(ConflictException.class)
                .hasMessageContaining("is not empty");
        try (FolderLock _ = FolderLock.exclusive(rig.backups)) {
            assertThatThrownBy(this::backUp).isInstanceOf(UnavailableException.class);
            assertThatThrownBy(() -> backups.verify("000001"))
                    .isInstanceOf(UnavailableException.class);
        }
        rig.database.close();
        try (Database reader = Database.openReadOnly(rig.folder, Models.NONE, rig.settings)) {
            assertThatThrownBy(() -> reader.backup(rig.backups))
                    .isInstanceOf(DeniedException.class);
        }
        rig.open();
        assertThat(backups.list()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"DISK_FULL", "POWER_CUT"})
    void leavesFormerBackupsWholeWhereverItFails(StorageTrouble trouble, RandomGenerator random) {
        rig.change(random, 25);
        Map<String, Map<String, float[]>> first = rig.state();
        backUp();
        rig.change(random, 3);
        boolean failed = true;
        for (int nth = 1; failed; nth += 1 + nth / 8) {
            rig.faulty.failAt(StoragePoint.CHANGE, nth, trouble);
            failed = fails(() -> rig.database.backup(rig.backups));
            rig.database.close();
            rig.faulty.repair();
            rig.open();
            backups.list().forEach(info -> backups.verify(info.id()));
            assertThat(backups.list().size()).isBetween(1, 2);
            if (failed && backups.list().size() == 2) {
                backups.delete("000002");
            }
        }
        checkRestored("000002", rig.state());
        failed = true;
        for (int nth = 1; failed; nth += 1 + nth / 8) {
            rig.faulty.failAt(StoragePoint.CHANGE, nth, trouble);
            failed = fails(() -> backups.delete("000002"));
            rig.faulty.repair();
            failed = failed && backups.list().size() == 2;
            backups.verify("000001");
        }
        checkRestored("000001", first);
    }

    @ParameterizedTest
    @ValueSource(strings = {"DISK_FULL", "POWER_CUT"})
    void neverShowsHalfARestoredDatabase(StorageTrouble trouble, RandomGenerator random) {
        rig.change(random, 25);
        backUp();
        boolean failed = true;
        for (int nth = 1; failed; nth += 1 + nth / 8) {
            Path target = root.resolve("target" + nth);
            rig.faulty.failAt(StoragePoint.CHANGE, nth, trouble);
            failed = fails(() -> backups.restore("000001", target));
            rig.faulty.repair();
            if (!failed) {
                rig.checkCopy(target, rig.state());
            } else if (Files.exists(target.resolve("COPYING"))) {
                assertThatThrownBy(() -> Database.open(target, Models.NONE, rig.settings))
                        .isInstanceOf(UnavailableException.class)
                        .hasMessageContaining("empty the folder and copy again");
            } else if (Files.exists(target.resolve("rows"))) {
                rig.checkCopy(target, rig.state());
            }
        }
    }

    private static boolean fails(Runnable work) {
        try {
            work.run();
            return false;
        } catch (EngramException | PowerCut e) {
            return true;
        }
    }
}
