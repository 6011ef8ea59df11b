package dev.engram.index.codes;

/**
 * Measures the distances from one query after another to the rows of codes of many vectors. Not
 * safe for several threads.
 */
public sealed interface RowQuery extends ErrorBound
        permits ProductRowQuery, RaBitQQuery, Sq8RowQuery {

    /** From now on this vector is asked for. */
    void set(float[] vector);

    /**
     * Distances to {@code ordinals[0..count-1]} by their codes.
     *
     * @param out gets the distances of {@link dev.engram.index.Metric} at 0..count-1
     */
    void distances(int[] ordinals, int count, float[] out);
}
