package dev.engram.index.graph;

import dev.engram.index.codes.BlockLayout;
import dev.engram.index.codes.PqCodebook;
import dev.engram.index.codes.Sq8;
import dev.engram.storage.Kind;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * The bytes of a graph whose nodes carry the codes of their neighbours, in a file of kind FAST. All
 * numbers are little-endian; d is the dimension.
 *
 * <pre>
 *   section 0, shape, 64 bytes
 *      0  u32  number of vectors
 *      4  u32  dimension
 *      8  u32  metric, as in {@link HnswLayout}
 *     12  u32  M, 2..16
 *     16  u32  beam of the build
 *     20  u32  codes a vector, m: a multiple of 4
 *     24  u64  seed
 *     32  u32  components a code
 *     36  u32  number of blocks of pivots: even
 *     40  u32  number of twins
 *     44  20x  zero
 *   section 1, ranges: one a component, as {@link Sq8} draws them
 *   section 2, codebook: the mean and the centroids, as {@link PqCodebook} writes them
 *   section 3, pivots: blocks of codes around the mean, as {@link BlockLayout} draws them
 *   section 4, records: one a vector, by ordinal; a multiple of 64 bytes
 *      0        row of 8-bit codes, as {@link Sq8} draws it
 *      ..       block of the node's links on the base, around what the row stands for; places
 *               without a link have the node's own ordinal, at an infinite distance
 *   section 5, twins: as in {@link HnswLayout}
 * </pre>
 *
 * A record is read from beginning to end by one hop of a search: all of it follows itself, so that
 * its cache lines come at once.
 *
 * @param rowBytes of the 8-bit codes
 * @param codes a vector
 */
record BlocksLayout(int rowBytes, int codes) {

    static final Kind KIND = new Kind("FAST", 1);

    static final int SECTION_SHAPE = 0;
    static final int SECTION_RANGES = 1;
    static final int SECTION_CODEBOOK = 2;
    static final int SECTION_PIVOTS = 3;
    static final int SECTION_RECORDS = 4;
    static final int SECTION_TWINS = 5;

    static final int SHAPE_COUNT = 0;
    static final int SHAPE_DIMENSION = 4;
    static final int SHAPE_METRIC = 8;
    static final int SHAPE_DEGREE = 12;
    static final int SHAPE_BEAM = 16;
    static final int SHAPE_CODES = 20;
    static final int SHAPE_SEED = 24;
    static final int SHAPE_WIDTH = 32;
    static final int SHAPE_PIVOTS = 36;
    static final int SHAPE_TWINS = 40;
    static final int SHAPE_BYTES = 64;

    private static final int LINE_BYTES = 64;

    private static final ValueLayout.OfInt INT =
            ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    static BlocksLayout of(int dimension) {
        return new BlocksLayout(Sq8.rowBytes(dimension), PqCodebook.parts(dimension));
    }

    int blockBytes() {
        return BlockLayout.bytes(codes);
    }

    long recordBytes() {
        return (long) rowBytes + blockBytes();
    }

    /** Where the ids of a record's links start in it. */
    int idsOffset() {
        return rowBytes + BlockLayout.idsOffset(codes);
    }

    /**
     * Asks for all lines of two records before anything is computed with them: arithmetic between
     * the reads would fill the processor's queue, and the lines would come one after the other.
     *
     * @return what must not be optimised away
     */
    static int touch(MemorySegment records, long first, long second, long bytes) {
        int sum = 0;
        for (long at = 0; at < bytes; at += LINE_BYTES) {
            sum += records.get(INT, first + at) + records.get(INT, second + at);
        }
        return sum;
    }
}
