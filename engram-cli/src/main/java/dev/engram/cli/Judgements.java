package dev.engram.cli;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Which documents answer one query, and how well.
 *
 * @param gains by document id, > 0 for an answer
 */
record Judgements(Map<String, Integer> gains) {

    private static final int DEPTH = 10;

    Judgements {
        gains = new HashMap<>(gains);
    }

    /**
     * Measures over the first ten answers, or means of them.
     *
     * @param ndcg normalised discounted cumulative gain with linear gains
     * @param recall share of the answers that were found
     * @param reciprocalRank 1 / rank of the first answer, 0 for none
     */
    record Scores(double ndcg, double recall, double reciprocalRank) {

        static final Scores NONE = new Scores(0, 0, 0);

        Scores plus(Scores other) {
            return new Scores(
                    ndcg + other.ndcg,
                    recall + other.recall,
                    reciprocalRank + other.reciprocalRank);
        }

        Scores over(int count) {
            return new Scores(ndcg / count, recall / count, reciprocalRank / count);
        }
    }

    /**
     * Judges answers.
     *
     * @param answers document ids, best first
     */
    Scores score(List<String> answers) {
        double gained = 0;
        int found = 0;
        double reciprocalRank = 0;
        for (int i = 0; i < Math.min(DEPTH, answers.size()); i++) {
            int gain = gains.getOrDefault(answers.get(i), 0);
            gained += gain * discount(i);
            if (gain > 0) {
                found++;
                reciprocalRank = reciprocalRank == 0 ? 1.0 / (i + 1) : reciprocalRank;
            }
        }
        List<Integer> ideal =
                gains.values().stream()
                        .filter(gain -> gain > 0)
                        .sorted((a, b) -> Integer.compare(b, a))
                        .toList();
        double best = 0;
        for (int i = 0; i < Math.min(DEPTH, ideal.size()); i++) {
            best += ideal.get(i) * discount(i);
        }
        return new Scores(gained / best, (double) found / ideal.size(), reciprocalRank);
    }

    /** Of a place in the list, from 0. */
    private static double discount(int place) {
        return Math.log(2) / Math.log(place + 2.0);
    }

    boolean hasAnswer() {
        return gains.values().stream().anyMatch(gain -> gain > 0);
    }
}
