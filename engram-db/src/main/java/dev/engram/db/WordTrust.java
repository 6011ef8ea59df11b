package dev.engram.db;

/** How much the words of a question are to count beside its meaning. */
final class WordTrust {

    private static final double HALF = 0.5;

    private WordTrust() {}

    /**
     * A weight for the words.
     *
     * @param meaning scores by meaning, best first
     * @param words scores by words, best first
     */
    static double weight(float[] meaning, float[] words) {
        if (words.length == 0) {
            return 0;
        }
        return meaning.length == 0 ? 1 : HALF;
    }
}
