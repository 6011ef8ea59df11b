package dev.engram.index.codes;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * The bytes of a block of a coded scan: the codes of 32 vectors, and two bytes more of each. m is
 * the number of codes a vector, a multiple of 4.
 *
 * <pre>
 *     0        4m x 4 codes  four codes of all 32 vectors in 64 bytes, as in {@link BlockLayout}
 *   16m        32 x u8       the scale of each, by place: see {@link Scales}
 *   16m + 32   32 x u8       the list of each, by place: whose centroid the codes start from
 * </pre>
 *
 * Places and lanes are those of {@link BlockLayout}. The ordinal of a vector is 32 times the number
 * of its block, and its place; places behind the last vector are zero.
 */
public final class CodeBlock {

    /** Vectors a block. */
    public static final int LANES = BlockLayout.LANES;

    /** Lists a byte can tell apart. */
    public static final int LISTS_MAX = 256;

    static final int LISTS_OFFSET = LANES;

    private CodeBlock() {}

    /** The bytes of a block, a multiple of 64. */
    public static int bytes(int codes) {
        return BlockLayout.CODE_BYTES * codes + 2 * LANES;
    }

    /** The list of the vector at a place. */
    public static int list(MemorySegment blocks, long block, int codes, int place) {
        return at(blocks, factors(block, codes) + LISTS_OFFSET + place);
    }

    static int scale(MemorySegment blocks, long block, int codes, int place) {
        return at(blocks, factors(block, codes) + place);
    }

    static void set(
            MemorySegment blocks, long block, byte[] codes, int place, int scale, int list) {
        for (int i = 0; i < codes.length; i++) {
            BlockLayout.setCode(blocks, block, i, BlockLayout.lane(place), codes[i]);
        }
        long factors = factors(block, codes.length);
        blocks.set(ValueLayout.JAVA_BYTE, factors + place, (byte) scale);
        blocks.set(ValueLayout.JAVA_BYTE, factors + LISTS_OFFSET + place, (byte) list);
    }

    private static long factors(long block, int codes) {
        return block + (long) BlockLayout.CODE_BYTES * codes;
    }

    private static int at(MemorySegment blocks, long offset) {
        return blocks.get(ValueLayout.JAVA_BYTE, offset) & 0xff;
    }
}
