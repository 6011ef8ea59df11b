package dev.engram.db;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.engram.index.Metric;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What a search must answer: every record compared with the query, in double precision. */
final class ExactAnswers {

    private static final double TOLERANCE = 1e-4;

    private final Metric metric;
    private final Map<String, float[]> vectors;

    /**
     * @param vectors of the live records, by id
     */
    ExactAnswers(Metric metric, Map<String, float[]> vectors) {
        this.metric = metric;
        this.vectors = Map.copyOf(vectors);
    }

    /** What the score of this record is. */
    double score(float[] query, String id) {
        float[] vector = vectors.get(id);
        assertThat(vector)
                .as("the vector of answer '%s', which must be a live record", id)
                .isNotNull();
        double dot = 0;
        double queryLength = 0;
        double length = 0;
        double squares = 0;
        double differences = 0;
        for (int i = 0; i < query.length; i++) {
            double difference = (double) query[i] - vector[i];
            dot += (double) query[i] * vector[i];
            queryLength += (double) query[i] * query[i];
            length += (double) vector[i] * vector[i];
            squares += difference * difference;
            differences += Math.abs(difference);
        }
        return switch (metric) {
            case COSINE -> dot / Math.sqrt(queryLength * length);
            case DOT -> dot;
            case EUCLIDEAN -> 1 / (1 + Math.sqrt(squares));
            case MANHATTAN -> 1 / (1 + differences);
        };
    }

    /** Fails unless these are the k best records, best first, with the right scores. */
    void check(List<Hit> hits, float[] query, int k) {
        Map<String, Double> scores = new HashMap<>();
        vectors.keySet().forEach(id -> scores.put(id, score(query, id)));
        List<Double> best =
                scores.values().stream().sorted((a, b) -> Double.compare(b, a)).limit(k).toList();
        assertThat(hits)
                .as("answers of %d records for k = %d", vectors.size(), k)
                .hasSize(best.size());
        assertThat(hits).extracting(Hit::id).doesNotHaveDuplicates();
        for (int i = 0; i < hits.size(); i++) {
            // Equal scores may come in either order, so ranks are compared by score.
            double allowed = TOLERANCE * Math.max(1, Math.abs(best.get(i)));
            assertThat((double) hits.get(i).score())
                    .as("score at rank %d", i)
                    .isCloseTo(best.get(i), within(allowed));
            assertThat((double) hits.get(i).score())
                    .as("score of '%s'", hits.get(i).id())
                    .isCloseTo(score(query, hits.get(i).id()), within(allowed));
        }
    }
}
