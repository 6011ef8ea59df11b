package dev.engram.storage;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/**
 * The bytes of a segment file. All numbers are little-endian.
 *
 * <pre>
 *   header, 64 bytes          0  u64  magic "ENGRAM\r\n"
 *                             8  u32  kind, four ASCII letters
 *                            12  u32  version of that kind
 *                            16  u32  version of the frame
 *                            20  40x  zero
 *                            60  u32  CRC-32C of bytes 0..59
 *   sections                  each starts at a multiple of 64; the gaps are zero
 *   lists of checksums        for each section of more than a chunk, as a section starts
 *                             0  u32  CRC-32C of a chunk, one after the other
 *   table, 32 bytes a section 0  u32  id
 *                             4  u32  CRC-32C of the section's bytes, or of its list of checksums
 *                             8  u64  offset in the file
 *                            16  u64  length in bytes
 *                            24  u64  offset of its list of checksums; 0 for none
 *   footer, 64 bytes          0  u64  offset of the table
 *                             8  u32  number of sections
 *                            12  u32  CRC-32C of the table
 *                            16  u64  length of the whole file
 *                            24  36x  zero
 *                            60  u32  CRC-32C of the footer's bytes 0..59
 * </pre>
 *
 * A chunk is 16 KiB of a section, the last may be shorter. The table stands behind the data, so
 * that a file can be written front to back while its sections still grow.
 */
final class SegmentLayout {

    static final int ALIGNMENT = 64;
    static final int HEADER_BYTES = 64;
    static final int ENTRY_BYTES = 32;
    static final int FOOTER_BYTES = 64;
    static final int SECTIONS_MAX = 1024;

    /** The frame as it is drawn above; 1 had no checksums of chunks, and 0 in its place. */
    static final int FRAME = 2;

    /** As many bytes as a search may have to check before it reads the first of them. */
    static final int CHUNK_SHIFT = 14;

    static final int CHUNK_BYTES = 1 << CHUNK_SHIFT;

    static final ValueLayout.OfInt INT =
            ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    static final ValueLayout.OfLong LONG =
            ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    /** "ENGRAM\r\n" read as a little-endian long; the line end shows a text-mode copy. */
    static final long MAGIC = 0x0a0d4d4152474e45L;

    static final int HEADER_KIND = 8;
    static final int HEADER_VERSION = 12;
    static final int HEADER_FRAME = 16;
    static final int CHECKSUM = 60;

    static final int ENTRY_CHECKSUM = 4;
    static final int ENTRY_OFFSET = 8;
    static final int ENTRY_LENGTH = 16;
    static final int ENTRY_CHECKSUMS = 24;

    static final int FOOTER_COUNT = 8;
    static final int FOOTER_TABLE_CHECKSUM = 12;
    static final int FOOTER_FILE_LENGTH = 16;

    private SegmentLayout() {}

    /** The CRC-32C (Castagnoli) of a whole segment of any size. */
    static int checksum(MemorySegment bytes) {
        CRC32C crc = new CRC32C();
        long done = 0;
        while (done < bytes.byteSize()) {
            long step = Math.min(bytes.byteSize() - done, 1 << 30);
            crc.update(bytes.asSlice(done, step).asByteBuffer());
            done += step;
        }
        return (int) crc.getValue();
    }

    /** How many chunks so many bytes are. */
    static long chunks(long length) {
        return (length + CHUNK_BYTES - 1) >>> CHUNK_SHIFT;
    }

    /** How many bytes the list of a section's checksums takes: none where one is all there is. */
    static long checksumBytes(long length) {
        return length <= CHUNK_BYTES ? 0 : chunks(length) * Integer.BYTES;
    }

    static long align(long offset) {
        return (offset + ALIGNMENT - 1) & -ALIGNMENT;
    }
}
