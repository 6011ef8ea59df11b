package dev.engram.index.codes;

import dev.engram.index.Vectors;

/**
 * Vectors that lie component after component, so many together: what a register compares with.
 *
 * @param blocks of {@link #WIDTH} vectors each, the last filled up with zeros
 */
record Columns(float[][] blocks) {

    /** Vectors a block: four registers of the widest machine. */
    static final int WIDTH = 64;

    static Columns of(Vectors vectors) {
        float[][] blocks =
                new float[Math.ceilDiv(vectors.count(), WIDTH)][vectors.dimension() * WIDTH];
        float[] row = new float[vectors.dimension()];
        for (int ordinal = 0; ordinal < vectors.count(); ordinal++) {
            vectors.copyRow(ordinal, row);
            float[] block = blocks[ordinal / WIDTH];
            for (int i = 0; i < row.length; i++) {
                block[i * WIDTH + ordinal % WIDTH] = row[i];
            }
        }
        return new Columns(blocks);
    }
}
