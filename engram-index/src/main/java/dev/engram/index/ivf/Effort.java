package dev.engram.index.ivf;

import dev.engram.index.VectorIndex.Query;

/**
 * What a search spends: a beam turned into the two numbers that inverted lists have.
 *
 * <p>The rule was found by measuring recall over both numbers on three sets (60,000 x 128 and x
 * 384, 20,000 x 784): codes of half the vector's bits or so choose so well that 20 or 30 rescored
 * vectors hold the ten nearest of all that were scanned, while recall follows the lists. So what a
 * beam buys is lists, more than in proportion, as the last per cent of recall is the dearest.
 *
 * @param lists whose codes are scanned
 * @param rescored vectors that get exact distances, the most promising by their codes
 */
record Effort(int lists, int rescored) {

    private static final double LISTS_OF_BEAM = 0.04;
    private static final double LISTS_EXPONENT = 1.5;

    private static final int RESCORED_MORE_MIN = 10;

    /**
     * For a query over {@code count} vectors in {@code lists} lists.
     *
     * @param accepted how many vectors may be answered: where these are few, the nearest of them
     *     stand in as many more lists
     */
    static Effort of(Query query, int lists, int count, int accepted) {
        double probes = LISTS_OF_BEAM * Math.pow(query.beam(), LISTS_EXPONENT);
        double more = (double) count / Math.max(1, accepted);
        long rescored = query.k() + Math.max(RESCORED_MORE_MIN, query.k() / 4L) + query.beam() / 4L;
        return new Effort(
                Math.clamp(Math.round(probes * more), 1, lists),
                Math.clamp(rescored, 1, Math.max(1, accepted)));
    }
}
