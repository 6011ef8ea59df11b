package dev.engram.db;

/**
 * How much the words of a question are to count beside its meaning.
 *
 * <p>Where few texts have the words of a question, the best of them stands out from the others, and
 * words can be trusted; where many have some of them, all score nearly the same, and the order
 * among them says little. On the judged sets of docs/QUALITY.md the best ten stand apart by 0.25 in
 * the mean for questions about code, which words answer badly, by 0.41 for scientific claims and by
 * 0.66 for questions about articles, both of which they answer well. Chosen on these three sets.
 */
final class WordTrust {

    private static final int BEST = 10;
    private static final double NOTHING = 0.1;
    private static final double SLOPE = 2;
    private static final double LEAST = 0.1;
    private static final double MOST = 0.5;

    private WordTrust() {}

    /**
     * The weight of the words, 0..1; the rest is that of the meaning.
     *
     * @param meaning scores by meaning, best first
     * @param words scores by words, best first
     */
    static double weight(float[] meaning, float[] words) {
        if (words.length == 0) {
            return 0;
        }
        if (meaning.length == 0) {
            return 1;
        }
        return Math.clamp(SLOPE * (apart(words) - NOTHING), LEAST, MOST);
    }

    /** How far the best is above the mean of those behind it, by its own score: 0..1. */
    private static double apart(float[] words) {
        int count = Math.min(BEST, words.length);
        if (count == 1) {
            return 1;
        }
        double sum = 0;
        for (int i = 1; i < count; i++) {
            sum += words[i];
        }
        return 1 - sum / (count - 1) / words[0];
    }
}
