package dev.engram.storage;

import static dev.engram.storage.SegmentLayout.INT;
import static dev.engram.storage.SegmentLayout.LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.ArrayList;
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

    private static final int BUFFER_BYTES = 256 * 1024;

    private final Arena arena = Arena.ofShared();
    private final MemorySegment buffer = arena.allocate(BUFFER_BYTES, SegmentLayout.ALIGNMENT);
    private final ByteBuffer bufferBytes = buffer.asByteBuffer();
    private final CRC32C crc = new CRC32C();
    private final Storage.Output output;
    private final List<Entry> entries = new ArrayList<>();

    private long flushed;
    private int buffered;
    private int openSection = -1;
    private long sectionStart;
    private boolean broken;
    private boolean finished;

    private SegmentWriter(Storage.Output output) {
        this.output = output;
    }

    private record Entry(int id, int checksum, long offset, long length) {}

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
        crc.reset();
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
        long tableOffset = position();
        MemorySegment table =
                arena.allocate(Math.max(1L, entries.size()) * SegmentLayout.ENTRY_BYTES)
                        .asSlice(0, (long) entries.size() * SegmentLayout.ENTRY_BYTES);
        for (int i = 0; i < entries.size(); i++) {
            long at = (long) i * SegmentLayout.ENTRY_BYTES;
            Entry entry = entries.get(i);
            table.set(INT, at, entry.id);
            table.set(INT, at + SegmentLayout.ENTRY_CHECKSUM, entry.checksum);
            table.set(LONG, at + SegmentLayout.ENTRY_OFFSET, entry.offset);
            table.set(LONG, at + SegmentLayout.ENTRY_LENGTH, entry.length);
        }
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
        flush();
        entries.add(new Entry(openSection, (int) crc.getValue(), sectionStart, sectionBytes()));
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
        flush();
    }

    private long position() {
        return flushed + buffered;
    }

    private void append(MemorySegment source) {
        long done = 0;
        while (done < source.byteSize()) {
            long step = Math.min(source.byteSize() - done, BUFFER_BYTES - buffered);
            MemorySegment.copy(source, done, buffer, buffered, step);
            buffered += (int) step;
            done += step;
            if (buffered == BUFFER_BYTES) {
                flush();
            }
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
        crc.update(bufferBytes.clear().limit(buffered));
        broken = true;
        output.write(buffer.asSlice(0, buffered));
        broken = false;
        flushed += buffered;
        buffered = 0;
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
