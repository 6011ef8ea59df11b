package dev.engram.index.codes;

import dev.engram.index.Metric;
import dev.engram.index.Vectors;
import dev.engram.index.kernel.Instructions;
import dev.engram.index.kernel.Kernel;

/**
 * A query turned into what a {@link CodeScan} looks up: its dot products with the centroids of the
 * codes and of the lists. Not safe for several threads.
 */
public final class CodeTables {

    private final ProductQuantizer quantizer;
    private final Vectors lists;
    private final Kernel kernel;
    private final float[] arranged;
    private final float[] distances = new float[Kernel.BLOCK];

    final PqTables tables;
    final Scales scales;

    /** The query's distance from the centroid of every list that a byte can name. */
    final float[] bases = new float[CodeBlock.LISTS_MAX];

    /** Memory of a scan, for the lists of 32 vectors. */
    final int[] indexes = new int[CodeBlock.LANES];

    /**
     * Of any query until {@link #set}.
     *
     * @param quantizer of 4 bits
     * @param lists their centroids, {@link CodeBlock#LISTS_MAX} at most
     * @param metric cosine or dot
     */
    public CodeTables(
            ProductQuantizer quantizer,
            Vectors lists,
            Scales scales,
            Metric metric,
            Instructions instructions) {
        this.quantizer = quantizer;
        this.lists = lists;
        this.scales = scales;
        this.kernel = Kernel.of(metric, instructions);
        this.arranged = new float[quantizer.shape().padded()];
        PqCodebook codebook = quantizer.directions(new float[arranged.length]);
        this.tables = new PqTables(codebook, metric, instructions);
    }

    /** From now on this vector is asked for. */
    public void set(float[] query) {
        quantizer.arrange(query, arranged);
        tables.set(arranged);
        int count = lists.count();
        kernel.scan(query, lists.rows(), query.length, 0, count, distances);
        System.arraycopy(distances, 0, bases, 0, count);
    }
}
