package dev.engram.index.ivf;

import dev.engram.index.VectorIndex.Query;

/**
 * What a search spends: a beam turned into the numbers that inverted lists have.
 *
 * <p>Which lists hold the nearest vectors depends on the vectors: of generated clusters three lists
 * hold them all, of real embeddings thirty hold nine in ten. Both show in the distances of the
 * centroids, so what a beam buys is not a number of lists but a <em>reach</em>: all lists are
 * scanned that lie within that part of the way from the nearest centroid to the mean of all. This
 * was found by comparing rules on real and generated vectors, with 100 to 1,000 lists: the same
 * reach gives nearly the same recall in all of them, from a half to nine tenths of the codes that
 * the same number of lists for every query takes.
 *
 * <p>Of what was scanned, 20 or 30 rescored vectors hold the ten nearest, by codes of half the
 * vector's bits or so; coarser codes need more.
 *
 * @param listsMax the most lists whose codes are scanned
 * @param reach how far from the nearest centroid they lie, where 0 is that and 1 the mean of all
 * @param more times as many are scanned
 * @param rescored vectors that get exact distances, the most promising by their codes
 */
record Effort(int listsMax, double reach, double more, int rescored) {

    /** The codes of so many vectors are scanned in the time of one exact comparison, roughly. */
    static final int CODES_A_COMPARISON = 16;

    /** The last per cent of recall is the dearest: the reach follows the logarithm of the beam. */
    private static final double REACH_OF_LOG_BEAM = 0.2;

    private static final double REACH_OFFSET = -0.25;

    /**
     * Lists for each candidate of the beam, at most: among centroids all alike, all are in reach.
     */
    private static final int LISTS_OF_CANDIDATE = 2;

    private static final int LISTS_MAX_BY_TYPICAL = 8;

    private static final int RESCORED_MORE_MIN = 10;

    /** Codes of twice the components mistake about three times as many for near. */
    private static final double MISTAKEN_EXPONENT = 1.5;

    /**
     * For a query over {@code count} vectors.
     *
     * @param accepted how many of them may be answered: where these are few, the nearest of them
     *     stand in as many more lists
     * @param coarseness how many components a code has, by what it has by default
     */
    static Effort of(Query query, int count, int accepted, double coarseness) {
        double reach = Math.max(0, REACH_OF_LOG_BEAM * Math.log(query.beam()) + REACH_OFFSET);
        double more = (double) count / Math.max(1, accepted);
        long listsMax = Math.round(LISTS_OF_CANDIDATE * query.beam() * more);
        double spare = Math.max(RESCORED_MORE_MIN, query.k() / 4.0) + query.beam() / 4.0;
        double mistaken = Math.pow(Math.max(1, coarseness), MISTAKEN_EXPONENT);
        long rescored = query.k() + Math.round(spare * mistaken);
        return new Effort(
                Math.clamp(listsMax, 1, Integer.MAX_VALUE),
                reach,
                more,
                Math.clamp(rescored, 1, Math.max(1, accepted)));
    }

    /**
     * How many lists to scan.
     *
     * @param ranks by which the lists are ranked, at least one
     */
    int lists(float[] ranks) {
        double sum = 0;
        float least = ranks[0];
        for (float rank : ranks) {
            sum += rank;
            least = Math.min(least, rank);
        }
        double width = reach * (sum / ranks.length - least);
        int within = 0;
        for (float rank : ranks) {
            within += rank - least <= width ? 1 : 0;
        }
        return Math.clamp(Math.round(within * more), 1, Math.min(listsMax, ranks.length));
    }

    /** How many codes to scan at least: so many that it takes as long as rescoring. */
    long codesMin() {
        return (long) CODES_A_COMPARISON * rescored;
    }

    /** How many of so many lists are scanned, roughly, before it is known where they lie. */
    int listsTypical(int lists) {
        return Math.clamp(listsMax / LISTS_MAX_BY_TYPICAL, 1, lists);
    }
}
