package dev.engram.index.kernel;

/**
 * A distance and an id in one long, ordered by distance and then by id.
 *
 * <pre>
 *   63..32  the distance's bits, turned so that they compare as a signed int like the floats do
 *   31..0   the id, >= 0
 * </pre>
 *
 * Minus zero counts as zero, and NaN as farther than anything.
 */
public final class Keys {

    private Keys() {}

    /** The key of an id at a distance. */
    public static long of(float distance, int id) {
        return ((long) ordered(Float.floatToIntBits(distance + 0f)) << 32) | id;
    }

    /** The distance in a key. */
    public static float distance(long key) {
        return Float.intBitsToFloat(ordered((int) (key >> 32)));
    }

    /** The id in a key. */
    public static int id(long key) {
        return (int) key;
    }

    /** Mirrors the negative floats, whose bits grow away from zero; its own inverse. */
    private static int ordered(int bits) {
        return bits ^ ((bits >> 31) & Integer.MAX_VALUE);
    }
}
