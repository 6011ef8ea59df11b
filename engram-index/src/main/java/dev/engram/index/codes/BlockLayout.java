package dev.engram.index.codes;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * The bytes of a block: the packed codes of 32 vectors around a centre, with what turns their sums
 * into estimated distances. All numbers are little-endian; m is the number of codes a vector.
 *
 * <pre>
 *     0        4m x 4 codes  four codes of all 32 vectors in 64 bytes, see below
 *   16m        32 x bf16     what to add, place i beside place 16 + i
 *   16m +  64  32 x bf16     what to multiply the sum of table entries with, in the same order
 *   16m + 128  32 x u32      ids
 *
 *   64 bytes of codes      low four bits     high four bits
 *      l      (l &lt; 32)     code 4i            code 4i + 2      of the vector in lane l
 *      l + 32              code 4i + 1        code 4i + 3
 * </pre>
 *
 * A lane is where a vector's codes stand; its place is where its numbers stand. The vector in an
 * even lane l has the place l / 2, that in an odd lane the place 16 + l / 2: so the 16-bit sums of
 * a register, even bytes apart from odd ones, come in the order of the places. A bf16 is the upper
 * half of a float32, rounded to nearest.
 */
public final class BlockLayout {

    /** Vectors a block. */
    public static final int LANES = 32;

    /** Bytes of codes that one register takes: four codes of all vectors. */
    static final int STEP_BYTES = 64;

    /** Codes in so many bytes. */
    static final int STEP_CODES = 4;

    static final int CODE_BYTES = 16;
    static final int MULTIPLY_OFFSET = 64;
    static final int IDS_OFFSET = 128;

    private static final int TAIL_BYTES = 256;

    private static final ValueLayout.OfShort SHORT =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfInt INT =
            ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private BlockLayout() {}

    /** The bytes of a block, a multiple of 64. */
    public static int bytes(int codes) {
        return CODE_BYTES * codes + TAIL_BYTES;
    }

    /** Where the ids start in a block. */
    public static int idsOffset(int codes) {
        return CODE_BYTES * codes + IDS_OFFSET;
    }

    /** The id at a place, where the ids of a block start at {@code ids}. */
    public static int id(MemorySegment blocks, long ids, int place) {
        return blocks.get(INT, ids + (long) place * Integer.BYTES);
    }

    static void setId(MemorySegment blocks, long ids, int place, int id) {
        blocks.set(INT, ids + (long) place * Integer.BYTES, id);
    }

    /** A factor at a place, where the factors start at {@code factors}. */
    static float factor(MemorySegment blocks, long factors, int place) {
        int bits = blocks.get(SHORT, factors + factorOffset(place));
        return Float.intBitsToFloat(bits << 16);
    }

    static void setFactor(MemorySegment blocks, long factors, int place, float factor) {
        int bits = Float.floatToRawIntBits(factor);
        // To the nearest, halves to even; what is infinite stays so.
        int rounded = (bits + 0x7fff + ((bits >>> 16) & 1)) >>> 16;
        blocks.set(SHORT, factors + factorOffset(place), (short) rounded);
    }

    /** Two factors share an int, so that a shift and a mask part them. */
    private static int factorOffset(int place) {
        return place % 16 * Integer.BYTES + place / 16 * Short.BYTES;
    }

    /** The lane of a place. */
    static int lane(int place) {
        return place < 16 ? 2 * place : 2 * (place - 16) + 1;
    }

    /** One code of the vector in a lane of the block that starts at {@code block}. */
    static int code(MemorySegment blocks, long block, int index, int lane) {
        int both = blocks.get(ValueLayout.JAVA_BYTE, codeAt(block, index, lane));
        return (both >>> shift(index)) & 15;
    }

    /** Sets a code that is zero so far. */
    static void setCode(MemorySegment blocks, long block, int index, int lane, int code) {
        long at = codeAt(block, index, lane);
        int both = blocks.get(ValueLayout.JAVA_BYTE, at);
        blocks.set(ValueLayout.JAVA_BYTE, at, (byte) (both | (code << shift(index))));
    }

    private static long codeAt(long block, int index, int lane) {
        int lanes = (index & 1) * LANES + lane;
        return block + (long) (index / STEP_CODES) * STEP_BYTES + lanes;
    }

    private static int shift(int index) {
        return (index & 2) * 2;
    }
}
