package dev.engram.index.graph;

import dev.engram.index.Metric;
import dev.engram.index.codes.Sq8;
import dev.engram.storage.Kind;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * The bytes of a graph, in a file of kind HNSW or LEAN and in memory while it is built. All numbers
 * are little-endian; M is the degree.
 *
 * <pre>
 *   section 0, shape, 64 bytes
 *      0  u32  number of vectors
 *      4  u32  dimension
 *      8  u32  metric: 0 cosine, 1 dot, 2 euclidean, 3 manhattan
 *     12  u32  M
 *     16  u32  beam of the build
 *     20  u32  levels above the base
 *     24  u64  seed
 *     32  u32  entry: an ordinal where there are no levels above the base, otherwise a slot
 *     36  u32  number of slots
 *     40  u32  number of upper lists
 *     44  u32  number of twins
 *     48  16x  zero
 *   section 1, base: one list a vector, by ordinal
 *      0  u32  number of links
 *      4  2M x u32  ordinals; zero behind the last
 *   section 2, slots: one a vector that stands on upper levels, 8 bytes, by ascending ordinal
 *      0  u32  ordinal
 *      4  u32  its list on level 1; those on the levels above follow
 *   section 3, upper: lists as they are numbered in section 2
 *      0  u32  number of links
 *      4  M x u32  slots; zero behind the last
 *   section 4, twins: one a vector that equals an earlier one bit by bit, 8 bytes, ascending
 *      0  u32  ordinal of the first of its kind, which stands in the graph for all of them
 *      4  u32  ordinal of the twin, which has no links
 * in a file of kind LEAN only
 *   section 5, ranges: one a component, as {@link Sq8} draws them
 *   section 6, rows: the codes of one vector each, by ordinal, as {@link Sq8} draws them
 * </pre>
 */
public final class HnswLayout {

    static final Kind KIND = new Kind("HNSW", 1);
    static final Kind KIND_LEAN = new Kind("LEAN", 1);

    static final int SECTION_SHAPE = 0;
    static final int SECTION_BASE = 1;
    static final int SECTION_SLOTS = 2;
    static final int SECTION_UPPER = 3;
    static final int SECTION_TWINS = 4;
    static final int SECTION_RANGES = 5;
    static final int SECTION_ROWS = 6;

    static final int SHAPE_COUNT = 0;
    static final int SHAPE_DIMENSION = 4;
    static final int SHAPE_METRIC = 8;
    static final int SHAPE_DEGREE = 12;
    static final int SHAPE_BEAM = 16;
    static final int SHAPE_LEVELS = 20;
    static final int SHAPE_SEED = 24;
    static final int SHAPE_ENTRY = 32;
    static final int SHAPE_SLOTS = 36;
    static final int SHAPE_LISTS = 40;
    static final int SHAPE_TWINS = 44;
    static final int SHAPE_BYTES = 64;

    static final int PAIR_BYTES = 8;

    private static final ValueLayout.OfInt INT =
            ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong LONG =
            ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfFloat FLOAT =
            ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private static final int LIST_LINKS = 4;
    private static final int PAIR_SECOND = 4;

    private HnswLayout() {}

    /** The bytes of a list with room for so many links. */
    static long listBytes(int capacity) {
        return LIST_LINKS + (long) capacity * Integer.BYTES;
    }

    static int linkCount(MemorySegment lists, long list) {
        return lists.get(INT, list);
    }

    static int link(MemorySegment lists, long list, int index) {
        return lists.get(INT, list + LIST_LINKS + (long) index * Integer.BYTES);
    }

    static void setLinkCount(MemorySegment lists, long list, int count) {
        lists.set(INT, list, count);
    }

    static void setLink(MemorySegment lists, long list, int index, int id) {
        lists.set(INT, list + LIST_LINKS + (long) index * Integer.BYTES, id);
    }

    /** A link's length, kept during the build in a block of the shape of the lists. */
    static float linkLength(MemorySegment lengths, long list, int index) {
        return lengths.get(FLOAT, list + LIST_LINKS + (long) index * Float.BYTES);
    }

    static void setLinkLength(MemorySegment lengths, long list, int index, float length) {
        lengths.set(FLOAT, list + LIST_LINKS + (long) index * Float.BYTES, length);
    }

    /** The first number of a slot or a pair of twins. */
    static int first(MemorySegment pairs, int index) {
        return pairs.get(INT, (long) index * PAIR_BYTES);
    }

    /** The second number of a slot or a pair of twins. */
    static int second(MemorySegment pairs, int index) {
        return pairs.get(INT, (long) index * PAIR_BYTES + PAIR_SECOND);
    }

    static void setPair(MemorySegment pairs, int index, int first, int second) {
        pairs.set(INT, (long) index * PAIR_BYTES, first);
        pairs.set(INT, (long) index * PAIR_BYTES + PAIR_SECOND, second);
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

    /** A metric's number in the file, which never changes. */
    public static int code(Metric metric) {
        return switch (metric) {
            case COSINE -> 0;
            case DOT -> 1;
            case EUCLIDEAN -> 2;
            case MANHATTAN -> 3;
        };
    }
}
