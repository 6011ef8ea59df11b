package dev.engram.index.codes;

import dev.engram.index.kernel.Instructions;

/**
 * Compares a vector with {@link Columns#WIDTH} others that lie component after component. Every
 * lane belongs to one of them and does the same operations in the same order in both twins, whether
 * compiled or not: so results are equal to the bit, and what is learnt from them too.
 */
sealed interface ColumnKernel permits ScalarColumns, SimdColumns {

    /** The kernel for the instructions given, which must be at hand. */
    static ColumnKernel of(Instructions instructions) {
        boolean simd = instructions == Instructions.SIMD && CodeLanes.areWide();
        return simd ? new SimdColumns() : new ScalarColumns();
    }

    /**
     * Squared euclidean distances.
     *
     * @param columns {@code vector.length * WIDTH} components
     * @param out gets {@code WIDTH} distances
     */
    void squares(float[] columns, float[] vector, float[] out);
}
