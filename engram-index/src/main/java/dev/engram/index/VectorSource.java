package dev.engram.index;

/**
 * Where exact distances come from when codes have chosen the most promising vectors. Asked for a
 * batch at a time, since a batch may be one read, or one call of a model. Safe for several threads.
 */
public interface VectorSource {

    /** How many vectors there are. */
    int count();

    /** Components a vector. */
    int dimension();

    /**
     * Exact distances from a query to some vectors.
     *
     * @param ordinals at {@code 0..count-1}, each once
     * @param out gets their distances as {@link Metric} defines them, at {@code 0..count-1}
     */
    void distances(float[] query, int[] ordinals, int count, float[] out);

    /**
     * The same for vectors that follow each other.
     *
     * @param first of the ordinals {@code first..first+count-1}
     */
    default void distances(float[] query, int first, int count, float[] out) {
        int[] ordinals = new int[count];
        for (int i = 0; i < count; i++) {
            ordinals[i] = first + i;
        }
        distances(query, ordinals, count, out);
    }
}
