package dev.engram.index.scan;

import dev.engram.index.codes.ByteRows;
import dev.engram.index.codes.CodeBlock;
import dev.engram.index.codes.Scales;
import dev.engram.index.graph.HnswLayout;
import dev.engram.storage.Kind;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * The bytes of a coded scan in a file of kind SCAN. All numbers are little-endian; d is the
 * dimension, m the number of codes a vector, w the components a code: d / m, rounded up.
 *
 * <pre>
 *   section 0, shape, 64 bytes
 *      0  u32  number of vectors
 *      4  u32  dimension
 *      8  u32  metric, as in {@link HnswLayout}: cosine or dot
 *     12  u32  lists, n: 1..256
 *     16  u32  m, a multiple of 4
 *     20  u32  settings of section 3
 *     24  u64  seed
 *     32  f32  low of the {@link Scales}
 *     36  f32  step of the scales
 *     40  24x  zero
 *   section 1, centroids of the lists: n rows of d numbers, as {@link ByteRows} draws them
 *   section 2, centroids of the codes: m rows of w x 16 numbers, of the first arranged component of
 *              a code, then of its second, ...
 *   section 3, settings, 12 bytes each
 *      0  u32  answers
 *      4  u32  recall in thousandths
 *      8  u32  vectors to score exactly, so that so many answers are found with that recall
 *   section 4, blocks: as {@link CodeBlock} draws them, of all vectors by ordinal
 * </pre>
 */
final class ScanLayout {

    static final Kind KIND = new Kind("SCAN", 1);

    static final int SECTION_SHAPE = 0;
    static final int SECTION_LISTS = 1;
    static final int SECTION_CODEBOOK = 2;
    static final int SECTION_SETTINGS = 3;
    static final int SECTION_BLOCKS = 4;

    static final int SHAPE_COUNT = 0;
    static final int SHAPE_DIMENSION = 4;
    static final int SHAPE_METRIC = 8;
    static final int SHAPE_LISTS = 12;
    static final int SHAPE_CODES = 16;
    static final int SHAPE_SETTINGS = 20;
    static final int SHAPE_SEED = 24;
    static final int SHAPE_LOW = 32;
    static final int SHAPE_STEP = 36;
    static final int SHAPE_BYTES = 64;

    static final int SETTING_BYTES = 12;

    private static final ValueLayout.OfInt INT =
            ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong LONG =
            ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfFloat FLOAT =
            ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private ScanLayout() {}

    static int shape(MemorySegment shape, int offset) {
        return shape.get(INT, offset);
    }

    static void setShape(MemorySegment shape, int offset, int value) {
        shape.set(INT, offset, value);
    }

    static long seed(MemorySegment shape) {
        return shape.get(LONG, SHAPE_SEED);
    }

    static void setSeed(MemorySegment shape, long seed) {
        shape.set(LONG, SHAPE_SEED, seed);
    }

    static Scales scales(MemorySegment shape) {
        return new Scales(shape.get(FLOAT, SHAPE_LOW), shape.get(FLOAT, SHAPE_STEP));
    }

    static void setScales(MemorySegment shape, Scales scales) {
        shape.set(FLOAT, SHAPE_LOW, scales.low());
        shape.set(FLOAT, SHAPE_STEP, scales.step());
    }

    static Calibration.Setting setting(MemorySegment settings, int index) {
        long at = (long) index * SETTING_BYTES;
        return new Calibration.Setting(
                settings.get(INT, at),
                settings.get(INT, at + Integer.BYTES),
                settings.get(INT, at + 2 * Integer.BYTES));
    }

    static void setSetting(MemorySegment settings, int index, Calibration.Setting setting) {
        long at = (long) index * SETTING_BYTES;
        settings.set(INT, at, setting.answers());
        settings.set(INT, at + Integer.BYTES, setting.thousandths());
        settings.set(INT, at + 2 * Integer.BYTES, setting.scored());
    }

    /** The blocks that so many vectors take. */
    static int blocks(int count) {
        return Math.ceilDiv(count, CodeBlock.LANES);
    }
}
