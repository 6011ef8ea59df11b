package dev.engram.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.engram.error.UnavailableException;
import dev.engram.storage.Storage;
import java.lang.foreign.MemorySegment;
import java.util.HashSet;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

final class MemoryStorageTest extends StorageContract {

    private final MemoryStorage storage = new MemoryStorage();
    private final Damage damage = new Damage(storage);

    @Override
    protected Storage storage() {
        return storage;
    }

    @Test
    void losesANameThatWasNotSynced() {
        writeSynced("a", 1);
        storage.crash();
        assertThat(storage.list()).isEmpty();
    }

    @Test
    void losesBytesThatWereNotSynced() {
        try (Storage.Output output = storage.create("a")) {
            output.write(MemorySegment.ofArray(new byte[] {1, 2}));
            output.sync();
            output.write(MemorySegment.ofArray(new byte[] {3}));
        }
        storage.sync();
        assertThat(storage.size("a")).isEqualTo(3);
        storage.crash();
        assertThat(damage.bytes("a")).containsExactly(1, 2);
    }

    @Test
    void keepsWhatWasSynced() {
        writeSynced("a", 1);
        storage.sync();
        storage.crash();
        storage.crash();
        assertThat(damage.bytes("a")).containsExactly(1);
    }

    @Test
    void keepsAReplacedNameAndNoOther() {
        writeSynced("a", 1);
        storage.sync();
        writeSynced("b", 2);
        writeSynced("c", 3);
        storage.replace("b", "a");
        storage.crash();
        assertThat(storage.list()).containsExactly("a");
        assertThat(damage.bytes("a")).containsExactly(2);
    }

    @Test
    void bringsBackAFileWhoseDeletionWasNotSynced() {
        writeSynced("a", 1);
        storage.sync();
        storage.delete("a");
        storage.crash();
        assertThat(storage.list()).containsExactly("a");
        storage.delete("a");
        storage.sync();
        storage.crash();
        assertThat(storage.list()).isEmpty();
    }

    @Test
    void bringsBackAFolderWhoseDeletionWasNotSyncedAbove() {
        Storage below = storage.folder("below");
        below.create("a").close();
        below.sync();
        below.deleteAll();
        storage.crash();
        assertThat(below.list()).containsExactly("a");
        below.deleteAll();
        storage.sync();
        storage.crash();
        assertThat(below.list()).isEmpty();
    }

    @Test
    void syncsOneFolderAlone() {
        storage.folder("below").create("a").close();
        storage.sync();
        storage.crash();
        assertThat(storage.folder("below").list()).isEmpty();
    }

    @Test
    void endsTheOutputsOfTheProcessThatLostItsPower() {
        Storage.Output output = storage.create("a");
        storage.crash();
        MemorySegment bytes = MemorySegment.ofArray(new byte[1]);
        assertThatThrownBy(() -> output.write(bytes)).isInstanceOf(UnavailableException.class);
        assertThatThrownBy(output::sync).isInstanceOf(UnavailableException.class);
        output.close();
    }

    @SeededTest
    void tearsNamesAndTailsButNothingSynced(RandomGenerator random) {
        Set<Integer> lengths = new HashSet<>();
        Set<Boolean> named = new HashSet<>();
        for (int i = 0; i < 200; i++) {
            MemoryStorage torn = new MemoryStorage();
            try (Storage.Output output = torn.create("kept")) {
                output.write(MemorySegment.ofArray(new byte[] {1, 2, 3}));
                output.sync();
                torn.sync();
                output.write(MemorySegment.ofArray(new byte[] {4, 5, 6}));
            }
            torn.create("new").close();
            torn.crash(random);
            byte[] bytes = new Damage(torn).bytes("kept");
            assertThat(bytes).startsWith(1, 2, 3).hasSizeLessThanOrEqualTo(6);
            for (int at = 3; at < bytes.length; at++) {
                assertThat(bytes[at]).isIn((byte) 0, (byte) (at + 1));
            }
            lengths.add(bytes.length);
            named.add(torn.list().contains("new"));
        }
        assertThat(lengths).containsExactlyInAnyOrder(3, 4, 5, 6);
        assertThat(named).containsExactlyInAnyOrder(true, false);
    }

    private void writeSynced(String name, int content) {
        try (Storage.Output output = storage.create(name)) {
            output.write(MemorySegment.ofArray(new byte[] {(byte) content}));
            output.sync();
        }
    }
}
