package dev.engram.index.codes;

import dev.engram.index.Metric;
import dev.engram.index.Vectors;
import dev.engram.index.kernel.Instructions;
import java.lang.foreign.MemorySegment;

/**
 * Writes blocks: the codes of vectors around a centre, and what makes estimates of them. Not safe
 * for several threads.
 *
 * <p>With the residual r = w - v of a vector w from its centre v, u = r / |r| and its code c, the
 * dot product with a query q is estimated without bias as in RaBitQ (Gao and Long, 2024):
 *
 * <pre>
 *   &lt;q - v, r>  ~  a &lt;q - v, c>  =  a (S - &lt;v - mean, c>),   a = |r| / &lt;u, c>
 *
 *   S = &lt;q - mean, c>  is the sum of a query's table entries, so that the tables serve all centres
 *                      (as in SymphonyQG: Gou and others, 2025)
 *
 *   euclidean   |q - w|^2  =  |q - v|^2 + |r|^2 - 2 &lt;q - v, r>
 *                          ~  |q - v|^2 + (|r|^2 + 2a &lt;v - mean, c>) - 2a S
 *   dot         -&lt;q, w>    =  -&lt;q, v> - &lt;v, r> - &lt;q - v, r>
 *                          ~  -&lt;q, v> + (a &lt;v - mean, c> - &lt;v, r>) - a S
 * </pre>
 */
public final class BlockEncoder {

    /** A code that points elsewhere than what it stands for says nothing. */
    private static final double AGREEMENT_MIN = 0.05;

    private final PqCodebook codebook;
    private final Vectors vectors;
    private final Metric metric;
    private final PqKernel kernel;
    private final float[] neighbour;
    private final float[] direction;
    private final byte[] codes;

    /** What is summed over the components of one vector. */
    private double squares;

    private double towards;

    /** For blocks of these vectors. */
    public BlockEncoder(
            PqCodebook codebook, Vectors vectors, Metric metric, Instructions instructions) {
        this.codebook = codebook;
        this.vectors = vectors;
        this.metric = metric;
        this.kernel = PqKernel.of(instructions);
        this.neighbour = new float[vectors.dimension()];
        this.direction = new float[codebook.padded()];
        this.codes = new byte[codebook.parts()];
    }

    /**
     * Writes one block; its bytes must be zero.
     *
     * @param centre as a search knows it
     * @param ids of the vectors around it, at {@code 0..count-1}, at most {@link BlockLayout#LANES}
     * @param unused the id for places that are left, which get an infinite distance
     */
    public void encode(
            float[] centre, int[] ids, int count, int unused, MemorySegment blocks, long block) {
        for (int place = 0; place < count; place++) {
            vectors.copyRow(ids[place], neighbour);
            encode(centre, neighbour, ids[place], blocks, block, place);
        }
        vacate(count, unused, blocks, block);
    }

    /** Leaves the places from {@code place} on without a vector. */
    public void vacate(int place, int unused, MemorySegment blocks, long block) {
        long factors = block + (long) BlockLayout.CODE_BYTES * codes.length;
        for (int i = place; i < BlockLayout.LANES; i++) {
            BlockLayout.setId(blocks, factors + BlockLayout.IDS_OFFSET, i, unused);
            BlockLayout.setFactor(blocks, factors, i, Float.POSITIVE_INFINITY);
        }
    }

    /**
     * Writes what a block holds of one vector; its bytes must be zero.
     *
     * @param centre of the block, of as many components as the vector
     * @param place where it stands in the block, {@code 0..LANES-1}
     */
    public void encode(
            float[] centre, float[] vector, int id, MemorySegment blocks, long block, int place) {
        long ids = block + (long) BlockLayout.CODE_BYTES * codes.length + BlockLayout.IDS_OFFSET;
        BlockLayout.setId(blocks, ids, place, id);
        measure(centre, vector);
        double length = Math.sqrt(squares);
        float scale = length > 0 ? (float) (1 / length) : 0;
        for (int i = 0; i < vector.length; i++) {
            direction[i] = (vector[i] - centre[i]) * scale;
        }
        kernel.nearest(codebook.centroids(), PqCodebook.BITS, codebook.width(), direction, codes);
        double agreement = 0;
        double sideways = 0;
        float[] mean = codebook.mean();
        float[] centroids = codebook.centroids();
        int width = codebook.width();
        for (int i = 0; i < centre.length; i++) {
            float coded = centroids[i * PqCodebook.CENTROIDS + codes[i / width]];
            agreement += direction[i] * coded;
            sideways += (centre[i] - mean[i]) * coded;
        }
        double multiple = agreement > AGREEMENT_MIN ? length / agreement : 0;
        setFactors(multiple, multiple * sideways, blocks, block, place);
        for (int i = 0; i < codes.length; i++) {
            BlockLayout.setCode(blocks, block, i, BlockLayout.lane(place), codes[i]);
        }
    }

    private void measure(float[] centre, float[] vector) {
        squares = 0;
        towards = 0;
        for (int i = 0; i < centre.length; i++) {
            float residual = vector[i] - centre[i];
            squares += residual * residual;
            towards += residual * centre[i];
        }
    }

    private void setFactors(
            double multiple, double correction, MemorySegment blocks, long block, int place) {
        double add =
                switch (metric) {
                    case COSINE, DOT -> correction - towards;
                    case EUCLIDEAN -> squares + 2 * correction;
                    case MANHATTAN -> throw new AssertionError("no blocks under MANHATTAN");
                };
        double multiply = metric == Metric.EUCLIDEAN ? -2 * multiple : -multiple;
        long factors = block + (long) BlockLayout.CODE_BYTES * codes.length;
        BlockLayout.setFactor(blocks, factors, place, (float) add);
        BlockLayout.setFactor(
                blocks, factors + BlockLayout.MULTIPLY_OFFSET, place, (float) multiply);
    }
}
