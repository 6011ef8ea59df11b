package dev.engram.storage;

import static dev.engram.storage.SegmentLayout.INT;
import static dev.engram.storage.SegmentLayout.LONG;

import dev.engram.error.CorruptException;
import dev.engram.error.UnavailableException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A finished segment file, mapped read-only.
 *
 * <p>{@link #open} checks header, footer and table, whatever the file's size. A section's own bytes
 * are checked by {@link #guard}, as they are touched, or all at once by {@link #verified} and
 * {@link #verify}. The mapping belongs to the arena given to {@code open}; every segment handed out
 * dies with it.
 */
public final class SegmentFile {

    private final String file;
    private final int version;
    private final MemorySegment bytes;
    private final Map<Integer, Section> sections;

    private SegmentFile(
            String file, int version, MemorySegment bytes, Map<Integer, Section> sections) {
        this.file = file;
        this.version = version;
        this.bytes = bytes;
        this.sections = sections;
    }

    /**
     * A section.
     *
     * @param checksum of its bytes, or of the list of its chunks' checksums
     * @param checksums where that list starts, 0 where there is none
     */
    private record Section(int checksum, long offset, long length, long checksums) {}

    /**
     * Maps a file and checks its frame.
     *
     * @throws CorruptException where a byte of the frame is not what was written
     * @throws UnavailableException where the file was written by a newer engram, or one too old
     */
    public static SegmentFile open(Storage storage, String name, Kind kind, Arena arena) {
        String file = storage.describe(name);
        MemorySegment bytes = storage.map(name, arena);
        int version = checkHeader(file, bytes, kind);
        return new SegmentFile(file, version, bytes, readTable(file, bytes));
    }

    private static int checkHeader(String file, MemorySegment bytes, Kind kind) {
        checkLength(file, bytes);
        if (bytes.get(LONG, 0) != SegmentLayout.MAGIC) {
            throw new CorruptException(file, 0, "no engram file (expected: magic ENGRAM)");
        }
        checkBlock(file, bytes, 0, "header");
        int code = bytes.get(INT, SegmentLayout.HEADER_KIND);
        if (code != kind.code()) {
            throw new CorruptException(
                    file,
                    SegmentLayout.HEADER_KIND,
                    "kind: " + Kind.nameOf(code) + " (expected: " + kind.name() + ")");
        }
        int frame = Math.max(1, bytes.get(INT, SegmentLayout.HEADER_FRAME));
        checkVersion(file, "frame", frame, SegmentLayout.FRAME, SegmentLayout.FRAME);
        int version = bytes.get(INT, SegmentLayout.HEADER_VERSION);
        checkVersion(file, "format", version, kind.oldest(), kind.version());
        return version;
    }

    private static void checkVersion(String file, String what, int found, int oldest, int newest) {
        if (found < oldest || found > newest) {
            throw new UnavailableException(
                    file
                            + " has "
                            + what
                            + " version "
                            + found
                            + " (this engram reads "
                            + oldest
                            + ".."
                            + newest
                            + "); open it with the "
                            + (found > newest ? "newer" : "older")
                            + " engram that wrote it"
                            + (found > newest ? "" : ", or build it again"));
        }
    }

    private static void checkLength(String file, MemorySegment bytes) {
        long shortest = SegmentLayout.HEADER_BYTES + SegmentLayout.FOOTER_BYTES;
        if (bytes.byteSize() < shortest) {
            throw new CorruptException(
                    file, 0, "length: " + bytes.byteSize() + " (expected: >= " + shortest + ")");
        }
    }

    private static Map<Integer, Section> readTable(String file, MemorySegment bytes) {
        long footer = bytes.byteSize() - SegmentLayout.FOOTER_BYTES;
        checkBlock(file, bytes, footer, "footer");
        long length = bytes.get(LONG, footer + SegmentLayout.FOOTER_FILE_LENGTH);
        long tableOffset = bytes.get(LONG, footer);
        int count = bytes.get(INT, footer + SegmentLayout.FOOTER_COUNT);
        boolean sane =
                length == bytes.byteSize()
                        && count >= 0
                        && count <= SegmentLayout.SECTIONS_MAX
                        && tableOffset >= SegmentLayout.HEADER_BYTES
                        && tableOffset == footer - (long) count * SegmentLayout.ENTRY_BYTES;
        if (!sane) {
            throw new CorruptException(
                    file, footer, "length: " + bytes.byteSize() + " (expected: " + length + ")");
        }
        MemorySegment table = bytes.asSlice(tableOffset, footer - tableOffset);
        int expected = bytes.get(INT, footer + SegmentLayout.FOOTER_TABLE_CHECKSUM);
        checkSum(file, tableOffset, "table", SegmentLayout.checksum(table), expected);
        Map<Integer, Section> sections = new LinkedHashMap<>();
        for (long at = 0; at < table.byteSize(); at += SegmentLayout.ENTRY_BYTES) {
            long offset = table.get(LONG, at + SegmentLayout.ENTRY_OFFSET);
            long bytesLong = table.get(LONG, at + SegmentLayout.ENTRY_LENGTH);
            long checksums = table.get(LONG, at + SegmentLayout.ENTRY_CHECKSUMS);
            checkPlace(file, tableOffset + at, offset, bytesLong, tableOffset);
            checkList(file, tableOffset + at, checksums, bytesLong, tableOffset);
            int checksum = table.get(INT, at + SegmentLayout.ENTRY_CHECKSUM);
            int id = table.get(INT, at);
            Section section = new Section(checksum, offset, bytesLong, checksums);
            if (sections.put(id, section) != null) {
                throw new CorruptException(file, tableOffset + at, "section " + id + " twice");
            }
        }
        return sections;
    }

    private static void checkPlace(String file, long entry, long offset, long length, long end) {
        if (offset < SegmentLayout.HEADER_BYTES || length < 0 || offset > end - length) {
            throw new CorruptException(file, entry, "section outside the file: " + offset);
        }
    }

    private static void checkList(String file, long entry, long list, long length, long end) {
        long listBytes = SegmentLayout.checksumBytes(length);
        if (listBytes > 0) {
            checkPlace(file, entry, list, listBytes, end);
        } else if (list != 0) {
            throw new CorruptException(file, entry, "checksums: " + list + " (expected: 0)");
        }
    }

    private static void checkBlock(String file, MemorySegment bytes, long offset, String what) {
        int found = SegmentLayout.checksum(bytes.asSlice(offset, SegmentLayout.CHECKSUM));
        checkSum(file, offset, what, found, bytes.get(INT, offset + SegmentLayout.CHECKSUM));
    }

    private static void checkSum(String file, long offset, String what, int found, int expected) {
        if (found != expected) {
            throw new CorruptException(
                    file,
                    offset,
                    "%s crc32c: %08x (expected: %08x)".formatted(what, found, expected));
        }
    }

    /** What a person would call this file. */
    public String file() {
        return file;
    }

    /** The version of its kind that this file was written in. */
    public int version() {
        return version;
    }

    /** The length of the whole file in bytes. */
    public long byteSize() {
        return bytes.byteSize();
    }

    /**
     * The CRC-32C of the footer, and by way of the table of every section: what to write down about
     * this file elsewhere, so as to notice that another good file of the kind took its place.
     */
    public int checksum() {
        return bytes.get(
                INT, bytes.byteSize() - SegmentLayout.FOOTER_BYTES + SegmentLayout.CHECKSUM);
    }

    /**
     * The {@link #checksum} of a finished file of any kind, of which only the end is read.
     *
     * @throws CorruptException where its footer or table is not what was written
     */
    public static int checksumOf(Storage storage, String name) {
        String file = storage.describe(name);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment bytes = storage.map(name, arena);
            checkLength(file, bytes);
            return new SegmentFile(file, 0, bytes, readTable(file, bytes)).checksum();
        }
    }

    /** A section as it stands, its bytes unchecked; starts at a multiple of 64. */
    public MemorySegment section(int id) {
        Section section = find(id);
        return bytes.asSlice(section.offset, section.length);
    }

    /** Where a section starts in the file, in bytes: for those who read it without mapping it. */
    public long offset(int id) {
        return find(id).offset;
    }

    /**
     * A section whose bytes are checked as they are touched. To ask twice is to check twice.
     *
     * @throws CorruptException where the list of its checksums is not what was written
     */
    public Guarded guard(int id) {
        Section section = find(id);
        int[] checksums;
        if (section.checksums == 0) {
            checksums = section.length == 0 ? new int[0] : new int[] {section.checksum};
        } else {
            long listBytes = SegmentLayout.checksumBytes(section.length);
            MemorySegment list = bytes.asSlice(section.checksums, listBytes);
            int found = SegmentLayout.checksum(list);
            checkSum(
                    file, section.checksums, "checksums of section " + id, found, section.checksum);
            checksums = list.toArray(INT);
        }
        return new Guarded(file, "section " + id, section.offset, section(id), checksums);
    }

    /** A section of which all bytes were found right. Reads all of it. */
    public MemorySegment verified(int id) {
        return guard(id).all();
    }

    /** Reads the whole file and checks every section, and that the gaps between them are zero. */
    public void verify() {
        sections.keySet().forEach(this::verified);
        List<Section> inOrder = new ArrayList<>();
        for (Section section : sections.values()) {
            inOrder.add(section);
            if (section.checksums != 0) {
                long listBytes = SegmentLayout.checksumBytes(section.length);
                inOrder.add(new Section(0, section.checksums, listBytes, 0));
            }
        }
        inOrder.sort(Comparator.comparingLong(Section::offset).thenComparingLong(Section::length));
        long at = SegmentLayout.HEADER_BYTES;
        for (Section section : inOrder) {
            checkGap(at, section.offset);
            at = section.offset + section.length;
        }
        long table = (long) sections.size() * SegmentLayout.ENTRY_BYTES;
        checkGap(at, bytes.byteSize() - SegmentLayout.FOOTER_BYTES - table);
    }

    private void checkGap(long from, long to) {
        if (to < from) {
            throw new CorruptException(file, to, "section inside another, which ends at " + from);
        }
        for (long at = from; at < to; at++) {
            byte found = bytes.get(ValueLayout.JAVA_BYTE, at);
            if (found != 0) {
                throw new CorruptException(
                        file, at, "gap: %02x (expected: 00)".formatted(found & 0xff));
            }
        }
    }

    private Section find(int id) {
        Section section = sections.get(id);
        if (section == null) {
            throw new CorruptException(file, 0, "no section " + id);
        }
        return section;
    }
}
