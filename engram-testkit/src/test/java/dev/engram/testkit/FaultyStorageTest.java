package dev.engram.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.engram.error.LimitExceededException;
import dev.engram.error.UnavailableException;
import dev.engram.storage.Storage;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class FaultyStorageTest extends StorageContract {

    private static final MemorySegment FOUR_BYTES = MemorySegment.ofArray(new byte[] {1, 2, 3, 4});

    private final MemoryStorage memory = new MemoryStorage();
    private final FaultyStorage storage = new FaultyStorage(memory);

    @Override
    protected Storage storage() {
        return storage;
    }

    @AfterEach
    void leavesNothingOpen() {
        storage.assertNothingOpen();
    }

    @Test
    void failsTheNthWriteOnceAndHalfWay() {
        storage.failAt(StoragePoint.WRITE, 2, StorageTrouble.DISK_FULL);
        try (Storage.Output output = storage.create("a")) {
            output.write(FOUR_BYTES);
            assertThatThrownBy(() -> output.write(FOUR_BYTES))
                    .isInstanceOf(LimitExceededException.class)
                    .hasMessage("disk full while writing memory:/a");
            output.write(FOUR_BYTES);
        }
        assertThat(new Damage(memory).bytes("a")).containsExactly(1, 2, 3, 4, 1, 2, 1, 2, 3, 4);
    }

    @Test
    void failsEveryKindOfOperation() {
        storage.create("a").close();
        for (StoragePoint point : StoragePoint.values()) {
            if (point != StoragePoint.DURABLE && point != StoragePoint.CHANGE) {
                storage.failAt(point, 1, StorageTrouble.UNAVAILABLE);
            }
        }
        assertFails(() -> storage.create("b"));
        assertFails(() -> storage.replace("a", "b"));
        assertFails(() -> storage.delete("a"));
        assertFails(storage::sync);
        try (Arena arena = Arena.ofConfined();
                Storage.Output output = storage.create("b")) {
            assertFails(() -> storage.map("a", arena));
            try (Storage.Input input = storage.open("a")) {
                assertFails(() -> input.read(0, FOUR_BYTES));
            }
            assertFails(() -> output.write(FOUR_BYTES));
        }
        assertThat(storage.list()).containsExactly("a", "b");
    }

    @Test
    void countsFoldersAndFilesTogether() {
        storage.folder("one").create("a").close();
        storage.folder("two").create("a").close();
        storage.folder("two").sync();
        storage.folder("two").replace("a", "b");
        assertThat(storage.passed(StoragePoint.CREATE)).isEqualTo(2);
        assertThat(storage.passed(StoragePoint.DURABLE)).isEqualTo(2);
        assertThat(storage.passed(StoragePoint.CHANGE)).isEqualTo(4);
    }

    @Test
    void doesNothingAfterThePowerWasCut() {
        storage.failAt(StoragePoint.DURABLE, 2, StorageTrouble.POWER_CUT);
        try (Storage.Output output = storage.create("a")) {
            storage.sync();
            assertThatThrownBy(output::sync).isInstanceOf(PowerCut.class);
            assertThatThrownBy(() -> output.write(FOUR_BYTES)).isInstanceOf(PowerCut.class);
        }
        assertThatThrownBy(() -> storage.delete("a")).isInstanceOf(PowerCut.class);
        assertThatThrownBy(storage::list).isInstanceOf(PowerCut.class);
        assertThatThrownBy(() -> storage.folder("x").list()).isInstanceOf(PowerCut.class);
        memory.crash();
        storage.repair();
        assertThat(storage.list()).containsExactly("a");
        assertThat(storage.size("a")).isZero();
    }

    @Test
    void noticesAnOutputLeftOpen() {
        Storage.Output output = storage.folder("x").create("a");
        assertThatThrownBy(storage::assertNothingOpen)
                .isInstanceOf(AssertionError.class)
                .hasMessage("still open: memory:/x/a (output)");
        output.close();
    }

    @Test
    void noticesAnInputLeftOpen() {
        storage.create("a").close();
        Storage.Input input = storage.open("a");
        assertThatThrownBy(storage::assertNothingOpen)
                .isInstanceOf(AssertionError.class)
                .hasMessage("still open: memory:/a (input)");
        input.close();
    }

    @Test
    void noticesAnArenaLeftOpen() {
        storage.create("a").close();
        try (Arena arena = Arena.ofConfined()) {
            assertThat(storage.map("a", arena).byteSize()).isZero();
            assertThatThrownBy(storage::assertNothingOpen)
                    .isInstanceOf(AssertionError.class)
                    .hasMessage("still open: memory:/a (mapping)");
        }
    }

    @Test
    void refusesToFailAtPassZero() {
        assertThatThrownBy(() -> storage.failAt(StoragePoint.SYNC, 0, StorageTrouble.DISK_FULL))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("nth: 0 (expected: >= 1)");
    }

    private static void assertFails(Runnable operation) {
        assertThatThrownBy(operation::run).isInstanceOf(UnavailableException.class);
    }
}
