package dev.engram.db;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.engram.index.IndexSpec;
import dev.engram.index.Metric;
import dev.engram.testkit.Seeded;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What every database promises of searches with a filter. A test class extends it for each kind.
 */
@Seeded
abstract class FilterContract {

    private static final int DIMENSION = 6;
    private static final int RECORDS = 400;
    private static final int SHARES = 100;

    private final TestClock clock = new TestClock();
    private final Map<String, Point> live = new HashMap<>();
    private Database database;
    private Collection collection;

    /** An empty database. */
    protected abstract Database open(Models models, InstantSource clock);

    /** The index its collections get. */
    protected abstract IndexSpec index();

    @BeforeEach
    void open() {
        database = open(new WordModels(), clock);
        Schema schema = Samples.schema(DIMENSION, Metric.EUCLIDEAN, index());
        collection = database.create("a", schema.keeping(Duration.ofHours(1)));
        clock.advance(Duration.ofSeconds(1));
    }

    @AfterEach
    void close() {
        database.close();
    }

    private static Point point(RandomGenerator random, int number) {
        Map<String, @Nullable Object> metadata = new HashMap<>();
        metadata.put("share", random.nextInt(SHARES));
        metadata.put("tags", List.of("t" + random.nextInt(4), "all"));
        metadata.put("odd", random.nextBoolean() ? number % 2 == 1 : null);
        return Point.of("p" + number, Samples.vector(random, DIMENSION), metadata);
    }

    private void put(List<Point> points) {
        collection.put(points);
        points.forEach(point -> live.put(point.id(), point));
    }

    /** Puts in several goes, so that there are several parts; replaces some, deletes some. */
    private void fill(RandomGenerator random) {
        for (int from = 0; from < RECORDS; from += RECORDS / 4) {
            List<Point> points = new ArrayList<>();
            for (int i = from; i < from + RECORDS / 4; i++) {
                points.add(point(random, i));
            }
            put(points);
        }
        for (int i = 0; i < RECORDS; i += 9) {
            put(List.of(point(random, i)));
            collection.delete("p" + (i + 1));
            live.remove("p" + (i + 1));
        }
    }

    private static Map<String, float[]> accepted(Map<String, Point> points, Filter filter) {
        Map<String, float[]> accepted = new HashMap<>();
        points.forEach(
                (id, point) -> {
                    if (filter.matches(point.metadata())) {
                        accepted.put(id, point.vector());
                    }
                });
        return accepted;
    }

    private static List<Filter> filters() {
        return List.of(
                Filter.every(),
                Filter.every().not(),
                Filter.lt("share", 1),
                Filter.lt("share", 5),
                Filter.lt("share", 50),
                Filter.lt("share", 99),
                Filter.contains("tags", "t1").and(Filter.ge("share", 20)),
                Filter.isTrue("odd").or(Filter.isNull("odd")).not(),
                Filter.eq("share", "5"),
                Filter.parse("share BETWEEN 10 AND 20 OR ANY(tags) = 't2'"),
                Filter.parse("{\"share\": {\">=\": \"95\"}}"));
    }

    @Test
    void answersAsManyAsAreAcceptedUpToK(RandomGenerator random) {
        fill(random);
        for (Filter filter : filters()) {
            ExactAnswers exact = new ExactAnswers(Metric.EUCLIDEAN, accepted(live, filter));
            for (int k : new int[] {1, 10, RECORDS}) {
                float[] query = Samples.vector(random, DIMENSION);
                exact.check(collection.search(query, k, 4 * RECORDS, filter), query, k);
            }
        }
    }

    @Test
    void answersAsManyAsAreAcceptedAtASmallBeam(RandomGenerator random) {
        fill(random);
        for (Filter filter : filters()) {
            Map<String, float[]> accepted = accepted(live, filter);
            List<Hit> hits = collection.search(Samples.vector(random, DIMENSION), 10, 1, filter);
            assertThat(hits).as("%s", filter).hasSize(Math.min(10, accepted.size()));
            assertThat(hits)
                    .extracting(Hit::id)
                    .doesNotHaveDuplicates()
                    .isSubsetOf(accepted.keySet());
        }
    }

    @Test
    void filtersWhatATransactionSees(RandomGenerator random) {
        fill(random);
        try (Transaction transaction = database.begin()) {
            Map<String, Point> seen = new HashMap<>(live);
            for (int i = 0; i < 40; i++) {
                Point point = point(random, 3 * i);
                transaction.put("a", point);
                seen.put(point.id(), point);
                transaction.delete("a", "p" + (3 * i + 1));
                seen.remove("p" + (3 * i + 1));
            }
            collection.put(point(random, 2));
            for (Filter filter : filters()) {
                float[] query = Samples.vector(random, DIMENSION);
                List<Hit> hits = transaction.search("a", query, 10, 4 * RECORDS, filter);
                new ExactAnswers(Metric.EUCLIDEAN, accepted(seen, filter)).check(hits, query, 10);
            }
        }
    }

    @Test
    void filtersWhatWasThereThen(RandomGenerator random) {
        fill(random);
        Map<String, Point> before = new HashMap<>(live);
        Instant then = clock.advance(Duration.ofSeconds(1));
        clock.advance(Duration.ofSeconds(1));
        put(List.of(point(random, 5), point(random, 6), point(random, RECORDS)));
        collection.delete("p7", "p8");
        for (Filter filter : filters()) {
            float[] query = Samples.vector(random, DIMENSION);
            List<Hit> hits = collection.asOf(then).search(query, 10, 4 * RECORDS, filter);
            new ExactAnswers(Metric.EUCLIDEAN, accepted(before, filter)).check(hits, query, 10);
        }
    }

    @Test
    void answersAsManyWhileOthersWrite(RandomGenerator random) throws InterruptedException {
        List<Point> stable = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            float[] vector = Samples.vector(random, DIMENSION);
            stable.add(Point.of("stable" + i, vector, Map.of("kind", "stable")));
        }
        collection.put(stable);
        List<Point> others = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            float[] vector = Samples.vector(random, DIMENSION);
            others.add(Point.of("other" + i % 15, vector, Map.of("kind", "other")));
        }
        Thread writer =
                new Thread(
                        () -> {
                            for (Point other : others) {
                                collection.put(other);
                                collection.delete(other.id());
                            }
                        });
        writer.start();
        float[] query = new float[DIMENSION];
        do {
            List<Hit> hits = collection.search(query, 10, Filter.eq("kind", "stable"));
            assertThat(hits).hasSize(10);
            assertThat(hits).extracting(Hit::id).allMatch(id -> id.startsWith("stable"));
        } while (writer.isAlive());
        writer.join();
    }

    @Test
    void filtersTextsByIdAndText() {
        Collection texts = database.create("t", Schema.ofTexts(WordModels.NAME).with(index()));
        texts.put(Point.of("x", "cat"), Point.of("y", "cat dog"), Point.of("z", "dog"));
        Filter dogs = Filter.of(Map.of("text", Map.of("contains", "dog")));
        assertThat(texts.search("cat", 5, dogs)).extracting(Hit::id).containsExactly("y", "z");
        Filter one = Filter.of(Map.of("id", Map.of("in", Arrays.asList("x", "none"))));
        assertThat(texts.search("dog", 5, one)).extracting(Hit::id).containsExactly("x");
        try (Transaction transaction = database.begin()) {
            transaction.put("t", Point.of("w", "dog dog"));
            assertThat(transaction.search("t", "dog", 5, dogs)).hasSize(3);
        }
    }

    @Test
    void checksKBeforeTheFilterIsAsked() {
        assertThatThrownBy(() -> collection.search(new float[DIMENSION], 0, Filter.every().not()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("k: 0 (expected: 1..10000)");
    }
}
