package dev.engram.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.engram.error.CorruptException;
import dev.engram.error.NotFoundException;
import dev.engram.error.UnavailableException;
import dev.engram.storage.Storage;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What every {@link Storage} promises. A test class extends it for each implementation. */
@Seeded
public abstract class StorageContract {

    /** For the test class of an implementation. */
    protected StorageContract() {}

    /** An empty storage, the same one for the whole of a test. */
    protected abstract Storage storage();

    @Test
    void isEmptyBeforeItsFirstFile() {
        assertThat(storage().list()).isEmpty();
        storage().sync();
        storage().deleteAll();
    }

    @Test
    void readsBackWhatWasWritten(RandomGenerator random) {
        byte[] whole = new byte[100_000];
        random.nextBytes(whole);
        try (Storage.Output output = storage().create("a")) {
            for (int at = 0; at < whole.length; ) {
                int step = Math.min(whole.length - at, random.nextInt(5_000));
                output.write(MemorySegment.ofArray(whole).asSlice(at, step));
                at += step;
            }
            output.sync();
        }
        assertThat(storage().size("a")).isEqualTo(whole.length);
        assertThat(read(storage(), "a")).isEqualTo(whole);
    }

    @Test
    void writesFromMemoryOutsideTheHeapToo() {
        try (Arena arena = Arena.ofConfined();
                Storage.Output output = storage().create("a")) {
            output.write(arena.allocateFrom("engram"));
        }
        assertThat(read(storage(), "a")).containsExactly('e', 'n', 'g', 'r', 'a', 'm', 0);
    }

    @Test
    void mapsAnEmptyFile() {
        write(storage(), "empty");
        assertThat(storage().size("empty")).isZero();
        assertThat(read(storage(), "empty")).isEmpty();
    }

    @Test
    void mapsReadOnly() {
        write(storage(), "a", 1);
        try (Arena arena = Arena.ofConfined()) {
            assertThat(storage().map("a", arena).isReadOnly()).isTrue();
        }
    }

    @Test
    void endsAMappingWithItsArena() {
        write(storage(), "a", 1);
        Arena arena = Arena.ofConfined();
        MemorySegment mapped = storage().map("a", arena);
        arena.close();
        assertThatThrownBy(() -> mapped.get(ValueLayout.JAVA_BYTE, 0))
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    void readsAnyPartOfAFile(RandomGenerator random) {
        byte[] whole = new byte[20_000];
        random.nextBytes(whole);
        try (Storage.Output output = storage().create("a")) {
            output.write(MemorySegment.ofArray(whole));
        }
        try (Storage.Input input = storage().open("a");
                Arena arena = Arena.ofConfined()) {
            for (int round = 0; round < 50; round++) {
                int from = random.nextInt(whole.length);
                int length = random.nextInt(whole.length - from + 1);
                MemorySegment part = arena.allocate(Math.max(1, length)).asSlice(0, length);
                input.read(from, part);
                assertThat(part.toArray(ValueLayout.JAVA_BYTE))
                        .isEqualTo(Arrays.copyOfRange(whole, from, from + length));
            }
            byte[] onHeap = new byte[7];
            input.read(whole.length - 7, MemorySegment.ofArray(onHeap));
            assertThat(onHeap).isEqualTo(Arrays.copyOfRange(whole, whole.length - 7, whole.length));
        }
    }

    @Test
    void readsNothingBehindTheEndOfAFile() {
        write(storage(), "a", 1, 2, 3);
        try (Storage.Input input = storage().open("a")) {
            MemorySegment two = MemorySegment.ofArray(new byte[2]);
            input.read(1, two);
            for (long position : new long[] {2, 3, 4, 1L << 40}) {
                assertThatThrownBy(() -> input.read(position, two))
                        .isInstanceOf(CorruptException.class)
                        .hasMessageContaining(storage().describe("a"))
                        .hasMessageContaining(
                                "byte %d: length: 3 (expected: >= %d)"
                                        .formatted(position, position + 2));
            }
        }
    }

    @Test
    void readsAFileAlsoWhereTheThreadWasInterrupted() {
        write(storage(), "a", 7);
        try (Storage.Input input = storage().open("a")) {
            byte[] one = new byte[1];
            Thread.currentThread().interrupt();
            try {
                input.read(0, MemorySegment.ofArray(one));
                assertThat(Thread.currentThread().isInterrupted()).isTrue();
            } finally {
                Thread.interrupted();
            }
            assertThat(one).containsExactly(7);
            input.read(0, MemorySegment.ofArray(one));
        }
    }

    @Test
    void readsAFileFromManyThreads() throws InterruptedException, ExecutionException {
        write(storage(), "a", IntStream.range(0, 100).toArray());
        List<Future<byte[]>> parts = new ArrayList<>();
        try (Storage.Input input = storage().open("a");
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 100; i++) {
                int position = i;
                parts.add(
                        threads.submit(
                                () -> {
                                    byte[] one = new byte[1];
                                    input.read(position, MemorySegment.ofArray(one));
                                    return one;
                                }));
            }
            for (int i = 0; i < 100; i++) {
                assertThat(parts.get(i).get()).containsExactly(i);
            }
        }
    }

    @Test
    void listsNamesInOrder() {
        for (String name : List.of("b", "a", "B", "a.next", "10", "9")) {
            write(storage(), name, 1);
        }
        assertThat(storage().list()).containsExactly("10", "9", "B", "a", "a.next", "b");
    }

    @Test
    void refusesANameThatIsTaken() {
        write(storage(), "a", 1);
        assertThatThrownBy(() -> storage().create("a"))
                .isInstanceOf(UnavailableException.class)
                .hasMessageContaining(storage().describe("a"));
        assertThat(read(storage(), "a")).containsExactly(1);
    }

    @Test
    void saysWhichFileIsMissing() {
        List<Runnable> uses =
                List.of(
                        () -> storage().size("none"),
                        () -> read(storage(), "none"),
                        () -> storage().open("none"),
                        () -> storage().replace("none", "a"));
        for (Runnable use : uses) {
            assertThatThrownBy(use::run)
                    .isInstanceOf(NotFoundException.class)
                    .hasMessageContaining(storage().describe("none"));
        }
        storage().delete("none");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".", "..", "a/b", "../a", "/a", "a\\b"})
    void refusesANameThatIsAPath(String name) {
        List<Runnable> uses =
                List.of(
                        () -> storage().create(name),
                        () -> storage().size(name),
                        () -> storage().open(name),
                        () -> storage().delete(name),
                        () -> storage().folder(name),
                        () -> storage().replace("a", name));
        write(storage(), "a", 1);
        for (Runnable use : uses) {
            assertThatThrownBy(use::run)
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("file name: '" + name + "' (expected: no path)");
        }
    }

    @Test
    void replacesAFileInOneStep() {
        write(storage(), "a", 1, 2, 3);
        write(storage(), "b", 4);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment before = storage().map("a", arena);
            storage().replace("b", "a");
            assertThat(before.toArray(ValueLayout.JAVA_BYTE)).containsExactly(1, 2, 3);
        }
        assertThat(storage().list()).containsExactly("a");
        assertThat(read(storage(), "a")).containsExactly(4);
    }

    @Test
    void givesANameThatWasFree() {
        write(storage(), "b", 4);
        storage().replace("b", "a");
        assertThat(storage().list()).containsExactly("a");
    }

    @Test
    void keepsAMappingOfADeletedFile() {
        write(storage(), "a", 7);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment mapped = storage().map("a", arena);
            storage().delete("a");
            assertThat(storage().list()).isEmpty();
            assertThat(mapped.get(ValueLayout.JAVA_BYTE, 0)).isEqualTo((byte) 7);
        }
    }

    @Test
    void keepsFoldersApart() {
        Storage one = storage().folder("one");
        Storage two = storage().folder("two");
        assertThat(one.list()).isEmpty();
        write(one, "a", 1);
        write(two, "a", 2);
        write(two.folder("deep"), "a", 3);
        write(storage(), "a", 4);
        assertThat(read(storage().folder("one"), "a")).containsExactly(1);
        assertThat(read(storage().folder("two"), "a")).containsExactly(2);
        assertThat(read(storage().folder("two").folder("deep"), "a")).containsExactly(3);
        assertThat(storage().list()).containsExactly("a");
        assertThat(two.list()).containsExactly("a");
        assertThat(one.describe("a")).isNotEqualTo(two.describe("a"));
    }

    @Test
    void listsTheFoldersOfAFolder() {
        assertThat(storage().folders()).isEmpty();
        write(storage(), "a", 1);
        write(storage().folder("two"), "a", 1);
        write(storage().folder("one").folder("deep"), "a", 1);
        assertThat(storage().folders()).containsExactly("one", "two");
        assertThat(storage().folder("one").folders()).containsExactly("deep");
        assertThat(storage().folder("two").folders()).isEmpty();
    }

    @Test
    void givesAnotherFolderAFile(RandomGenerator random) {
        byte[] whole = new byte[Storage.COPY_BYTES + 1000];
        random.nextBytes(whole);
        try (Storage.Output output = storage().create("a")) {
            output.write(MemorySegment.ofArray(whole));
            output.sync();
        }
        Storage linked = storage().folder("linked");
        Storage copied = storage().folder("deep").folder("copied");
        storage().link("a", linked);
        storage().copy("a", copied);
        linked.sync();
        copied.sync();
        storage().delete("a");
        storage().sync();
        write(storage(), "a", 9);
        assertThat(read(linked, "a")).isEqualTo(whole);
        assertThat(read(copied, "a")).isEqualTo(whole);
        linked.delete("a");
        assertThat(read(copied, "a")).isEqualTo(whole);
        assertThat(read(storage(), "a")).containsExactly(9);
    }

    @Test
    void givesAFileToAStorageOfAnotherKind() {
        write(storage(), "a", 1, 2, 3);
        write(storage(), "empty");
        MemoryStorage other = new MemoryStorage();
        storage().link("a", other);
        storage().copy("empty", other);
        other.sync();
        other.crash();
        assertThat(read(other, "a")).containsExactly(1, 2, 3);
        assertThat(read(other, "empty")).isEmpty();
    }

    @Test
    void givesNoFileThatIsMissingNorToANameThatIsTaken() {
        Storage other = storage().folder("other");
        List<Runnable> uses =
                List.of(() -> storage().link("a", other), () -> storage().copy("a", other));
        for (Runnable use : uses) {
            assertThatThrownBy(use::run)
                    .isInstanceOf(NotFoundException.class)
                    .hasMessageContaining(storage().describe("a"));
        }
        write(storage(), "a", 1);
        write(other, "a", 2);
        for (Runnable use : uses) {
            assertThatThrownBy(use::run)
                    .isInstanceOf(UnavailableException.class)
                    .hasMessageContaining(other.describe("a"));
        }
        assertThat(read(other, "a")).containsExactly(2);
    }

    @Test
    void deletesAFolderWithAllThatIsInIt() {
        Storage one = storage().folder("one");
        write(one, "a", 1);
        write(one.folder("deep"), "b", 2);
        write(storage(), "one.more", 3);
        one.deleteAll();
        assertThat(one.list()).isEmpty();
        assertThat(one.folder("deep").list()).isEmpty();
        assertThat(storage().list()).containsExactly("one.more");
        one.deleteAll();
        write(one, "a", 5);
        assertThat(read(one, "a")).containsExactly(5);
    }

    @Test
    void servesManyThreads() throws InterruptedException, ExecutionException {
        List<String> names = new ArrayList<>();
        List<Future<?>> files = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 32; i++) {
                String name = "file" + i;
                byte content = (byte) i;
                names.add(name);
                files.add(threads.submit(() -> write(storage().folder("new"), name, content)));
            }
        }
        for (Future<?> file : files) {
            file.get();
        }
        Collections.sort(names);
        assertThat(storage().folder("new").list()).isEqualTo(names);
        assertThat(read(storage().folder("new"), "file9")).containsExactly(9);
    }

    private static void write(Storage storage, String name, int... content) {
        byte[] bytes = new byte[content.length];
        for (int i = 0; i < content.length; i++) {
            bytes[i] = (byte) content[i];
        }
        try (Storage.Output output = storage.create(name)) {
            output.write(MemorySegment.ofArray(bytes));
            output.sync();
        }
        storage.sync();
    }

    private static byte[] read(Storage storage, String name) {
        try (Arena arena = Arena.ofConfined()) {
            return storage.map(name, arena).toArray(ValueLayout.JAVA_BYTE);
        }
    }
}
