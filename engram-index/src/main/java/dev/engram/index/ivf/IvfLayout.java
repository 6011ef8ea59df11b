package dev.engram.index.ivf;

import dev.engram.index.Vectors;
import dev.engram.index.codes.BlockLayout;
import dev.engram.index.codes.ProductQuantizer;
import dev.engram.index.graph.HnswLayout;
import dev.engram.storage.Kind;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * The bytes of inverted lists in a file of kind IVFP. All numbers are little-endian; d is the
 * dimension, m the number of codes a vector, p that of the components of an arranged vector.
 *
 * <pre>
 *   section 0, shape, 64 bytes
 *      0  u32  number of vectors
 *      4  u32  dimension
 *      8  u32  metric, as in {@link HnswLayout}
 *     12  u32  number of lists, n: at least 1
 *     16  u32  m, a multiple of 4
 *     20  u32  assignments, 1..4
 *     24  u64  seed
 *     32  u32  number of blocks
 *     36  28x  zero
 *   section 1, quantiser: of directions, as {@link ProductQuantizer} draws it
 *   section 2, mean: p x f32, of all vectors, arranged
 *   section 3, centroids: n x d x f32
 *   section 4, biases: n x f32, what ranks a list besides the query's distance from its centroid
 *   section 5, lengths: n x u32, the vectors in each list
 *   section 6, blocks: of one list after the other, as {@link BlockLayout} draws them, each around
 *              its list's centroid, arranged; a list has its length / 32, rounded up, in ascending
 *              order of the ids. Places behind the last have the id 0, at an infinite distance
 * </pre>
 */
final class IvfLayout {

    static final Kind KIND = new Kind("IVFP", 1);

    static final int SECTION_SHAPE = 0;
    static final int SECTION_QUANTIZER = 1;
    static final int SECTION_MEAN = 2;
    static final int SECTION_CENTROIDS = 3;
    static final int SECTION_BIASES = 4;
    static final int SECTION_LENGTHS = 5;
    static final int SECTION_BLOCKS = 6;

    static final int SHAPE_COUNT = 0;
    static final int SHAPE_DIMENSION = 4;
    static final int SHAPE_METRIC = 8;
    static final int SHAPE_LISTS = 12;
    static final int SHAPE_CODES = 16;
    static final int SHAPE_ASSIGNMENTS = 20;
    static final int SHAPE_SEED = 24;
    static final int SHAPE_BLOCKS = 32;
    static final int SHAPE_BYTES = 64;

    private static final ValueLayout.OfInt INT =
            ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong LONG =
            ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfFloat FLOAT =
            ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private IvfLayout() {}

    static int shape(MemorySegment shape, int offset) {
        return shape.get(INT, offset);
    }

    static void setShape(MemorySegment shape, int offset, int value) {
        shape.set(INT, offset, value);
    }

    static void setSeed(MemorySegment shape, long seed) {
        shape.set(LONG, SHAPE_SEED, seed);
    }

    static int[] ints(MemorySegment section) {
        int[] ints = new int[(int) (section.byteSize() / Integer.BYTES)];
        MemorySegment.copy(section, INT, 0, ints, 0, ints.length);
        return ints;
    }

    static float[] floats(MemorySegment section) {
        float[] floats = new float[(int) (section.byteSize() / Float.BYTES)];
        MemorySegment.copy(section, FLOAT, 0, floats, 0, floats.length);
        return floats;
    }

    static void set(MemorySegment section, int[] ints) {
        MemorySegment.copy(ints, 0, section, INT, 0, ints.length);
    }

    static void set(MemorySegment section, float[] floats) {
        MemorySegment.copy(floats, 0, section, FLOAT, 0, floats.length);
    }

    /** The blocks that a list of so many vectors takes. */
    static int blocks(int length) {
        return Math.ceilDiv(length, BlockLayout.LANES);
    }

    /** The bytes of the centroids. */
    static long centroidBytes(int lists, int dimension) {
        return (long) lists * dimension * Float.BYTES;
    }

    /** Centroids as vectors. */
    static Vectors centroids(MemorySegment section, int lists, int dimension) {
        return new Vectors(section, lists, dimension);
    }
}
