package dev.engram.db;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.engram.error.ConflictException;
import dev.engram.error.DeniedException;
import dev.engram.error.EngramException;
import dev.engram.error.NotFoundException;
import dev.engram.error.UnavailableException;
import dev.engram.testkit.PowerCut;
import dev.engram.testkit.Seeded;
import dev.engram.testkit.StoragePoint;
import dev.engram.testkit.StorageTrouble;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** States that are kept under a name. */
@Seeded
final class SnapshotsTest {

    @TempDir(factory = QuickFolder.class)
    private Path root;

    private CopiesRig rig;

    @BeforeEach
    void open() {
        rig = new CopiesRig(root);
    }

    @AfterEach
    void close() {
        rig.close();
    }

    @Test
    void keepsAStateUnderAName(RandomGenerator random) {
        rig.change(random, 25);
        Map<String, Map<String, float[]>> before = rig.state();
        SnapshotInfo made = rig.database.snapshot("before");
        for (int i = 0; i < 10; i++) {
            rig.change(random, 12);
        }
        for (String name : before.keySet()) {
            rig.database.collection(name).settle();
        }
        rig.database.create("later", Samples.flat(2));
        rig.database.drop("later");
        try (Database kept = rig.database.openSnapshot("before")) {
            CopiesRig.check(kept, before);
            assertThatThrownBy(() -> kept.collection("a").delete("p1"))
                    .isInstanceOf(DeniedException.class);
        }
        CopiesRig.check(rig.database, rig.state());
        assertThat(rig.database.snapshots()).containsExactly(made);
        assertThat(made.name()).isEqualTo("before");
        rig.database.close();
        rig.open();
        assertThat(rig.database.snapshots()).containsExactly(made);
        rig.database.dropSnapshot("before");
        assertThat(rig.database.snapshots()).isEmpty();
        assertThat(rig.folder.resolve("snapshots").resolve("before")).doesNotExist();
        CopiesRig.check(rig.database, rig.state());
    }

    @Test
    void keepsCollectionsThatNobodyHasUsedYet(RandomGenerator random) {
        rig.change(random, 25);
        rig.database.close();
        rig.open();
        rig.database.snapshot("unused");
        try (Database kept = rig.database.openSnapshot("unused")) {
            CopiesRig.check(kept, rig.state());
        }
    }

    @Test
    void isAnotherDatabaseElsewhere(RandomGenerator random) {
        rig.change(random, 25);
        Path exported = root.resolve("exported");
        rig.database.export(exported);
        rig.checkCopy(exported, rig.state());
        assertThat(rig.folder.resolve("snapshots").toFile().list()).containsExactly("MANIFEST");
        assertThatThrownBy(() -> rig.database.export(exported))
                .isInstanceOf(ConflictException.class)
                .hasMessageContaining("is not empty");
        assertThatThrownBy(() -> rig.database.export(rig.folder.resolve("inside")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("outside");
        try (Database copy = Database.open(exported, Models.NONE, rig.settings)) {
            copy.collection("a").put(Samples.points(random, "new", 30, CopiesRig.DIMENSION));
            copy.drop("b");
        }
        CopiesRig.check(rig.database, rig.state());
    }

    @Test
    void bringsTheDatabaseBack(RandomGenerator random) {
        rig.change(random, 25);
        rig.database.snapshot("one");
        Map<String, Map<String, float[]>> one = rig.state();
        rig.change(random, 25);
        rig.database.snapshot("two");
        rig.database.drop("b");
        assertThatThrownBy(() -> Copies.restore(rig.folder, "one", rig.settings))
                .isInstanceOf(UnavailableException.class)
                .hasMessageContaining("in use by this process");
        rig.database.close();
        assertThatThrownBy(() -> Copies.restore(rig.folder, "none", rig.settings))
                .isInstanceOf(NotFoundException.class)
                .hasMessage("no snapshot 'none' (there are: one, two)");
        Copies.restore(rig.folder, "one", rig.settings);
        rig.open();
        CopiesRig.check(rig.database, one);
        rig.records.forEach((name, there) -> refill(there, one.get(name)));
        // It goes on as any other, and its names are those that files had before.
        for (int i = 0; i < 5; i++) {
            rig.change(random, 20);
        }
        CopiesRig.check(rig.database, rig.state());
        try (Database kept = rig.database.openSnapshot("one")) {
            CopiesRig.check(kept, one);
        }
        Copies.restore(rig.folder, "two", root.resolve("two"), rig.settings);
        rig.checkCopy(root.resolve("two"), stateOf("two"));
    }

    private static void refill(Map<String, float[]> records, Map<String, float[]> by) {
        records.clear();
        records.putAll(by);
    }

    private Map<String, Map<String, float[]>> stateOf(String snapshot) {
        Map<String, Map<String, float[]>> state = rig.state();
        try (Database kept = rig.database.openSnapshot(snapshot)) {
            state.replaceAll((name, there) -> contents(kept.collection(name)));
        }
        return state;
    }

    private static Map<String, float[]> contents(Collection collection) {
        Map<String, float[]> found = new TreeMap<>();
        for (Hit hit : collection.search(new float[CopiesRig.DIMENSION], 1000, 1000)) {
            found.put(hit.id(), collection.get(hit.id()).orElseThrow().vector());
        }
        return found;
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".", "..", "a/b", "../a", ".a", "a b", "a..b", "Manifest", "ä"})
    void refusesANameThatIsNone(String name) {
        assertThatThrownBy(() -> rig.database.snapshot(name))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("snapshot name: '" + name + "'");
    }

    @Test
    void refusesWhatItCannotDo() {
        rig.database.snapshot("one");
        assertThatThrownBy(() -> rig.database.snapshot("ONE"))
                .isInstanceOf(ConflictException.class)
                .hasMessageContaining("exists already");
        assertThatThrownBy(() -> rig.database.dropSnapshot("two"))
                .isInstanceOf(NotFoundException.class)
                .hasMessage("no snapshot 'two' (there are: one)");
        try (Database _ = rig.database.openSnapshot("one")) {
            assertThatThrownBy(() -> rig.database.dropSnapshot("one"))
                    .isInstanceOf(UnavailableException.class);
        }
        rig.database.close();
        try (Database reader = Database.openReadOnly(rig.folder, Models.NONE, rig.settings)) {
            assertThat(reader.snapshots()).hasSize(1);
            assertThatThrownBy(() -> reader.snapshot("two")).isInstanceOf(DeniedException.class);
            assertThatThrownBy(() -> reader.dropSnapshot("one"))
                    .isInstanceOf(DeniedException.class);
            assertThatThrownBy(() -> reader.export(root.resolve("new")))
                    .isInstanceOf(DeniedException.class);
            reader.openSnapshot("one").close();
        }
        rig.open();
    }

    @ParameterizedTest
    @ValueSource(strings = {"DISK_FULL", "POWER_CUT"})
    void leavesNothingHalfDoneWhereverItFails(StorageTrouble trouble, RandomGenerator random) {
        rig.change(random, 25);
        Map<String, Map<String, float[]>> state = rig.state();
        rig.database.snapshot("kept");
        boolean failed = true;
        int failures = 0;
        for (int nth = 1; failed; nth += 1 + nth / 8) {
            rig.faulty.failAt(StoragePoint.CHANGE, nth, trouble);
            failed = fails(() -> rig.database.snapshot("new"));
            failures += failed ? 1 : 0;
            rig.database.close();
            rig.faulty.repair();
            rig.open();
            List<String> names = rig.database.snapshots().stream().map(SnapshotInfo::name).toList();
            for (String name : names) {
                try (Database kept = rig.database.openSnapshot(name)) {
                    CopiesRig.check(kept, state);
                }
            }
            assertThat(names).contains("kept");
            assertThat(Files.exists(rig.folder.resolve("snapshots").resolve("new")))
                    .isEqualTo(names.contains("new"));
            if (names.contains("new") && failed) {
                rig.database.dropSnapshot("new");
            }
        }
        assertThat(failures).as("changes of a snapshot").isGreaterThan(5);
        rig.database.dropSnapshot("new");
        CopiesRig.check(rig.database, state);
    }

    @ParameterizedTest
    @ValueSource(strings = {"DISK_FULL", "POWER_CUT"})
    void finishesARestoreWhereverItFails(StorageTrouble trouble, RandomGenerator random) {
        rig.change(random, 25);
        Map<String, Map<String, float[]>> before = rig.state();
        rig.database.snapshot("before");
        boolean failed = true;
        boolean begun = false;
        for (int nth = 1; failed; nth += 1 + nth / 8) {
            rig.change(random, 3);
            Map<String, Map<String, float[]>> after = rig.state();
            rig.database.close();
            rig.faulty.failAt(StoragePoint.CHANGE, nth, trouble);
            failed = fails(() -> Copies.restore(rig.folder, "before", rig.settings));
            rig.faulty.repair();
            if (failed && Files.exists(rig.folder.resolve("COPYING"))) {
                begun = true;
                assertThatThrownBy(
                                () -> Database.openReadOnly(rig.folder, Models.NONE, rig.settings))
                        .isInstanceOf(UnavailableException.class)
                        .hasMessageContaining("open the database for writing");
            }
            rig.open();
            CopiesRig.check(rig.database, begun || !failed ? before : after);
            Map<String, Map<String, float[]>> now = begun || !failed ? before : after;
            rig.records.forEach((name, there) -> refill(there, now.get(name)));
        }
        assertThat(begun).isTrue();
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
