package dev.engram.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.engram.error.CorruptException;
import dev.engram.error.LimitExceededException;
import dev.engram.error.NotFoundException;
import dev.engram.error.UnavailableException;
import dev.engram.testkit.Damage;
import dev.engram.testkit.FaultyStorage;
import dev.engram.testkit.MemoryStorage;
import dev.engram.testkit.Seeded;
import dev.engram.testkit.SeededTest;
import dev.engram.testkit.StoragePoint;
import dev.engram.testkit.StorageTrouble;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

@Seeded
final class SegmentFileTest {

    private static final Kind KIND = new Kind("TEST", 2);

    private final MemoryStorage memory = new MemoryStorage();
    private final FaultyStorage storage = new FaultyStorage(memory);
    private final Damage damage = new Damage(storage);

    @AfterEach
    void leavesNothingOpen() {
        storage.assertNothingOpen();
    }

    @SeededTest
    void readsBackManySectionsOfAllSizes(RandomGenerator random) {
        Map<Integer, byte[]> sections = new LinkedHashMap<>();
        int[] sizes = {
            0, 1, 63, 64, 65, 4096, 16_383, 16_384, 16_385, 262_143, 262_144, 262_145, 700_000
        };
        for (int size : sizes) {
            sections.put(random.nextInt(Integer.MAX_VALUE), bytes(random, size));
        }
        while (sections.size() < 60) {
            sections.put(random.nextInt(1000), bytes(random, random.nextInt(3000)));
        }
        writeInPieces("a", sections, random);
        try (Arena arena = Arena.ofConfined()) {
            SegmentFile file = SegmentFile.open(storage, "a", KIND, arena);
            file.verify();
            assertThat(file.version()).isEqualTo(2);
            assertThat(file.byteSize()).isEqualTo(storage.size("a"));
            sections.forEach(
                    (id, bytes) -> {
                        assertThat(file.section(id).address() % 64).isZero();
                        assertThat(file.verified(id).toArray(ValueLayout.JAVA_BYTE))
                                .isEqualTo(bytes);
                    });
        }
    }

    @Test
    void readsBackTheMostSectionsAFileCanHave() {
        try (SegmentWriter writer = SegmentWriter.create(storage, "a", KIND)) {
            for (int id = 0; id < SegmentLayout.SECTIONS_MAX; id++) {
                writer.section(id);
            }
            writer.finish();
        }
        verify("a");
        try (SegmentWriter writer = SegmentWriter.create(storage, "b", KIND)) {
            for (int id = 0; id <= SegmentLayout.SECTIONS_MAX; id++) {
                writer.section(id);
            }
            assertThatThrownBy(writer::finish).isInstanceOf(AssertionError.class);
        }
    }

    @Test
    void isTheSameForeverBitByBit() throws IOException {
        writeSmall("golden");
        String expected;
        try (InputStream text = getClass().getResourceAsStream("/golden/segment-v2.hex")) {
            expected =
                    new String(
                            Objects.requireNonNull(text).readAllBytes(), StandardCharsets.US_ASCII);
        }
        assertThat(hex(damage.bytes("golden")))
                .as("the bytes on disk are a promise: a changed layout is a new version")
                .isEqualTo(expected);
        damage.overwrite("golden", HexFormat.of().parseHex(expected.replaceAll("\\s", "")));
        verify("golden");
    }

    @Test
    void findsEveryFlippedBit() {
        writeSmall("a");
        byte[] good = damage.bytes("a");
        for (long bit = 0; bit < good.length * 8L; bit++) {
            damage.flipBit("a", bit);
            assertThatThrownBy(() -> verify("a"))
                    .as("bit %d", bit)
                    .isInstanceOf(CorruptException.class)
                    .hasMessageContaining("memory:/a");
            damage.overwrite("a", good);
        }
        verify("a");
    }

    /** Whether a chunk, the list of its checksum, or what lies between is hit. */
    @SeededTest
    void findsFlippedBitsInSectionsOfManyChunks(RandomGenerator random) {
        try (SegmentWriter writer = SegmentWriter.create(storage, "a", KIND)) {
            writer.section(7);
            writer.write(MemorySegment.ofArray(bytes(random, 50_001)));
            writer.section(1);
            writer.write(MemorySegment.ofArray(bytes(random, 16_384)));
            writer.finish();
        }
        byte[] good = damage.bytes("a");
        for (int i = 0; i < 300; i++) {
            long end = good.length * 8L;
            long bit = i < 150 ? random.nextLong(end) : random.nextLong(end - 1600, end);
            damage.flipBit("a", bit);
            assertThatThrownBy(() -> verify("a"))
                    .as("bit %d", bit)
                    .isInstanceOf(CorruptException.class)
                    .hasMessageContaining("memory:/a");
            damage.overwrite("a", good);
        }
        verify("a");
    }

    @Test
    void refusesAnOlderFrameAndAnOlderFormat() {
        writeSmall("a");
        byte[] bytes = damage.bytes("a");
        MemorySegment header = MemorySegment.ofArray(bytes);
        header.set(SegmentLayout.INT, SegmentLayout.HEADER_FRAME, 0);
        int checksum = SegmentLayout.checksum(header.asSlice(0, SegmentLayout.CHECKSUM));
        header.set(SegmentLayout.INT, SegmentLayout.CHECKSUM, checksum);
        damage.overwrite("b", bytes);
        try (Arena arena = Arena.ofConfined()) {
            assertThatThrownBy(() -> SegmentFile.open(storage, "b", KIND, arena))
                    .isInstanceOf(UnavailableException.class)
                    .hasMessageContaining("memory:/b has frame version 1 (this engram reads 2..2)")
                    .hasMessageContaining("build it again");
            Kind later = new Kind("TEST", 3, 4);
            assertThatThrownBy(() -> SegmentFile.open(storage, "a", later, arena))
                    .isInstanceOf(UnavailableException.class)
                    .hasMessageContaining("memory:/a has format version 2 (this engram reads 3..4)")
                    .hasMessageContaining("build it again");
        }
    }

    @Test
    void opensAFileWhoseSectionIsDamagedAndRefusesThatSectionOnly() {
        writeSmall("a");
        damage.flipBit("a", 8 * SegmentLayout.HEADER_BYTES);
        try (Arena arena = Arena.ofConfined()) {
            SegmentFile file = SegmentFile.open(storage, "a", KIND, arena);
            assertThat(file.verified(1).byteSize()).isEqualTo(3);
            assertThatThrownBy(() -> file.verified(7))
                    .isInstanceOf(CorruptException.class)
                    .hasMessageContaining("section 7 crc32c");
        }
    }

    @Test
    void refusesEveryTruncatedFile() {
        writeSmall("a");
        byte[] good = damage.bytes("a");
        for (int length = 0; length < good.length; length++) {
            damage.truncate("a", length);
            assertRefused("a");
            damage.overwrite("a", good);
        }
    }

    @Test
    void refusesAFileThatGrew() {
        writeSmall("a");
        byte[] good = damage.bytes("a");
        for (int more : new int[] {1, 32, 64, 128}) {
            damage.overwrite("a", Arrays.copyOf(good, good.length + more));
            assertRefused("a");
        }
        byte[] twice = Arrays.copyOf(good, good.length * 2);
        System.arraycopy(good, 0, twice, good.length, good.length);
        damage.overwrite("a", twice);
        assertRefused("a");
    }

    @Test
    void refusesZerosAndAFileThatIsGone() {
        writeSmall("a");
        damage.zero("a");
        assertRefused("a");
        damage.delete("a");
        assertThatThrownBy(() -> verify("a")).isInstanceOf(NotFoundException.class);
    }

    @Test
    void refusesAFileThatWasNeverFinished(RandomGenerator random) {
        try (SegmentWriter writer = SegmentWriter.create(storage, "a", KIND)) {
            writer.section(0);
            writer.write(MemorySegment.ofArray(bytes(random, 600_000)));
        }
        assertRefused("a");
    }

    @Test
    void refusesAnotherKind() {
        writeSmall("a");
        try (Arena arena = Arena.ofConfined()) {
            assertThatThrownBy(() -> SegmentFile.open(storage, "a", new Kind("CODE", 2), arena))
                    .isInstanceOf(CorruptException.class)
                    .hasMessageContaining("kind: TEST (expected: CODE)");
        }
    }

    @Test
    void refusesTwoFilesOfDifferentKindsThatWereSwapped() {
        writeSmall("a");
        try (SegmentWriter writer = SegmentWriter.create(storage, "b", new Kind("CODE", 2))) {
            writer.finish();
        }
        damage.swap("a", "b");
        assertRefused("a");
    }

    /** A file does not know its name: whoever lists files must write their checksums down. */
    @Test
    void tellsTwoSwappedFilesOfOneKindApartByTheirChecksums(RandomGenerator random) {
        write("a", bytes(random, 100));
        write("b", bytes(random, 100));
        int checksum = checksum("a");
        assertThat(checksum("b")).isNotEqualTo(checksum);
        damage.swap("a", "b");
        verify("a");
        assertThat(checksum("a")).isNotEqualTo(checksum);
        assertThat(checksum("b")).isEqualTo(checksum);
    }

    @Test
    void asksForANewerEngramWhereTheFileIsNewer() {
        writeSmall("a");
        try (Arena arena = Arena.ofConfined()) {
            assertThatThrownBy(() -> SegmentFile.open(storage, "a", new Kind("TEST", 1), arena))
                    .isInstanceOf(UnavailableException.class)
                    .hasMessageContaining("memory:/a has format version 2")
                    .hasMessageContaining("reads 1..1")
                    .hasMessageContaining("newer engram");
            assertThat(SegmentFile.open(storage, "a", new Kind("TEST", 9), arena).version())
                    .isEqualTo(2);
        }
    }

    @Test
    void saysWhichSectionIsMissing() {
        writeSmall("a");
        try (Arena arena = Arena.ofConfined()) {
            SegmentFile file = SegmentFile.open(storage, "a", KIND, arena);
            assertThatThrownBy(() -> file.section(99))
                    .isInstanceOf(CorruptException.class)
                    .hasMessageContaining("no section 99");
        }
    }

    @Test
    void diesWithItsArena() {
        writeSmall("a");
        Arena arena = Arena.ofConfined();
        SegmentFile file = SegmentFile.open(storage, "a", KIND, arena);
        MemorySegment section = file.section(7);
        arena.close();
        assertThatThrownBy(() -> section.get(ValueLayout.JAVA_BYTE, 0))
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    void leavesNothingOpenWhereTheFileCannotBeCreated() {
        writeSmall("a");
        assertThatThrownBy(() -> SegmentWriter.create(storage, "a", KIND))
                .isInstanceOf(UnavailableException.class);
    }

    @SeededTest
    void neverTakesAFileForGoodThatAFullDiskCutShort(RandomGenerator random) {
        long passes = countChanges(random);
        for (long nth = 1; nth <= passes; nth++) {
            storage.delete("a");
            storage.failAt(StoragePoint.CHANGE, nth, StorageTrouble.DISK_FULL);
            assertThatThrownBy(() -> write("a", bytes(random, 600_000)))
                    .isInstanceOf(LimitExceededException.class);
            storage.assertNothingOpen();
            if (memory.list().contains("a") && nth < passes) {
                assertRefused("a");
            }
            storage.repair();
        }
    }

    @Test
    void refusesToGoOnAfterAFailedWrite() {
        storage.failAt(StoragePoint.WRITE, 1, StorageTrouble.DISK_FULL);
        try (SegmentWriter writer = SegmentWriter.create(storage, "a", KIND)) {
            writer.section(1);
            MemorySegment large = MemorySegment.ofArray(new byte[300_000]);
            assertThatThrownBy(() -> writer.write(large))
                    .isInstanceOf(LimitExceededException.class);
            assertThatThrownBy(writer::finish).isInstanceOf(AssertionError.class);
        }
    }

    @SeededTest
    void writesLargeFilesInLargePiecesWhateverTheirSections(RandomGenerator random) {
        long before = storage.passed(StoragePoint.WRITE);
        byte[] content = bytes(random, 3_000_001);
        try (SegmentWriter writer = SegmentWriter.create(storage, "a", KIND)) {
            for (int section = 0; section < 4; section++) {
                writer.section(section);
                writer.write(MemorySegment.ofArray(content));
            }
            writer.finish();
        }
        // 256 KiB, the rest of 4 MiB, 4 MiB, and what is left of 12 MB.
        assertThat(storage.passed(StoragePoint.WRITE) - before).isEqualTo(4);
        try (Arena arena = Arena.ofConfined()) {
            SegmentFile file = SegmentFile.open(storage, "a", KIND, arena);
            file.verify();
            for (int section = 0; section < 4; section++) {
                assertThat(file.section(section).toArray(ValueLayout.JAVA_BYTE)).isEqualTo(content);
            }
        }
    }

    @Test
    void refusesASectionTwiceBytesOutsideOneAndASecondEnd() {
        try (SegmentWriter writer = SegmentWriter.create(storage, "a", KIND)) {
            MemorySegment bytes = MemorySegment.ofArray(new byte[1]);
            assertThatThrownBy(() -> writer.write(bytes)).isInstanceOf(AssertionError.class);
            writer.section(1);
            assertThatThrownBy(() -> writer.section(1)).isInstanceOf(AssertionError.class);
            assertThatThrownBy(() -> writer.section(-1)).isInstanceOf(AssertionError.class);
            writer.section(2);
            assertThatThrownBy(() -> writer.section(1)).isInstanceOf(AssertionError.class);
            writer.finish();
            assertThatThrownBy(writer::finish).isInstanceOf(AssertionError.class);
            assertThatThrownBy(() -> writer.section(3)).isInstanceOf(AssertionError.class);
            assertThatCode(writer::close).doesNotThrowAnyException();
        }
        verify("a");
    }

    @Test
    void countsTheBytesOfASection() {
        try (SegmentWriter writer = SegmentWriter.create(storage, "a", KIND)) {
            writer.section(1);
            assertThat(writer.sectionBytes()).isZero();
            writer.write(MemorySegment.ofArray(new byte[300_000]));
            assertThat(writer.sectionBytes()).isEqualTo(300_000);
            writer.section(2);
            assertThat(writer.sectionBytes()).isZero();
            writer.finish();
        }
    }

    private long countChanges(RandomGenerator random) {
        long before = storage.passed(StoragePoint.CHANGE);
        write("a", bytes(random, 600_000));
        return storage.passed(StoragePoint.CHANGE) - before;
    }

    /** Two sections, one of them no multiple of 64 long, out of order. */
    private void writeSmall(String name) {
        try (SegmentWriter writer = SegmentWriter.create(storage, name, KIND)) {
            writer.section(7);
            writer.write(MemorySegment.ofArray("recalled".getBytes(StandardCharsets.US_ASCII)));
            writer.section(1);
            writer.write(MemorySegment.ofArray(new byte[] {1, 2, 3}));
            writer.finish();
        }
    }

    private void write(String name, byte[] content) {
        try (SegmentWriter writer = SegmentWriter.create(storage, name, KIND)) {
            writer.section(0);
            writer.write(MemorySegment.ofArray(content));
            writer.finish();
        }
    }

    private void writeInPieces(String name, Map<Integer, byte[]> sections, RandomGenerator random) {
        try (SegmentWriter writer = SegmentWriter.create(storage, name, KIND)) {
            sections.forEach(
                    (id, bytes) -> {
                        writer.section(id);
                        for (int at = 0; at < bytes.length; ) {
                            int step = Math.min(bytes.length - at, 1 + random.nextInt(300_000));
                            writer.write(MemorySegment.ofArray(bytes).asSlice(at, step));
                            at += step;
                        }
                    });
            writer.finish();
        }
    }

    private int checksum(String name) {
        try (Arena arena = Arena.ofConfined()) {
            return SegmentFile.open(storage, name, KIND, arena).checksum();
        }
    }

    private void verify(String name) {
        try (Arena arena = Arena.ofConfined()) {
            SegmentFile.open(storage, name, KIND, arena).verify();
        }
    }

    private void assertRefused(String name) {
        try (Arena arena = Arena.ofConfined()) {
            assertThatThrownBy(() -> SegmentFile.open(storage, name, KIND, arena))
                    .isInstanceOf(CorruptException.class)
                    .hasMessageContaining("memory:/" + name);
        }
    }

    private static byte[] bytes(RandomGenerator random, int count) {
        byte[] bytes = new byte[count];
        random.nextBytes(bytes);
        return bytes;
    }

    /** Sixteen bytes a line, as in the drawing of the layout. */
    private static String hex(byte[] bytes) {
        StringBuilder text = new StringBuilder();
        for (int at = 0; at < bytes.length; at += 16) {
            text.append(HexFormat.of().formatHex(bytes, at, Math.min(at + 16, bytes.length)))
                    .append('\n');
        }
        return text.toString();
    }
}
