package dev.engram.db;

/**
 * How the answers by meaning and those by words become one list.
 *
 * <p>Scores of the two cannot be compared as they are: one is a cosine, the other grows with the
 * words of the question.
 */
public sealed interface Fusion {

    /** Suits the question and the collection; what a search does that does not say otherwise. */
    Fusion AUTO = new Auto();

    /**
     * By ranks alone (reciprocal rank fusion, Cormack et al. 2009): the sum of 1 / (k + rank).
     *
     * @param k how little the first ranks count more than later ones, 1..1000; 60 is usual
     */
    record Ranks(int k) implements Fusion {

        private static final int K_MAX = 1000;

        public Ranks {
            if (k < 1 || k > K_MAX) {
                throw new IllegalArgumentException("k: " + k + " (expected: 1.." + K_MAX + ")");
            }
        }

        /** As usual. */
        public Ranks() {
            this(60);
        }
    }

    /**
     * By scores, those of each side divided by its best.
     *
     * @param words the weight of the words, 0..1; the rest is that of the meaning
     */
    record Linear(double words) implements Fusion {

        public Linear {
            if (!(words >= 0 && words <= 1)) {
                throw new IllegalArgumentException("words: " + words + " (expected: 0..1)");
            }
        }
    }

    /**
     * First the answers by words, where there are enough of them; else both, by ranks.
     *
     * @param enough how many, 1..1000
     */
    record Cascade(int enough) implements Fusion {

        private static final int ENOUGH_MAX = 1000;

        public Cascade {
            if (enough < 1 || enough > ENOUGH_MAX) {
                throw new IllegalArgumentException(
                        "enough: " + enough + " (expected: 1.." + ENOUGH_MAX + ")");
            }
        }
    }

    /** See {@link #AUTO}. */
    record Auto() implements Fusion {}
}
