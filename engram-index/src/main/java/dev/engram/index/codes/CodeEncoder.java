package dev.engram.index.codes;

import dev.engram.index.kernel.Instructions;
import java.lang.foreign.MemorySegment;

/** Codes the residuals of vectors for a {@link CodeBlock}. Not safe for several threads. */
public final class CodeEncoder {

    /** Codes that point elsewhere than what they stand for say nothing. */
    private static final double AGREEMENT_MIN = 0.05;

    private final ProductQuantizer quantizer;
    private final PqKernel kernel;
    private final float[] arranged;
    private final byte[] codes;

    /** With codes of 4 bits. */
    public CodeEncoder(ProductQuantizer quantizer, Instructions instructions) {
        this.quantizer = quantizer;
        this.kernel = PqKernel.of(instructions);
        this.arranged = new float[quantizer.shape().padded()];
        this.codes = new byte[quantizer.shape().parts()];
    }

    /**
     * Codes a residual.
     *
     * @return its scale, see {@link Scales}; 0 where its codes say nothing
     */
    public float code(float[] residual) {
        quantizer.arrange(residual, arranged);
        float[] centroids = quantizer.centroids();
        int width = quantizer.shape().width();
        kernel.nearest(centroids, PqCodebook.BITS, width, arranged, codes);
        double squares = 0;
        double agreement = 0;
        for (int i = 0; i < arranged.length; i++) {
            float coded = centroids[i * PqCodebook.CENTROIDS + codes[i / width]];
            squares += (double) arranged[i] * arranged[i];
            agreement += (double) arranged[i] * coded;
        }
        return agreement > AGREEMENT_MIN * squares ? (float) (squares / agreement) : 0;
    }

    /**
     * Writes what was coded last; the codes there must be zero.
     *
     * @param scale what {@link #code} returned
     */
    public void write(
            MemorySegment blocks, long block, int place, Scales scales, float scale, int list) {
        CodeBlock.set(blocks, block, codes, place, scales.code(scale), list);
    }
}
