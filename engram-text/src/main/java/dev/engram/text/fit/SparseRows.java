package dev.engram.text.fit;

import dev.engram.text.embed.Workers;

/**
 * A matrix most of whose numbers are 0, row by row.
 *
 * @param columns how many there are
 * @param starts where each row begins in the other two; one more than there are rows
 * @param places the column of each number, ascending in a row
 * @param values the numbers
 */
record SparseRows(int columns, int[] starts, int[] places, float[] values) {

    private static final int BLOCK = 64;

    int rows() {
        return starts.length - 1;
    }

    /** The same with rows and columns exchanged. */
    SparseRows transposed() {
        int[] ends = new int[columns + 1];
        for (int place : places) {
            ends[place + 1]++;
        }
        for (int i = 0; i < columns; i++) {
            ends[i + 1] += ends[i];
        }
        int[] next = ends.clone();
        int[] rowOf = new int[places.length];
        float[] moved = new float[values.length];
        for (int row = 0; row < rows(); row++) {
            for (int i = starts[row]; i < starts[row + 1]; i++) {
                int at = next[places[i]]++;
                rowOf[at] = row;
                moved[at] = values[i];
            }
        }
        return new SparseRows(rows(), ends, rowOf, moved);
    }

    /**
     * Its product with a dense matrix. Each row of it is the work of one thread, in one order.
     *
     * @param dense as many rows as this has columns, of {@code width} numbers
     */
    float[] times(float[] dense, int width, Workers workers) {
        float[] product = new float[rows() * width];
        int blocks = (rows() + BLOCK - 1) / BLOCK;
        workers.each(
                blocks,
                block -> {
                    int end = Math.min(rows(), (block + 1) * BLOCK);
                    for (int row = block * BLOCK; row < end; row++) {
                        timesRow(row, dense, width, product);
                    }
                });
        return product;
    }

    private void timesRow(int row, float[] dense, int width, float[] product) {
        for (int i = starts[row]; i < starts[row + 1]; i++) {
            addRow(dense, places[i] * width, values[i], product, row * width, width);
        }
    }

    private static void addRow(
            float[] from, int at, float weight, float[] sum, int offset, int width) {
        for (int j = 0; j < width; j++) {
            sum[offset + j] += weight * from[at + j];
        }
    }
}
