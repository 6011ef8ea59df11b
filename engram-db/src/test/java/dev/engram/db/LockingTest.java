package dev.engram.db;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.engram.error.DeniedException;
import dev.engram.error.NotFoundException;
import dev.engram.error.UnavailableException;
import dev.engram.testkit.Seeded;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Seeded
final class LockingTest {

    private static final Schema FLAT = Samples.flat(3);

    @TempDir private Path folder;

    private void refuses(ThrowingCallable open, long pid) {
        assertThatThrownBy(open)
                .isInstanceOf(UnavailableException.class)
                .hasMessageContainingAll(folder.getFileName().toString(), "in use", "pid " + pid);
    }

    @Test
    void refusesASecondOpeningInThisProcess() {
        try (Database database = Database.open(folder)) {
            long pid = ProcessHandle.current().pid();
            refuses(() -> Database.open(folder), pid);
            refuses(() -> Database.openReadOnly(folder, Models.NONE), pid);
            database.create("a", FLAT);
        }
        Database.open(folder).close();
    }

    @Test
    void refusesWhileAnotherProcessWrites() throws IOException, InterruptedException {
        try (OtherProcess other = OtherProcess.start(folder, "hold", "exclusive")) {
            other.hear();
            refuses(() -> Database.open(folder), other.pid());
            refuses(() -> Database.openReadOnly(folder, Models.NONE), other.pid());
            other.kill();
        }
        Database.open(folder).close();
    }

    @Test
    void staysLockedAfterARefusal() throws IOException {
        try (Database database = Database.open(folder)) {
            refuses(() -> Database.open(folder), ProcessHandle.current().pid());
            try (OtherProcess other = OtherProcess.start(folder, "hold", "exclusive")) {
                assertThat(other.hear()).contains("in use", "pid " + ProcessHandle.current().pid());
            }
            assertThat(database.collections()).isEmpty();
        }
    }

    @Test
    void letsManyRead(RandomGenerator random) throws IOException {
        try (Database database = Database.open(folder)) {
            database.create("a", FLAT).put(Samples.points(random, "p", 10, 3));
        }
        List<Database> readers = new ArrayList<>();
        try (OtherProcess other = OtherProcess.start(folder, "hold", "shared")) {
            assertThat(other.hear()).isEqualTo("1");
            for (int i = 0; i < 3; i++) {
                readers.add(Database.openReadOnly(folder, Models.NONE));
            }
            for (Database reader : readers) {
                assertThat(reader.collection("a").search(new float[3], 100)).hasSize(10);
                assertThat(reader.collection("a").get("p3")).isPresent();
            }
            assertThatThrownBy(() -> Database.open(folder))
                    .isInstanceOf(UnavailableException.class)
                    .hasMessageContaining("in use");
            readers.forEach(Database::close);
            assertThatThrownBy(() -> Database.open(folder))
                    .isInstanceOf(UnavailableException.class)
                    .hasMessageContaining("another engram process");
        }
        // The other process is gone by now, or will be in a moment: then the lock is, too.
        openWithin(10_000_000_000L).close();
    }

    private Database openWithin(long nanos) {
        long until = System.nanoTime() + nanos;
        while (true) {
            try {
                return Database.open(folder);
            } catch (UnavailableException e) {
                if (System.nanoTime() > until) {
                    throw e;
                }
                Thread.onSpinWait();
            }
        }
    }

    @Test
    void refusesToWriteWhereItMayOnlyRead(RandomGenerator random) {
        try (Database database = Database.open(folder)) {
            database.create("a", FLAT).put(Samples.points(random, "p", 10, 3));
        }
        try (Database database = Database.openReadOnly(folder, Models.NONE)) {
            Collection collection = database.collection("a", FLAT);
            List<ThrowingCallable> writes =
                    List.of(
                            () -> database.create("b", FLAT),
                            () -> database.collection("b", FLAT),
                            () -> database.load("a", FLAT),
                            () -> database.drop("a"),
                            () -> collection.put(Samples.points(random, "q", 1, 3)),
                            () -> collection.put(List.of()),
                            () -> collection.delete("p1"),
                            () -> collection.delete("none"));
            for (ThrowingCallable write : writes) {
                assertThatThrownBy(write)
                        .isInstanceOf(DeniedException.class)
                        .hasMessage(
                                "the database is open for reading only; open it with Database.open"
                                        + " to write");
            }
            assertThat(collection.search(new float[3], 100)).hasSize(10);
        }
    }

    @Test
    void readsNothingThatIsNotThere() {
        Path none = folder.resolve("none");
        assertThatThrownBy(() -> Database.openReadOnly(none, Models.NONE))
                .isInstanceOf(NotFoundException.class)
                .hasMessage("no database in " + none);
        assertThat(none).doesNotExist();
        assertThat(Database.exists(none)).isFalse();
        Database.open(none).close();
        assertThat(Database.exists(none)).isTrue();
    }

    @Test
    void isFreeAgainWhereOpeningFailed() throws IOException {
        Database.open(folder).close();
        Path current = folder.resolve("rows").resolve("CURRENT");
        byte[] sound = Files.readAllBytes(current);
        for (int i = 0; i < 3; i++) {
            Files.writeString(current, "MANIFEST-999999\n");
            assertThatThrownBy(() -> Database.open(folder)).isNotInstanceOf(Error.class);
            assertThatThrownBy(() -> Database.openReadOnly(folder, Models.NONE))
                    .isNotInstanceOf(Error.class);
            Files.write(current, sound);
            Database.open(folder).close();
            sound = Files.readAllBytes(current);
        }
    }
}
