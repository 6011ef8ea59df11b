package dev.engram.db.rows;

import dev.engram.error.CorruptException;
import dev.engram.error.EngramException;
import dev.engram.error.NotFoundException;
import dev.engram.storage.DiskStorage;
import dev.engram.storage.Kind;
import dev.engram.storage.SegmentFile;
import dev.engram.storage.SegmentWriter;
import dev.engram.storage.Storage;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * A file that stands in a row store's folder while the store is closed, and says what its list of
 * files was then.
 *
 * <p>RocksDB reads that list as a log and takes a lost end for a write that was cut off, which
 * after a clean close it cannot be. All other files are checked against the list.
 */
final class CleanMark {

    private static final String FILE = "CLEAN";
    private static final String NEXT = "CLEAN.next";
    private static final Kind KIND = new Kind("SHUT", 1);
    private static final int CONTENT = 0;

    private final Storage folder;

    CleanMark(Path folder) {
        this.folder = new DiskStorage(folder);
    }

    /**
     * Compares the store with its mark, where it has one.
     *
     * @throws CorruptException where the list of files is not the one that was closed
     */
    void check() {
        Optional<Map<String, Object>> mark = read();
        if (mark.isEmpty()) {
            return;
        }
        Map<String, Object> found = describe();
        if (!found.equals(mark.get())) {
            throw new CorruptException(
                    folder.describe(String.valueOf(mark.get().get("file"))),
                    0,
                    found + " (expected: " + mark.get() + ", as it was closed)");
        }
    }

    /** A mark that cannot be read says nothing: the store is opened as after a crash. */
    private Optional<Map<String, Object>> read() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment content = SegmentFile.open(folder, FILE, KIND, arena).verified(CONTENT);
            byte[] bytes = content.toArray(ValueLayout.JAVA_BYTE);
            return Optional.of(Map.copyOf(RowCodec.decode(folder.describe(FILE), bytes)));
        } catch (NotFoundException | CorruptException e) {
            return Optional.empty();
        }
    }

    /** Takes the mark away, before anything changes. */
    void remove() {
        folder.delete(FILE);
        folder.sync();
    }

    /** Sets the mark, after the last change. */
    void write() {
        folder.delete(NEXT);
        try (SegmentWriter writer = SegmentWriter.create(folder, NEXT, KIND)) {
            writer.section(CONTENT);
            writer.write(MemorySegment.ofArray(RowCodec.encode(describe())));
            writer.finish();
        }
        folder.replace(NEXT, FILE);
    }

    /** The file that lists all others, as it is now. */
    private Map<String, Object> describe() {
        String file = "CURRENT";
        try (Arena arena = Arena.ofConfined()) {
            byte[] current = folder.map(file, arena).toArray(ValueLayout.JAVA_BYTE);
            file = new String(current, StandardCharsets.UTF_8).strip();
            MemorySegment list = folder.map(file, arena);
            CRC32C crc = new CRC32C();
            crc.update(list.asByteBuffer());
            return Map.of("file", file, "length", list.byteSize(), "crc32c", crc.getValue());
        } catch (EngramException | IllegalArgumentException e) {
            throw new CorruptException(folder.describe("CURRENT"), "it names no readable file", e);
        }
    }
}
