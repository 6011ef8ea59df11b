package dev.engram.index.codes;

import dev.engram.index.Metric;
import dev.engram.index.kernel.Instructions;
import java.lang.foreign.MemorySegment;

/** Compares queries with rows of {@link ProductRows}, by tables. */
final class ProductRowQuery implements RowQuery {

    /** Errors this many deviations off are not waited for: as of {@link RaBitQQuery}. */
    private static final double DEVIATIONS = 1.9;

    private final ProductRows codes;
    private final MemorySegment rows;
    private final ProductDistances tables;
    private final float[] residual;
    private final int rowBytes;
    private final int factorsOffset;
    private float base;

    /** What the errors of codes are to be multiplied with. */
    private double length;

    ProductRowQuery(ProductRows codes, Instructions instructions, MemorySegment rows) {
        this.codes = codes;
        this.rows = rows;
        // A dot product in all cases but one: the factors make a distance of it.
        Metric summed = codes.metric() == Metric.MANHATTAN ? Metric.MANHATTAN : Metric.DOT;
        this.tables = codes.quantizer().distances(summed, instructions);
        this.residual = new float[codes.mean().length];
        this.rowBytes = codes.rowBytes();
        this.factorsOffset = codes.factorsOffset();
    }

    @Override
    public void set(float[] vector) {
        float[] mean = codes.mean();
        double towards = 0;
        double squares = 0;
        for (int i = 0; i < mean.length; i++) {
            residual[i] = vector[i] - mean[i];
            towards += (double) vector[i] * mean[i];
            squares += (double) residual[i] * residual[i];
        }
        tables.set(residual);
        switch (codes.metric()) {
            case COSINE, DOT -> {
                base = (float) -towards;
                length = Math.sqrt(squares);
            }
            case EUCLIDEAN -> {
                base = (float) squares;
                length = Math.sqrt(squares);
            }
            case MANHATTAN -> {
                base = 0;
                length = 1;
            }
        }
    }

    @Override
    public void distances(int[] ordinals, int count, float[] out) {
        tables.distances(rows, rowBytes, ordinals, count, out);
        // Tables of dot products hold distances, which are minus these.
        float sign = codes.metric() == Metric.MANHATTAN ? 1 : -1;
        for (int i = 0; i < count; i++) {
            long factors = factors(ordinals[i]);
            float sum = sign * out[i];
            out[i] =
                    base + RowFactors.add(rows, factors) + RowFactors.multiply(rows, factors) * sum;
        }
    }

    @Override
    public float slack(int ordinal, float distance) {
        return (float) (DEVIATIONS * codes.spread() * deviation(ordinal));
    }

    /** The deviation of a row's error, were it random. */
    double deviation(int ordinal) {
        return length * RowFactors.deviation(rows, factors(ordinal));
    }

    private long factors(int ordinal) {
        return (long) ordinal * rowBytes + factorsOffset;
    }
}
