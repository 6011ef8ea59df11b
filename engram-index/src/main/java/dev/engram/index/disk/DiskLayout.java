package dev.engram.index.disk;

import dev.engram.error.CorruptException;
import dev.engram.index.Metric;
import dev.engram.index.codes.ProductQuantizer;
import dev.engram.storage.Kind;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/**
 * The bytes of a file of kind DISK: a graph whose vectors and links are read block by block. All
 * numbers are little-endian; d is the dimension, R the degree. A node's <em>place</em> is its
 * number in this file.
 *
 * <pre>
 *   section 0, blocks: the first in the file, so that every block starts at a multiple of 4096
 *      0  4032x zero
 *      .. blocks, B bytes each, with n nodes in each but the last: by place, all zero behind the
 *         last. B is the least multiple of 4096 that holds a node, n as many as fit
 *           0      n x d x f32   vectors
 *           ..     n x           ordinal u32, number of links u32, R x u32 places of links, the
 *                                nearest first, zero behind the last
 *           B-12   u32  stamp of the file
 *           B-8    u32  number of the block
 *           B-4    u32  CRC-32C of all before
 *   section 1, places: blocks of 4096 bytes, numbered on from those of section 0
 *      0     1021 x u32  by ordinal, a vector's place; that of the first of its kind for a twin
 *      4084  stamp, number and CRC-32C, as above
 *   section 2, shape, 64 bytes
 *      0  u32  number of vectors
 *      4  u32  dimension
 *      8  u32  metric: 0 cosine, 1 dot, 2 euclidean, 3 manhattan
 *     12  u32  R
 *     16  u32  beam of the build
 *     20  u32  place of the entry
 *     24  u64  seed
 *     32  f64  alpha
 *     40  u32  number of nodes: vectors without twins
 *     44  u32  number of twins
 *     48  u32  stamp: CRC-32C of sections 3 and 4
 *     52  12x  zero
 *   section 3, codebook: as {@link ProductQuantizer} writes it
 *   section 4, codes: a row a node, by place, as {@link ProductQuantizer} draws it
 *   section 5, twins: one a vector that equals an earlier one bit by bit, 8 bytes, ascending
 *      0  u32  ordinal of the first of its kind, which is the node of all of them
 *      4  u32  ordinal of the twin
 * </pre>
 *
 * Sections 2 to 5 are mapped and checked on opening. A block is checked whenever it is read: by its
 * checksum, and that it is the block asked for, of this file.
 *
 * @param dimension components a vector
 * @param degree R
 * @param blockBytes B
 * @param nodesPerBlock n
 */
record DiskLayout(int dimension, int degree, int blockBytes, int nodesPerBlock) {

    static final Kind KIND = new Kind("DISK", 1);

    static final int SECTION_BLOCKS = 0;
    static final int SECTION_PLACES = 1;
    static final int SECTION_SHAPE = 2;
    static final int SECTION_CODEBOOK = 3;
    static final int SECTION_CODES = 4;
    static final int SECTION_TWINS = 5;

    static final int SHAPE_COUNT = 0;
    static final int SHAPE_DIMENSION = 4;
    static final int SHAPE_METRIC = 8;
    static final int SHAPE_DEGREE = 12;
    static final int SHAPE_BEAM = 16;
    static final int SHAPE_ENTRY = 20;
    static final int SHAPE_SEED = 24;
    static final int SHAPE_ALPHA = 32;
    static final int SHAPE_NODES = 40;
    static final int SHAPE_TWINS = 44;
    static final int SHAPE_STAMP = 48;
    static final int SHAPE_BYTES = 64;

    static final int PAGE_BYTES = 4096;
    static final int LEAD_BYTES = 4032;

    /** How many places a block of section 1 holds. */
    static final int PLACES = 1021;

    private static final int TRAILER_BYTES = 12;
    private static final int NUMBER_FROM_END = 8;
    private static final int CHECKSUM_FROM_END = 4;
    private static final int LIST_COUNT = 4;
    private static final int LIST_LINKS = 8;

    private static final ValueLayout.OfInt INT =
            ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong LONG =
            ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfDouble DOUBLE =
            ValueLayout.JAVA_DOUBLE_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfFloat FLOAT =
            ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    static DiskLayout of(int dimension, int degree) {
        int node = vectorBytes(dimension) + listBytes(degree);
        int pages = Math.ceilDiv(node + TRAILER_BYTES, PAGE_BYTES);
        int blockBytes = pages * PAGE_BYTES;
        return new DiskLayout(dimension, degree, blockBytes, (blockBytes - TRAILER_BYTES) / node);
    }

    private static int vectorBytes(int dimension) {
        return dimension * Float.BYTES;
    }

    private static int listBytes(int degree) {
        return LIST_LINKS + degree * Integer.BYTES;
    }

    int blocks(int nodes) {
        return Math.ceilDiv(nodes, nodesPerBlock);
    }

    static int placeBlocks(int count) {
        return Math.ceilDiv(count, PLACES);
    }

    int pagesPerBlock() {
        return blockBytes / PAGE_BYTES;
    }

    /** Where a node's list is in a block. */
    private long list(int slot) {
        return (long) nodesPerBlock * vectorBytes(dimension) + (long) slot * listBytes(degree);
    }

    int ordinal(MemorySegment block, int slot) {
        return block.get(INT, list(slot));
    }

    int linkCount(MemorySegment block, int slot) {
        return block.get(INT, list(slot) + LIST_COUNT);
    }

    int link(MemorySegment block, int slot, int index) {
        return block.get(INT, list(slot) + LIST_LINKS + (long) index * Integer.BYTES);
    }

    void setVector(MemorySegment block, int slot, float[] vector) {
        long at = (long) slot * vectorBytes(dimension);
        MemorySegment.copy(vector, 0, block, FLOAT, at, dimension);
    }

    void setHead(MemorySegment block, int slot, int ordinal, int linkCount) {
        block.set(INT, list(slot), ordinal);
        block.set(INT, list(slot) + LIST_COUNT, linkCount);
    }

    void setLink(MemorySegment block, int slot, int index, int place) {
        block.set(INT, list(slot) + LIST_LINKS + (long) index * Integer.BYTES, place);
    }

    static int place(MemorySegment block, int index) {
        return block.get(INT, (long) index * Integer.BYTES);
    }

    static void setPlace(MemorySegment block, int index, int place) {
        block.set(INT, (long) index * Integer.BYTES, place);
    }

    static int shape(MemorySegment shape, int offset) {
        return shape.get(INT, offset);
    }

    static void setShape(MemorySegment shape, int offset, int value) {
        shape.set(INT, offset, value);
    }

    static void setSeed(MemorySegment shape, long seed) {
        shape.set(LONG, SHAPE_SEED, seed);
    }

    static void setAlpha(MemorySegment shape, double alpha) {
        shape.set(DOUBLE, SHAPE_ALPHA, alpha);
    }

    /** Ends a block with its stamp, number and checksum. */
    static void seal(MemorySegment block, int stamp, int number) {
        long end = block.byteSize();
        block.set(INT, end - TRAILER_BYTES, stamp);
        block.set(INT, end - NUMBER_FROM_END, number);
        block.set(INT, end - CHECKSUM_FROM_END, checksum(block, end - CHECKSUM_FROM_END));
    }

    /**
     * Checks a block that was read.
     *
     * @param file and where in it the block stands, for the message
     */
    static void check(MemorySegment block, int stamp, int number, String file, long offset) {
        long end = block.byteSize();
        int found = checksum(block, end - CHECKSUM_FROM_END);
        int expected = block.get(INT, end - CHECKSUM_FROM_END);
        if (found != expected) {
            throw new CorruptException(
                    file,
                    offset,
                    "block %d crc32c: %08x (expected: %08x)".formatted(number, found, expected));
        }
        int numberFound = block.get(INT, end - NUMBER_FROM_END);
        int stampFound = block.get(INT, end - TRAILER_BYTES);
        if (numberFound != number || stampFound != stamp) {
            throw new CorruptException(
                    file,
                    offset,
                    "block %d of file %08x (expected: block %d of file %08x)"
                            .formatted(numberFound, stampFound, number, stamp));
        }
    }

    /** The CRC-32C of the first bytes of a segment of at most 2 GiB. */
    private static int checksum(MemorySegment bytes, long length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes.asSlice(0, length).asByteBuffer());
        return (int) crc.getValue();
    }

    /** What tells this file's blocks from those of another: see section 2. */
    static int stamp(MemorySegment codebook, MemorySegment codes) {
        CRC32C crc = new CRC32C();
        for (MemorySegment part : new MemorySegment[] {codebook, codes}) {
            for (long at = 0; at < part.byteSize(); at += PAGE_BYTES) {
                long step = Math.min(PAGE_BYTES, part.byteSize() - at);
                crc.update(part.asSlice(at, step).asByteBuffer());
            }
        }
        return (int) crc.getValue();
    }

    /** A metric's number in the file, which never changes. */
    static int code(Metric metric) {
        return switch (metric) {
            case COSINE -> 0;
            case DOT -> 1;
            case EUCLIDEAN -> 2;
            case MANHATTAN -> 3;
        };
    }
}
