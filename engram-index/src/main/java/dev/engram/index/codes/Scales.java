package dev.engram.index.codes;

import java.util.Arrays;

/**
 * What the codes of a residual r are multiplied by, in a byte: f = |r|^2 / &lt;r, c>, c being what
 * the codes stand for. Then f c - r is at a right angle to r, and dot products with f c are not
 * biased towards zero, as those with c are (RaBitQ: Gao and Long, 2024).
 *
 * @param low what the byte 0 would mean; it means 0, for codes that say nothing
 * @param step between two bytes
 */
public record Scales(float low, float step) {

    private static final int BYTE_MAX = 255;

    /** The share of scales, at each end, that are not worth wider steps for all others. */
    private static final int OUTLIERS_OF = 2000;

    /** The scales of a sample; 0 for those that say nothing. */
    public static Scales of(float[] sample) {
        float[] sorted = sample.clone();
        Arrays.sort(sorted);
        int first = 0;
        while (first < sorted.length && sorted[first] <= 0) {
            first++;
        }
        if (first == sorted.length) {
            return new Scales(0, 0);
        }
        int outliers = (sorted.length - first) / OUTLIERS_OF;
        float least = sorted[first + outliers];
        float step = (sorted[sorted.length - 1 - outliers] - least) / (BYTE_MAX - 1);
        return new Scales(least - step, step);
    }

    /** The byte for a scale, the nearest there is. */
    int code(float scale) {
        if (scale <= 0) {
            return 0;
        }
        // Without steps all scales are alike, and any byte but 0 means them.
        return step > 0 ? Math.clamp(Math.round((scale - low) / step), 1, BYTE_MAX) : 1;
    }

    /** What a byte means. */
    float value(int code) {
        return code == 0 ? 0 : code * step + low;
    }

    /** Whether these are numbers that a sample can have. */
    public boolean isSane() {
        return Float.isFinite(low) && Float.isFinite(step) && step >= 0;
    }
}
