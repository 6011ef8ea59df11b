package dev.engram.index;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Exact search in double precision, as plain as can be: what every index is compared with. */
public final class ExactOracle {

    private ExactOracle() {}

    /** An answer in double precision. */
    public record Answer(int ordinal, double distance) {}

    /** The distance of {@link Metric}. */
    public static double distance(Metric metric, float[] a, float[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            double difference = (double) a[i] - b[i];
            sum +=
                    switch (metric) {
                        case COSINE, DOT -> -(double) a[i] * b[i];
                        case EUCLIDEAN -> difference * difference;
                        case MANHATTAN -> Math.abs(difference);
                    };
        }
        return sum;
    }

    /** The k nearest of those accepted, nearest first, ties by ordinal. */
    public static List<Answer> search(
            Metric metric, float[][] rows, float[] query, int k, @Nullable Ordinals accepted) {
        List<Answer> answers = new ArrayList<>();
        for (int i = 0; i < rows.length; i++) {
            if (accepted == null || accepted.contains(i)) {
                answers.add(new Answer(i, distance(metric, query, rows[i])));
            }
        }
        answers.sort(
                Comparator.comparingDouble(Answer::distance).thenComparingInt(Answer::ordinal));
        return answers.subList(0, Math.min(k, answers.size()));
    }
}
