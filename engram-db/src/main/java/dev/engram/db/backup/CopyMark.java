package dev.engram.db.backup;

import dev.engram.db.rows.Fields;
import dev.engram.db.rows.RowCodec;
import dev.engram.error.UnavailableException;
import dev.engram.storage.Kind;
import dev.engram.storage.SegmentFile;
import dev.engram.storage.SegmentWriter;
import dev.engram.storage.Storage;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Map;

/**
 * A file that stands in a database's folder as long as another database is being copied there. It
 * says where that comes from, if it is in this folder, too: then whoever opens the folder after a
 * crash copies again. Without that the copy is refused.
 */
public final class CopyMark {

    private static final String FILE = "COPYING";
    private static final String NEXT = "COPYING.next";
    private static final Kind KIND = new Kind("COPY", 1);
    private static final int CONTENT = 0;
    private static final String NOWHERE = "";

    private final Storage root;

    /**
     * @param root the folder of a database
     */
    public CopyMark(Storage root) {
        this.root = root;
    }

    /** Whether a copy was begun and not finished. */
    public boolean isThere() {
        return root.list().contains(FILE);
    }

    /** What is to be said of a copy that was not finished. */
    public UnavailableException unfinished() {
        String folder = root.describe(FILE);
        return from().equals(NOWHERE)
                ? new UnavailableException(
                        folder
                                + ": copying a database here was cut off; empty the folder and copy"
                                + " again")
                : new UnavailableException(
                        folder
                                + ": a restore was cut off; open the database for writing, which"
                                + " finishes it");
    }

    /** Copies a database into this empty folder. */
    public void copy(Runnable copying) {
        write(NOWHERE);
        copying.run();
        remove();
    }

    /** Puts a database in the place of the one that is here. */
    public void replaceBy(String snapshot) {
        write(snapshot);
        finish();
    }

    /** Ends what {@link #replaceBy} began. */
    public void finish() {
        String from = from();
        if (from.equals(NOWHERE)) {
            throw unfinished();
        }
        DatabaseFiles.delete(root);
        DatabaseFiles.link(root.folder(Snapshots.FOLDER).folder(from), root);
        remove();
    }

    private String from() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment content = SegmentFile.open(root, FILE, KIND, arena).verified(CONTENT);
            String file = root.describe(FILE);
            byte[] bytes = content.toArray(ValueLayout.JAVA_BYTE);
            return new Fields(file, RowCodec.decode(file, bytes)).text("from");
        }
    }

    private void write(String from) {
        root.delete(NEXT);
        try (SegmentWriter writer = SegmentWriter.create(root, NEXT, KIND)) {
            writer.section(CONTENT);
            writer.write(MemorySegment.ofArray(RowCodec.encode(Map.of("from", from))));
            writer.finish();
        }
        root.replace(NEXT, FILE);
    }

    private void remove() {
        root.delete(FILE);
        root.sync();
    }
}
