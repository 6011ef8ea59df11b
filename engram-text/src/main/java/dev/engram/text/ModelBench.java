package dev.engram.text;

import dev.engram.db.Embedder;
import java.util.Arrays;
import java.util.List;

/**
 * Measures a model: how long a passage takes it, and how well it tells what belongs together from
 * what does not.
 *
 * <p>The contrast is the mean cosine of pairs of sentences that mean the same, less that of
 * sentences that have nothing to do with each other. The pairs are few and of every day: a contrast
 * tells a model from noise, and a good one from a bad one; for the finer difference there is {@code
 * engram bench quality}.
 */
public final class ModelBench {

    private static final int ROUNDS = 3;

    /** Of two sentences that mean the same, with as few words in common as they come. */
    private static final List<List<String>> RELATED =
            List.of(
                    List.of("How do I reset my password?", "I forgot my login credentials."),
                    List.of("The cat sat on the mat.", "A kitten rested on the rug."),
                    List.of("Symptoms of influenza", "Fever, cough and aching muscles"),
                    List.of(
                            "The file could not be opened.",
                            "There was an error reading from disk."),
                    List.of("What does it cost?", "Please tell me the price."),
                    List.of("The train leaves at noon.", "Departure is at twelve o'clock."),
                    List.of("She plays the violin.", "A woman performs on a string instrument."),
                    List.of("It rained all day.", "The weather was wet from morning to night."),
                    List.of("Sort a list of numbers", "Order the integers in an array"),
                    List.of("He was dismissed from his job.", "The company fired him."),
                    List.of(
                            "The bridge is closed for repairs.",
                            "Crossing is impossible because of" + " construction work."),
                    List.of("Plants need light to grow.", "Without sun, crops do not thrive."),
                    List.of("The defendant was found guilty.", "The jury convicted the accused."),
                    List.of(
                            "Prices rose sharply last year.",
                            "Inflation was high in the previous" + " twelve months."),
                    List.of("Save the document before you leave.", "Store your work, then exit."),
                    List.of("The soup is too salty.", "There is a lot of salt in this broth."));

    private ModelBench() {}

    /**
     * What was measured.
     *
     * @param dimension components a vector
     * @param passageMillis median time of a sentence, embedded alone
     * @param related mean cosine of what means the same
     * @param unrelated mean cosine of what does not
     */
    public record Score(int dimension, double passageMillis, double related, double unrelated) {

        /** How far apart both are. */
        public double contrast() {
            return related - unrelated;
        }
    }

    /** Measures a model. */
    public static Score measure(Embedder embedder) {
        List<String> left = RELATED.stream().map(List::getFirst).toList();
        List<String> right = RELATED.stream().map(List::getLast).toList();
        List<float[]> a = embedder.embed(left);
        List<float[]> b = embedder.embed(right);
        double related = 0;
        double unrelated = 0;
        for (int i = 0; i < left.size(); i++) {
            for (int j = 0; j < right.size(); j++) {
                double cosine = cosine(a.get(i), b.get(j));
                if (i == j) {
                    related += cosine;
                } else {
                    unrelated += cosine;
                }
            }
        }
        int pairs = left.size();
        return new Score(
                embedder.identity().dimension(),
                millis(embedder, left),
                related / pairs,
                unrelated / pairs / (pairs - 1));
    }

    private static double millis(Embedder embedder, List<String> texts) {
        double[] times = new double[ROUNDS * texts.size()];
        int at = 0;
        for (int round = 0; round < ROUNDS; round++) {
            for (String text : texts) {
                long start = System.nanoTime();
                embedder.embed(List.of(text));
                times[at++] = (System.nanoTime() - start) / 1e6;
            }
        }
        Arrays.sort(times);
        return times[times.length / 2];
    }

    private static double cosine(float[] a, float[] b) {
        double dot = 0;
        double squaresA = 0;
        double squaresB = 0;
        for (int i = 0; i < a.length; i++) {
            dot += (double) a[i] * b[i];
            squaresA += (double) a[i] * a[i];
            squaresB += (double) b[i] * b[i];
        }
        return dot == 0 ? 0 : dot / Math.sqrt(squaresA * squaresB);
    }
}
