package dev.engram.storage;

import static dev.engram.storage.SegmentLayout.INT;
import static dev.engram.storage.SegmentLayout.LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * Writes one segment file front to back: header, sections, table, footer.
 *
 * <p>A file counts only once {@link #finish} returned; closing before that leaves bytes that {@link
 * SegmentFile#open} refuses, for the caller to delete. Not safe for several threads at once, but
 * one may go on where another stopped.
 */
public final class SegmentWriter implements AutoCloseable {

    /** What is written first, and all that a small file needs memory for. */
    private static final int FIRST_BYTES = 256 * 1024;

    /**
     * What is written at a time, from multiples of it on. A file system that can keeps what comes
     * in such pieces in pages of 2 MiB, and maps these as they are: a search through a large graph
     * then looks up far fewer addresses.
     */
    private static final int PIECE_BYTES = 4 * 1024 * 1024;

    private final Arena arena = Arena.ofShared();
    private MemorySegment buffer = arena.allocate(FIRST_BYTES, SegmentLayout.ALIGNMENT);
    private ByteBuffer bufferBytes = buffer.asByteBuffer();
    private final CRC32C crc = new CRC32C();
    private final Storage.Output output;
    private final List<Entry> entries = new ArrayList<>();

    private long flushed;
    private int buffered;

    /** Of the buffered bytes, those that are in a checksum or need none. */
    private int summed;

    private int openSection = -1;
    private long sectionStart;
    private boolean broken;
    private boolean finished;

    private SegmentWriter(Storage.Output output) {
        this.output = output;
    }

    /** The checksums of the current section's chunks, at {@code 0..chunks-1}. */
    private int[] checksums = new int[16];

    private int chunks;
    private int chunkBytes;

    /**
     * A section that ended.
     *
     * @param checksums of its chunks
     */
    private record Entry(int id, long offset, long length, int[] checksums) {

        boolean hasList() {
            return checksums.length > 1;
        }
    }

    /** Starts a new file; fails where the name is taken. */
    public static SegmentWriter create(Storage storage, String name, Kind kind) {
        Storage.Output output = storage.create(name);
        try {
            SegmentWriter writer = new SegmentWriter(output);
            writer.writeHeader(kind);
            return writer;
        } catch (RuntimeException | Error e) {
            output.close();
            throw e;
        }
    }

    private void writeHeader(Kind kind) {
        MemorySegment header = arena.allocate(SegmentLayout.HEADER_BYTES);
        header.set(LONG, 0, SegmentLayout.MAGIC);
        header.set(INT, SegmentLayout.HEADER_KIND, kind.code());
        header.set(INT, SegmentLayout.HEADER_VERSION, kind.version());
        header.set(INT, SegmentLayout.HEADER_FRAME, SegmentLayout.FRAME);
        append(sealed(header));
    }

    /**
     * Starts a section, which ends with the next one or with the file.
     *
     * @param id unique in the file, >= 0
     */
    public void section(int id) {
        endSection();
        if (finished || id < 0 || entries.stream().anyMatch(entry -> entry.id == id)) {
            throw new AssertionError("section " + id + " in a file that is finished or has it");
        }
        pad();
        openSection = id;
        sectionStart = position();
        summed = buffered;
        crc.reset();
        chunks = 0;
        chunkBytes = 0;
    }

    /** Appends to the current section. */
    public void write(MemorySegment source) {
        if (openSection < 0) {
            throw new AssertionError("write outside a section");
        }
        append(source);
    }

    /** Bytes written to the current section. */
    public long sectionBytes() {
        return position() - sectionStart;
    }

    /**
     * Writes table and footer, and returns once the file's bytes would survive a power cut. Its
     * name does after {@link Storage#sync}, or {@link Manifest#swap} in the same folder.
     */
    public void finish() {
        if (finished) {
            throw new AssertionError("finished twice");
        }
        endSection();
        pad();
        MemorySegment table = table();
        long tableOffset = position();
        append(table);
        MemorySegment footer = arena.allocate(SegmentLayout.FOOTER_BYTES);
        footer.set(LONG, 0, tableOffset);
        footer.set(INT, SegmentLayout.FOOTER_COUNT, entries.size());
        footer.set(INT, SegmentLayout.FOOTER_TABLE_CHECKSUM, SegmentLayout.checksum(table));
        footer.set(LONG, SegmentLayout.FOOTER_FILE_LENGTH, position() + SegmentLayout.FOOTER_BYTES);
        append(sealed(footer));
        flush();
        output.sync();
        finished = true;
    }

    /** Writes the lists of checksums, and tells what the table has to say. */
    private MemorySegment table() {
        MemorySegment table =
                arena.allocate(Math.max(1L, entries.size()) * SegmentLayout.ENTRY_BYTES)
                        .asSlice(0, (long) entries.size() * SegmentLayout.ENTRY_BYTES);
        for (int i = 0; i < entries.size(); i++) {
            long at = (long) i * SegmentLayout.ENTRY_BYTES;
            Entry entry = entries.get(i);
            table.set(INT, at, entry.id);
            table.set(LONG, at + SegmentLayout.ENTRY_OFFSET, entry.offset);
            table.set(LONG, at + SegmentLayout.ENTRY_LENGTH, entry.length);
            int checksum = entry.checksums.length == 0 ? 0 : entry.checksums[0];
            if (entry.hasList()) {
                table.set(LONG, at + SegmentLayout.ENTRY_CHECKSUMS, position());
                checksum = appendList(entry.checksums);
            }
            table.set(INT, at + SegmentLayout.ENTRY_CHECKSUM, checksum);
        }
        return table;
    }

    /** Writes the checksums of a section's chunks; returns that of their bytes. */
    private int appendList(int[] checksums) {
        MemorySegment list = arena.allocate((long) checksums.length * Integer.BYTES);
        MemorySegment.copy(checksums, 0, list, INT, 0, checksums.length);
        append(list);
        pad();
        return SegmentLayout.checksum(list);
    }

    /** Frees the handle and the buffer; a second call does nothing. */
    @Override
    public void close() {
        if (!arena.scope().isAlive()) {
            return;
        }
        try {
            output.close();
        } finally {
            arena.close();
        }
    }

    private void endSection() {
        if (openSection < 0) {
            return;
        }
        sum();
        if (chunkBytes > 0) {
            endChunk();
        }
        int[] found = Arrays.copyOf(checksums, chunks);
        entries.add(new Entry(openSection, sectionStart, sectionBytes(), found));
        openSection = -1;
        if (entries.size() > SegmentLayout.SECTIONS_MAX) {
            throw new AssertionError("more than " + SegmentLayout.SECTIONS_MAX + " sections");
        }
    }

    /** Fills up to the next section boundary; the gap belongs to no section. */
    private void pad() {
        long gap = SegmentLayout.align(position()) - position();
        if (gap > 0) {
            append(arena.allocate(gap));
        }
    }

    private long position() {
        return flushed + buffered;
    }

    private void append(MemorySegment source) {
        long done = 0;
        while (done < source.byteSize()) {
            if (buffered == room()) {
                flush();
                grow();
            }
            long step = Math.min(source.byteSize() - done, room() - buffered);
            MemorySegment.copy(source, done, buffer, buffered, step);
            buffered += (int) step;
            done += step;
        }
    }

    /** How many bytes the next write has: up to a multiple of the piece, but for the first. */
    private int room() {
        return flushed == 0 ? FIRST_BYTES : PIECE_BYTES - (int) (flushed % PIECE_BYTES);
    }

    private void grow() {
        if (buffer.byteSize() < PIECE_BYTES) {
            buffer = arena.allocate(PIECE_BYTES, SegmentLayout.ALIGNMENT);
            bufferBytes = buffer.asByteBuffer();
        }
    }

    private void flush() {
        if (buffered == 0) {
            return;
        }
        if (broken) {
            // How much of the last buffer arrived is unknown: nothing may follow it.
            throw new AssertionError("write after a failed write");
        }
        if (openSection >= 0) {
            sum();
        }
        summed = 0;
        broken = true;
        output.write(buffer.asSlice(0, buffered));
        broken = false;
        flushed += buffered;
        buffered = 0;
    }

    /** Takes the buffer's bytes into the checksums of their chunks. */
    private void sum() {
        while (summed < buffered) {
            int step = Math.min(buffered - summed, SegmentLayout.CHUNK_BYTES - chunkBytes);
            crc.update(bufferBytes.clear().position(summed).limit(summed + step));
            summed += step;
            chunkBytes += step;
            if (chunkBytes == SegmentLayout.CHUNK_BYTES) {
                endChunk();
            }
        }
    }

    private void endChunk() {
        if (chunks == checksums.length) {
            checksums = Arrays.copyOf(checksums, 2 * chunks);
        }
        checksums[chunks++] = (int) crc.getValue();
        crc.reset();
        chunkBytes = 0;
    }

    /** Puts the checksum of a header's or a footer's first 60 bytes into its last four. */
    private static MemorySegment sealed(MemorySegment block) {
        block.set(
                INT,
                SegmentLayout.CHECKSUM,
                SegmentLayout.checksum(block.asSlice(0, SegmentLayout.CHECKSUM)));
        return block;
    }
}
