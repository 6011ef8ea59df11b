package dev.engram.storage;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.jspecify.annotations.Nullable;

/**
 * The one file of a folder that says which others count. It is replaced by an atomic rename, so a
 * reader sees the old list or the new one, never a mixture, at whatever moment the power goes.
 */
public final class Manifest {

    private static final String NAME = "MANIFEST";
    private static final String NEXT = "MANIFEST.next";
    private static final Kind KIND = new Kind("MANI", 1);
    private static final int CONTENT = 0;
    private static final int CONTENT_BYTES_MAX = 64 << 20;

    private Manifest() {}

    /** What the last {@link #swap} wrote, or null where there was none. */
    public static byte @Nullable [] read(Storage storage) {
        if (!storage.list().contains(NAME)) {
            return null;
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment content = SegmentFile.open(storage, NAME, KIND, arena).verified(CONTENT);
            return content.toArray(ValueLayout.JAVA_BYTE);
        }
    }

    /**
     * Makes {@code content} the manifest; durable when it returns, together with the names of all
     * files of this folder that were finished before. Where it fails, the old manifest counts, or
     * the new one; a leftover is swept by the next swap.
     */
    public static void swap(Storage storage, byte[] content) {
        if (content.length > CONTENT_BYTES_MAX) {
            throw new AssertionError("manifest of " + content.length + " bytes");
        }
        storage.delete(NEXT);
        try (SegmentWriter writer = SegmentWriter.create(storage, NEXT, KIND)) {
            writer.section(CONTENT);
            writer.write(MemorySegment.ofArray(content));
            writer.finish();
        }
        // The names it speaks of must not come later than itself.
        storage.sync();
        storage.replace(NEXT, NAME);
    }
}
