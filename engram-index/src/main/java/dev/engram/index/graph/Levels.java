package dev.engram.index.graph;

/**
 * How high each node stands: level l with probability M^-l, drawn from the seed and the ordinal
 * alone, so that it does not depend on who inserts when.
 */
final class Levels {

    static final int LEVEL_MAX = 31;

    private final long seed;
    private final double scale; // mL of the paper

    Levels(long seed, int degree) {
        this.seed = seed;
        this.scale = 1 / StrictMath.log(degree);
    }

    int of(int ordinal) {
        long bits = mix(seed + (ordinal + 1L) * 0x9e3779b97f4a7c15L);
        double uniform = ((bits >>> 11) + 1) * 0x1p-53; // in (0, 1]
        return (int) Math.min(LEVEL_MAX, -StrictMath.log(uniform) * scale);
    }

    /** The finaliser of SplitMix64 (Steele, Lea and Flood, 2014). */
    private static long mix(long z) {
        long a = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
        long b = (a ^ (a >>> 27)) * 0x94d049bb133111ebL;
        return b ^ (b >>> 31);
    }
}
