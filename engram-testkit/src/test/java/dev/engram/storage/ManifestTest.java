package dev.engram.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.engram.error.CorruptException;
import dev.engram.error.EngramException;
import dev.engram.testkit.Damage;
import dev.engram.testkit.FaultyStorage;
import dev.engram.testkit.MemoryStorage;
import dev.engram.testkit.PowerCut;
import dev.engram.testkit.Seeded;
import dev.engram.testkit.SeededTest;
import dev.engram.testkit.StoragePoint;
import dev.engram.testkit.StorageTrouble;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Seeded
final class ManifestTest {

    private static final byte[] OLD = "old".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] NEW = "the new one".getBytes(StandardCharsets.US_ASCII);

    private final MemoryStorage memory = new MemoryStorage();
    private final FaultyStorage storage = new FaultyStorage(memory);

    @AfterEach
    void leavesNothingOpen() {
        storage.assertNothingOpen();
    }

    @Test
    void isNullBeforeTheFirstSwap() {
        assertThat(Manifest.read(storage)).isNull();
    }

    @Test
    void readsWhatTheLastSwapWrote(RandomGenerator random) {
        for (int size : new int[] {0, 1, 1_000_000, 5}) {
            byte[] content = new byte[size];
            random.nextBytes(content);
            Manifest.swap(storage, content);
            assertThat(Manifest.read(storage)).isEqualTo(content);
            assertThat(storage.list()).containsExactly("MANIFEST");
        }
    }

    @Test
    void survivesAPowerCutOnceSwapped() {
        Manifest.swap(storage, OLD);
        memory.crash();
        assertThat(Manifest.read(storage)).isEqualTo(OLD);
    }

    @Test
    void comesNoEarlierThanTheFilesItSpeaksOf() {
        try (SegmentWriter writer = SegmentWriter.create(storage, "a", new Kind("TEST", 1))) {
            writer.finish();
        }
        Manifest.swap(storage, NEW);
        memory.crash();
        assertThat(storage.list()).containsExactly("MANIFEST", "a");
    }

    @SeededTest
    void isTheOldOneOrTheNewOneWhereverThePowerGoes(RandomGenerator random) {
        for (StoragePoint point : List.of(StoragePoint.DURABLE, StoragePoint.CHANGE)) {
            Set<String> seen = new HashSet<>();
            for (long nth = 1; nth <= passesOfASwap(point) + 1; nth++) {
                for (int tear = 0; tear < 20; tear++) {
                    seen.add(manifestAfterACrash(point, nth, tear == 0, random));
                }
            }
            assertThat(seen).containsExactlyInAnyOrder("old", "the new one");
        }
    }

    /** Swaps into a fresh storage that loses power at the given point, and reads what is left. */
    private static String manifestAfterACrash(
            StoragePoint point, long nth, boolean clean, RandomGenerator random) {
        MemoryStorage disk = new MemoryStorage();
        FaultyStorage faulty = new FaultyStorage(disk);
        Manifest.swap(faulty, OLD);
        faulty.failAt(point, nth, StorageTrouble.POWER_CUT);
        try {
            Manifest.swap(faulty, NEW);
        } catch (PowerCut cut) {
            assertThat(faulty.open()).isEmpty();
        }
        if (clean) {
            disk.crash();
        } else {
            disk.crash(random);
        }
        faulty.repair();
        String left = text(faulty);
        // Whatever lies about, the next swap works.
        Manifest.swap(faulty, OLD);
        assertThat(text(faulty)).isEqualTo("old");
        assertThat(faulty.list()).containsExactly("MANIFEST");
        return left;
    }

    @ParameterizedTest
    @EnumSource(
            value = StorageTrouble.class,
            names = {"DISK_FULL", "UNAVAILABLE"})
    void keepsTheOldOneWhereASwapFails(StorageTrouble trouble) {
        long passes = passesOfASwap(StoragePoint.CHANGE);
        Manifest.swap(storage, OLD);
        for (long nth = 1; nth <= passes; nth++) {
            storage.failAt(StoragePoint.CHANGE, nth, trouble);
            assertThatThrownBy(() -> Manifest.swap(storage, NEW))
                    .isInstanceOf(EngramException.class);
            assertThat(text(storage)).isEqualTo("old");
            storage.assertNothingOpen();
        }
        Manifest.swap(storage, NEW);
        assertThat(text(storage)).isEqualTo("the new one");
        assertThat(storage.list()).containsExactly("MANIFEST");
    }

    @Test
    void refusesADamagedOne() {
        Manifest.swap(storage, OLD);
        Damage damage = new Damage(storage);
        byte[] good = damage.bytes("MANIFEST");
        for (long bit : new long[] {0, 64 * 8, 64 * 8 + 20, (good.length - 1) * 8L}) {
            damage.flipBit("MANIFEST", bit);
            assertThatThrownBy(() -> Manifest.read(storage))
                    .isInstanceOf(CorruptException.class)
                    .hasMessageContaining("memory:/MANIFEST");
            damage.overwrite("MANIFEST", good);
        }
        damage.zero("MANIFEST");
        assertThatThrownBy(() -> Manifest.read(storage)).isInstanceOf(CorruptException.class);
    }

    @Test
    void sweepsALeftoverOfAnInterruptedSwap() {
        try (Storage.Output output = storage.create("MANIFEST.next")) {
            output.write(MemorySegment.ofArray(OLD));
        }
        assertThat(Manifest.read(storage)).isNull();
        Manifest.swap(storage, NEW);
        assertThat(storage.list()).containsExactly("MANIFEST");
    }

    private static long passesOfASwap(StoragePoint point) {
        FaultyStorage counted = new FaultyStorage(new MemoryStorage());
        Manifest.swap(counted, NEW);
        return counted.passed(point);
    }

    private static String text(Storage storage) {
        return new String(
                Objects.requireNonNull(Manifest.read(storage)), StandardCharsets.US_ASCII);
    }
}
