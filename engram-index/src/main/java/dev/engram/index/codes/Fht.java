package dev.engram.index.codes;

import dev.engram.index.kernel.Instructions;

/** One round of a {@link HadamardRotation}. Equal to the bit on all instructions. Has no state. */
sealed interface Fht permits ScalarFht, SimdFht {

    /** The transform for the instructions given, which must be at hand. */
    static Fht of(Instructions instructions) {
        boolean simd = instructions == Instructions.SIMD && CodeLanes.areWide();
        return simd ? new SimdFht() : new ScalarFht();
    }

    /**
     * Turns some signs, and applies the fast Hadamard transform to a part of the components.
     *
     * @param values the components, as many as a multiple of 64
     * @param signs 1 or -1 for every component
     * @param from where the signs of this round start
     * @param first the first component of the part
     * @param length of the part, a power of two, >= 64
     */
    void round(float[] values, float[] signs, int from, int first, int length);

    /** What keeps a transform's lengths. */
    static float scale(int length) {
        return (float) (1 / Math.sqrt(length));
    }
}
