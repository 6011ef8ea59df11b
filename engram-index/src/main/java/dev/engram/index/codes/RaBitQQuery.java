package dev.engram.index.codes;

import dev.engram.index.Metric;
import dev.engram.index.kernel.Instructions;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * Compares queries with rows of {@link RaBitQ}. A query is rounded to whole numbers of 4 to 6 bits
 * with a sign, so that dot products are counts of common bits.
 *
 * <pre>
 *   planes   bit k of all numbers, from k = 0 to {@link #bits} - 1, the last being the sign's; each as
 *            long as a row's words and laid out like them, so that a plane of numbers meets every
 *            plane of codes; zero behind, so that what a register reads behind a row counts nothing
 *   shifts   for each word of a row, the number of its plane
 * </pre>
 */
final class RaBitQQuery implements RowQuery {

    /** Bits of a number, by bits of a code: its rounding must not matter beside theirs. */
    private static final int[] BITS = {0, 4, 5, 5, 6};

    /** Words of the widest register. */
    private static final int WORDS_STEP = 8;

    /**
     * Errors this many deviations off, 3 in 100 on either side, are not waited for: the paper's.
     */
    private static final double DEVIATIONS = 1.9;

    /** Of the error of one rounding, which is uniform over a step. */
    private static final double ROUNDING = Math.sqrt(1 / 12.0);

    private final RaBitQ codes;
    private final MemorySegment rows;
    private final PlaneKernel kernel;
    private final Fht transform;
    private final float[] rotated;
    final int bits;
    final int rowBytes;
    final int words;
    final int width;
    final long[] planes;
    final long[] shifts;

    /** The distance of a row: base + add + multiply * (step * common bits, weighed, - centre). */
    float base;

    float step;
    float centre;

    /** What the errors of codes are to be multiplied with. */
    private double length;

    /** The deviation that rounding the query gives to an S at most. */
    private double rounding;

    RaBitQQuery(RaBitQ codes, Instructions instructions, MemorySegment rows) {
        this.codes = codes;
        this.rows = rows;
        this.kernel = PlaneKernel.of(instructions);
        this.transform = Fht.of(instructions);
        this.rotated = new float[codes.rotation().padded()];
        this.bits = BITS[codes.bits()];
        this.rowBytes = codes.rowBytes();
        this.words = codes.words();
        this.width = Math.ceilDiv(words, WORDS_STEP) * WORDS_STEP;
        this.planes = new long[bits * width];
        this.shifts = new long[width];
        for (int word = 0; word < words; word++) {
            shifts[word] = word / codes.planeWords();
        }
    }

    @Override
    public void set(float[] vector) {
        float[] mean = codes.mean();
        double towards = 0;
        double squares = 0;
        Arrays.fill(rotated, mean.length, rotated.length, 0);
        for (int i = 0; i < mean.length; i++) {
            rotated[i] = vector[i] - mean[i];
            towards += (double) vector[i] * mean[i];
            squares += (double) rotated[i] * rotated[i];
        }
        codes.rotation().rotate(rotated, transform);
        base = (float) (codes.metric() == Metric.EUCLIDEAN ? squares : -towards);
        length = Math.sqrt(squares);
        int sum = round();
        centre = step * codes.centre() * sum;
        rounding = ROUNDING * step * codes.centre() * Math.sqrt(rotated.length);
    }

    /** Rounds the rotated query to planes of bits, and returns the sum of its numbers. */
    private int round() {
        float most = 0;
        for (float x : rotated) {
            most = Math.max(most, Math.abs(x));
        }
        int limit = (1 << (bits - 1)) - 1;
        step = most / limit;
        float perStep = most > 0 ? limit / most : 0;
        int sum = kernel.split(rotated, perStep, limit, bits, planes, width);
        int planeWords = codes.planeWords();
        for (int k = 0; k < bits; k++) {
            for (int plane = 1; plane < codes.bits(); plane++) {
                int to = k * width + plane * planeWords;
                System.arraycopy(planes, k * width, planes, to, planeWords);
            }
        }
        return sum;
    }

    @Override
    public void distances(int[] ordinals, int count, float[] out) {
        kernel.distances(this, rows, ordinals, count, out);
    }

    @Override
    public float slack(int ordinal, float distance) {
        long factors = (long) ordinal * rowBytes + (long) words * Long.BYTES;
        double byCodes = length * RowFactors.deviation(rows, factors);
        double byRounding = rounding * RowFactors.multiply(rows, factors);
        return (float) (DEVIATIONS * Math.sqrt(byCodes * byCodes + byRounding * byRounding));
    }
}
