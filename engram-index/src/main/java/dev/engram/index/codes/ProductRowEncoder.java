package dev.engram.index.codes;

import dev.engram.index.Metric;
import dev.engram.index.kernel.Instructions;
import java.lang.foreign.MemorySegment;

/** Writes rows of {@link ProductRows}. Not safe for several threads. */
final class ProductRowEncoder implements RowCodes.Encoder {

    private final ProductRows codes;
    private final float[] residual;
    private final float[] coded;

    ProductRowEncoder(ProductRows codes) {
        this.codes = codes;
        this.residual = new float[codes.mean().length];
        this.coded = new float[residual.length];
    }

    @Override
    public void encode(float[] vector, MemorySegment rows, long row) {
        float[] mean = codes.mean();
        for (int i = 0; i < mean.length; i++) {
            residual[i] = vector[i] - mean[i];
        }
        codes.quantizer().encode(residual, rows, row, Instructions.best());
        codes.quantizer().decode(rows, row, coded);
        double length = 0;
        double towards = 0;
        double agreement = 0;
        double squares = 0;
        double error = 0;
        for (int i = 0; i < mean.length; i++) {
            length += (double) residual[i] * residual[i];
            towards += (double) residual[i] * mean[i];
            agreement += (double) residual[i] * coded[i];
            squares += (double) coded[i] * coded[i];
            error += (double) (residual[i] - coded[i]) * (residual[i] - coded[i]);
        }
        long factors = row + codes.factorsOffset();
        if (codes.metric() == Metric.MANHATTAN) {
            RowFactors.set(rows, factors, 0, 1, Math.sqrt(error));
        } else {
            new RowFactors.Sums(length, towards, agreement, squares)
                    .write(codes.metric(), mean.length, rows, factors);
        }
    }
}
