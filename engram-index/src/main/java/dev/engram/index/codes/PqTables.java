package dev.engram.index.codes;

import dev.engram.index.Metric;
import dev.engram.index.kernel.Instructions;

/**
 * A query turned into tables: the dot product of each of its parts with each centroid, in 8 bits,
 * so that {@code step * sum + bias} is its dot product with a coded direction. Not safe for several
 * threads.
 */
public final class PqTables {

    /** Sums have 16 bits. */
    private static final int SUM_MAX = 65_535;

    private static final int ENTRY_MAX = 255;

    private final PqCodebook codebook;
    private final Metric metric;
    private final PqKernel kernel;
    private final float[] relative;
    private final float[] products;
    private final float[] range = new float[2];
    private final float levels;

    /** 16 entries a code. */
    final byte[] table;

    /** Memory of a scan, for the sums of two blocks. */
    final short[] sums = new short[4 * BlockLayout.LANES];

    float step;
    float bias;
    private float centre;

    /** Of any query until {@link #set}. */
    public PqTables(PqCodebook codebook, Metric metric, Instructions instructions) {
        this.codebook = codebook;
        this.metric = metric;
        this.kernel = PqKernel.of(instructions);
        this.relative = new float[codebook.padded()];
        this.products = new float[codebook.parts() * PqCodebook.CENTROIDS];
        this.table = new byte[products.length];
        this.levels = Math.min(ENTRY_MAX, SUM_MAX / codebook.parts());
    }

    /** From now on this vector is asked for. */
    public void set(float[] vector) {
        float[] mean = codebook.mean();
        float squares = 0;
        float dot = 0;
        for (int i = 0; i < vector.length; i++) {
            float difference = vector[i] - mean[i];
            relative[i] = difference;
            squares += difference * difference;
            dot += vector[i] * mean[i];
        }
        centre =
                switch (metric) {
                    case COSINE, DOT -> -dot;
                    case EUCLIDEAN -> squares;
                    case MANHATTAN -> throw new AssertionError("no blocks under MANHATTAN");
                };
        kernel.products(codebook.centroids(), codebook.width(), relative, products, range);
        step = (range[1] - range[0]) / levels;
        bias = range[0] * codebook.parts();
        // A step too small to divide by tells nothing apart anyway.
        float scale = step > Float.MIN_NORMAL ? 1 / step : 0;
        kernel.quantise(products, range[0], scale, table);
    }

    /** The query's distance from the mean of all vectors. */
    public float centre() {
        return centre;
    }

    /** Codes a vector. */
    int codes() {
        return codebook.parts();
    }
}
