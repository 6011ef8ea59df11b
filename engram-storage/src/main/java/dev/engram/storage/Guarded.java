package dev.engram.storage;

import dev.engram.error.CorruptException;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Bytes that are checked when they are first touched: the section of a file comes in chunks, each
 * with a checksum of its own. Nothing is read ahead of a touch, so a file of any size is open at
 * once; and no byte is handed out that was not found right.
 *
 * <p>The segment comes out by way of a check alone: {@link #range}, {@link #rows} and {@link #all}
 * say what the caller is about to read, and return the whole segment, in which only that may be
 * read. A chunk is checked once. When nearly all were, the rest are checked along with what is
 * asked for; from then on a check costs one branch. Safe for any number of threads: two may check
 * the same chunk, and find the same.
 */
public final class Guarded {

    private static final int CHUNK_SHIFT = SegmentLayout.CHUNK_SHIFT;
    private static final int BITS_SHIFT = 6;

    /** The rest is checked along once it is this part of all chunks. */
    private static final int REST_SHIFT = 4;

    private static final VarHandle BITS = MethodHandles.arrayElementVarHandle(long[].class);

    private final String file;
    private final String name;
    private final long start;
    private final MemorySegment bytes;
    private final int[] checksums;

    /** A bit for each chunk that was found right. */
    private final long[] good;

    private final AtomicInteger left;

    /** Where the rest is looked for. A race costs a second look. */
    private int cursor;

    /** Whether all chunks were found right. Read without order: the bytes never change. */
    private boolean whole;

    /**
     * @param file as a person would call it
     * @param name of the section, for messages
     * @param start where it starts in the file
     * @param checksums of its chunks
     */
    Guarded(String file, String name, long start, MemorySegment bytes, int[] checksums) {
        this.file = file;
        this.name = name;
        this.start = start;
        this.bytes = bytes;
        this.checksums = checksums;
        this.good = new long[(checksums.length + 63) >>> BITS_SHIFT];
        this.left = new AtomicInteger(checksums.length);
        this.whole = checksums.length == 0;
    }

    /** Bytes that need no check, since this process made them. */
    public static Guarded made(MemorySegment bytes) {
        return new Guarded("memory", "block", 0, bytes, new int[0]);
    }

    /** How many bytes there are. */
    public long byteSize() {
        return bytes.byteSize();
    }

    /**
     * Checks a range of bytes.
     *
     * @param offset in the section; with {@code length} inside it
     * @return the whole section
     * @throws CorruptException where they are not what was written
     */
    public MemorySegment range(long offset, long length) {
        if (!whole && length > 0) {
            int last = (int) ((offset + length - 1) >>> CHUNK_SHIFT);
            for (int chunk = (int) (offset >>> CHUNK_SHIFT); chunk <= last; chunk++) {
                touch(chunk);
            }
            finishRest();
        }
        return bytes;
    }

    /**
     * Checks some rows of equal length.
     *
     * @param ids at {@code 0..count-1}, each of a row that is there
     * @param rowBytes the length of a row
     * @return the whole section
     * @throws CorruptException where they are not what was written
     */
    public MemorySegment rows(int[] ids, int count, long rowBytes) {
        if (!whole) {
            for (int i = 0; i < count; i++) {
                long row = ids[i] * rowBytes;
                int last = (int) ((row + rowBytes - 1) >>> CHUNK_SHIFT);
                for (int chunk = (int) (row >>> CHUNK_SHIFT); chunk <= last; chunk++) {
                    touch(chunk);
                }
            }
            finishRest();
        }
        return bytes;
    }

    /**
     * Checks every byte.
     *
     * @return the whole section
     * @throws CorruptException where one is not what was written
     */
    public MemorySegment all() {
        if (!whole) {
            for (int chunk = 0; chunk < checksums.length; chunk++) {
                touch(chunk);
            }
        }
        return bytes;
    }

    /**
     * What is wrong with bytes whose checksum is right: for the reader that knows what they mean.
     *
     * @param offset in the section
     */
    public CorruptException corrupt(long offset, String what) {
        return new CorruptException(file, start + offset, what);
    }

    private void touch(int chunk) {
        if ((good[chunk >>> BITS_SHIFT] >>> chunk & 1) == 0) {
            check(chunk);
        }
    }

    private void check(int chunk) {
        long offset = (long) chunk << CHUNK_SHIFT;
        long length = Math.min(SegmentLayout.CHUNK_BYTES, bytes.byteSize() - offset);
        int found = SegmentLayout.checksum(bytes.asSlice(offset, length));
        if (found != checksums[chunk]) {
            throw corrupt(
                    offset,
                    "%s crc32c: %08x (expected: %08x)".formatted(name, found, checksums[chunk]));
        }
        long bit = 1L << chunk;
        long before = (long) BITS.getAndBitwiseOr(good, chunk >>> BITS_SHIFT, bit);
        if ((before & bit) == 0 && left.decrementAndGet() == 0) {
            whole = true;
        }
    }

    /** Checks one of the last chunks, that a search may never come to, so that they get done. */
    private void finishRest() {
        if (left.getPlain() > checksums.length >>> REST_SHIFT) {
            return;
        }
        int at = cursor;
        while (at < checksums.length && (good[at >>> BITS_SHIFT] >>> at & 1) != 0) {
            at++;
        }
        if (at < checksums.length) {
            check(at);
        }
        cursor = Math.min(at + 1, checksums.length);
    }
}
