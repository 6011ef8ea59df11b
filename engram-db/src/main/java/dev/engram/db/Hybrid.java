package dev.engram.db;

import dev.engram.db.keyword.WordQuery;
import dev.engram.db.shard.Shard;
import dev.engram.db.shard.Sight;
import dev.engram.db.shard.View;
import dev.engram.index.Metric;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Answers a question by meaning, by words, or by both, from one view.
 *
 * <pre>
 *   view ──┬── vectors ──► best by meaning ──┐
 *          └── words ────► best by words ────┴──► one list, by {@link Fusion} ──► the k best
 * </pre>
 */
final class Hybrid {

    /** So many answers of each side are put together, or four times as many as are wanted. */
    private static final int DEPTH = 100;

    private static final int DEPTH_OF_K = 4;

    private final Reading reading;
    private final PointVectors vectors;
    private final Keywords keywords;
    private final Metric metric;

    Hybrid(Reading reading, PointVectors vectors, Keywords keywords, Metric metric) {
        this.reading = reading;
        this.vectors = vectors;
        this.keywords = keywords;
        this.metric = metric;
    }

    /** A row on one side, or on both put together. */
    private record Ranked(long row, float score) {}

    /** The two sides of a question. */
    private record Sides(List<Ranked> meaning, List<Ranked> words) {}

    /** Rows in their order, and the weight of the words that made it. */
    private record Fused(List<Ranked> rows, @Nullable Double wordWeight) {}

    Answer answer(Search wish, View view, Shard shard) {
        Sides sides =
                switch (wish.mode()) {
                    case VECTOR -> new Sides(byMeaning(wish, wish.k(), view, shard), List.of());
                    case KEYWORD -> new Sides(List.of(), byWords(wish, wish.k(), view, shard));
                    case HYBRID -> both(wish, view, shard);
                };
        Fused fused =
                switch (wish.mode()) {
                    case VECTOR -> new Fused(sides.meaning(), null);
                    case KEYWORD -> new Fused(sides.words(), null);
                    case HYBRID -> fused(wish.fusion(), sides);
                };
        List<Ranked> best = fused.rows().stream().limit(wish.k()).toList();
        return new Answer(matches(best, sides), wish.mode(), fused.wordWeight());
    }

    private Sides both(Search wish, View view, Shard shard) {
        int depth = Math.min(Collection.K_MAX, Math.max(DEPTH, DEPTH_OF_K * wish.k()));
        return new Sides(byMeaning(wish, depth, view, shard), byWords(wish, depth, view, shard));
    }

    private List<Ranked> byMeaning(Search wish, int k, View view, Shard shard) {
        float[] query = wish.vector() == null ? null : vectors.ofQuery(wish.vector());
        if (query == null) {
            query = vectors.ofQuery(String.valueOf(wish.text()));
        }
        return shard.search(query, k, Math.max(k, wish.beam()), view).stream()
                .map(found -> new Ranked(found.number(), metric.score(found.distance())))
                .toList();
    }

    private List<Ranked> byWords(Search wish, int k, View view, Shard shard) {
        WordQuery query = WordQuery.parse(String.valueOf(wish.text()));
        try (Sight sight = shard.sight(view)) {
            return keywords.search(query, wish.weights(), k, sight).stream()
                    .map(scored -> new Ranked(scored.row(), scored.score()))
                    .toList();
        }
    }

    private static Fused fused(Fusion fusion, Sides sides) {
        return switch (fusion) {
            case Fusion.Ranks(int k) -> new Fused(byRanks(sides, k), null);
            case Fusion.Linear(double words) -> new Fused(linear(sides, words), words);
            case Fusion.Cascade(int enough) ->
                    sides.words().size() >= enough
                            ? new Fused(sides.words(), 1.0)
                            : new Fused(byRanks(sides, new Fusion.Ranks().k()), null);
            case Fusion.Auto() -> {
                double words = WordTrust.weight(scores(sides.meaning()), scores(sides.words()));
                yield new Fused(linear(sides, words), words);
            }
        };
    }

    private static float[] scores(List<Ranked> side) {
        float[] scores = new float[side.size()];
        for (int i = 0; i < scores.length; i++) {
            scores[i] = side.get(i).score();
        }
        return scores;
    }

    private static List<Ranked> byRanks(Sides sides, int k) {
        Map<Long, Double> sums = new HashMap<>();
        for (List<Ranked> side : List.of(sides.meaning(), sides.words())) {
            for (int i = 0; i < side.size(); i++) {
                sums.merge(side.get(i).row(), 1.0 / (k + i + 1), Double::sum);
            }
        }
        return sorted(sums);
    }

    private static List<Ranked> linear(Sides sides, double words) {
        Map<Long, Double> sums = new HashMap<>();
        add(sums, sides.meaning(), 1 - words);
        add(sums, sides.words(), words);
        return sorted(sums);
    }

    /** Scores by the best of their side; what is not among the best gets nothing. */
    private static void add(Map<Long, Double> sums, List<Ranked> side, double weight) {
        for (Ranked ranked : side) {
            sums.merge(ranked.row(), weight * share(ranked.score(), side), Double::sum);
        }
    }

    private static double share(float score, List<Ranked> side) {
        float best = side.getFirst().score();
        if (best > 0) {
            return Math.max(0, score) / (double) best;
        }
        // Distances become scores below 0 under some metrics: then the worst counts nothing.
        float worst = side.getLast().score();
        return best == worst ? 1 : (score - worst) / (double) (best - worst);
    }

    private static List<Ranked> sorted(Map<Long, Double> sums) {
        return sums.entrySet().stream()
                .sorted(
                        Map.Entry.<Long, Double>comparingByValue(Comparator.reverseOrder())
                                .thenComparing(Map.Entry.comparingByKey()))
                .map(sum -> new Ranked(sum.getKey(), sum.getValue().floatValue()))
                .toList();
    }

    private List<Answer.Match> matches(List<Ranked> best, Sides sides) {
        Map<Long, Answer.Place> meaning = places(sides.meaning());
        Map<Long, Answer.Place> words = places(sides.words());
        List<Hit> hits = reading.hits(best.stream().map(Ranked::row).toList());
        List<Answer.Match> matches = new ArrayList<>();
        for (int i = 0; i < best.size(); i++) {
            Ranked ranked = best.get(i);
            matches.add(
                    new Answer.Match(
                            hits.get(i).scored(ranked.score()),
                            meaning.get(ranked.row()),
                            words.get(ranked.row())));
        }
        return matches;
    }

    private static Map<Long, Answer.Place> places(List<Ranked> side) {
        Map<Long, Answer.Place> places = new HashMap<>();
        for (int i = 0; i < side.size(); i++) {
            places.put(side.get(i).row(), new Answer.Place(i + 1, side.get(i).score()));
        }
        return places;
    }
}
