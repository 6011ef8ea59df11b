package dev.engram.index.codes;

import dev.engram.index.kernel.Instructions;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/** Writes rows of {@link RaBitQ}, which says what stands in them. Not safe for several threads. */
final class RaBitQEncoder implements RowCodes.Encoder {

    /**
     * The best step for components that are normally distributed, in deviations, by bits (Max,
     * 1960); for one bit any.
     */
    private static final double[] STEPS = {1, 1, 0.9957, 0.5860, 0.3352};

    /** Multiples of that step which are tried, since no vector is quite the normal one. */
    private static final double[] TRIES = {0.7, 0.8, 0.9, 1, 1.1, 1.2, 1.35};

    private final RaBitQ codes;
    private final Fht transform = Fht.of(Instructions.best());
    private final int half;
    private final float[] residual;
    private final long[] words;

    /** Of the code that was tried last. */
    private double agreement;

    private double squares;

    RaBitQEncoder(RaBitQ codes) {
        this.codes = codes;
        this.half = 1 << codes.bits() >> 1;
        this.residual = new float[codes.rotation().padded()];
        this.words = new long[codes.words()];
    }

    @Override
    public void encode(float[] vector, MemorySegment rows, long row) {
        float[] mean = codes.mean();
        Arrays.fill(residual, mean.length, residual.length, 0);
        double length = 0;
        double towards = 0;
        for (int i = 0; i < mean.length; i++) {
            residual[i] = vector[i] - mean[i];
            length += (double) residual[i] * residual[i];
            towards += (double) residual[i] * mean[i];
        }
        codes.rotation().rotate(residual, transform);
        float perStep = perStep(length);
        writeCodes(perStep, rows, row);
        measure(perStep);
        long factors = row + (long) words.length * Long.BYTES;
        new RowFactors.Sums(length, towards, agreement, squares)
                .write(codes.metric(), residual.length, rows, factors);
    }

    /** One over the step whose code points most nearly where the residual does. */
    private float perStep(double length) {
        if (half == 1 || length == 0) {
            return 1;
        }
        double usual = STEPS[codes.bits()] * Math.sqrt(length / residual.length);
        double best = -1;
        float chosen = 1;
        for (double tried : TRIES) {
            float perStep = (float) (1 / (usual * tried));
            measure(perStep);
            double cosine = agreement * agreement / squares;
            if (cosine > best) {
                best = cosine;
                chosen = perStep;
            }
        }
        return chosen;
    }

    private void measure(float perStep) {
        float dot = 0;
        float sum = 0;
        int most = half - 1;
        for (float x : residual) {
            float size = Math.abs(x);
            float step = Math.min(most, (int) (size * perStep)) + 0.5f;
            dot += size * step;
            sum += step * step;
        }
        agreement = dot;
        squares = sum;
    }

    private void writeCodes(float perStep, MemorySegment rows, long row) {
        Arrays.fill(words, 0);
        int planeWords = codes.planeWords();
        int most = half - 1;
        for (int i = 0; i < residual.length; i++) {
            float x = residual[i];
            int step = Math.min(most, (int) (Math.abs(x) * perStep));
            int code = x >= 0 ? half + step : half - 1 - step;
            for (int plane = 0; plane < codes.bits(); plane++) {
                words[plane * planeWords + i / Long.SIZE] |= (long) (code >>> plane & 1) << i;
            }
        }
        for (int i = 0; i < words.length; i++) {
            RaBitQ.setWord(rows, row, i, words[i]);
        }
    }
}
