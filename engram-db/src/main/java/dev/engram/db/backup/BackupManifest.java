package dev.engram.db.backup;

import dev.engram.db.rows.Fields;
import dev.engram.db.rows.RowCodec;
import dev.engram.storage.Kind;
import dev.engram.storage.SegmentFile;
import dev.engram.storage.SegmentWriter;
import dev.engram.storage.Storage;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * What a backup is made of.
 *
 * @param id of the backup, unique in its folder
 * @param database which one was backed up
 * @param millis when, since 1970
 * @param ts of the last commit in it
 * @param files in the order in which they are to be restored
 */
public record BackupManifest(
        String id, String database, long millis, long ts, List<PooledFile> files) {

    private static final String ENDING = ".backup";
    private static final Pattern NAME = Pattern.compile("[0-9]{6,9}\\.backup");
    private static final Kind KIND = new Kind("BKUP", 1);
    private static final int CONTENT = 0;

    /** Bytes of all its files. */
    public long bytes() {
        return files.stream().mapToLong(PooledFile::bytes).sum();
    }

    /**
     * A file of a backup.
     *
     * @param path in the database's folder, with slashes
     * @param bytes its length
     * @param sha256 of its content, which is its name in the pool
     * @param tail as {@link Hash#ofTail} has it
     */
    public record PooledFile(String path, long bytes, String sha256, String tail) {

        private Map<String, Object> toMap() {
            return Map.of("path", path, "bytes", bytes, "sha256", sha256, "tail", tail);
        }

        private static PooledFile of(Fields fields) {
            return new PooledFile(
                    fields.text("path"),
                    fields.number("bytes"),
                    fields.text("sha256"),
                    fields.text("tail"));
        }
    }

    /** The ids of the backups in a folder, ascending. */
    static List<String> ids(Storage folder) {
        return folder.list().stream()
                .filter(file -> NAME.matcher(file).matches())
                .map(file -> file.substring(0, file.length() - ENDING.length()))
                .toList();
    }

    static BackupManifest read(Storage folder, String id) {
        String file = folder.describe(id + ENDING);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment content =
                    SegmentFile.open(folder, id + ENDING, KIND, arena).verified(CONTENT);
            byte[] bytes = content.toArray(ValueLayout.JAVA_BYTE);
            Fields fields = new Fields(file, RowCodec.decode(file, bytes));
            return new BackupManifest(
                    id,
                    fields.text("database"),
                    fields.number("millis"),
                    fields.number("ts"),
                    fields.list("files").stream()
                            .map(map -> PooledFile.of(Fields.of(file, map)))
                            .toList());
        }
    }

    /** From here on the backup counts. */
    void write(Storage folder) {
        String next = id + ".next";
        folder.delete(next);
        Map<String, Object> map =
                Map.of(
                        "database",
                        database,
                        "millis",
                        millis,
                        "ts",
                        ts,
                        "files",
                        files.stream().map(PooledFile::toMap).toList());
        try (SegmentWriter writer = SegmentWriter.create(folder, next, KIND)) {
            writer.section(CONTENT);
            writer.write(MemorySegment.ofArray(RowCodec.encode(map)));
            writer.finish();
        }
        folder.replace(next, id + ENDING);
    }

    static void delete(Storage folder, String id) {
        folder.delete(id + ENDING);
        folder.sync();
    }
}
