package dev.engram.db;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.engram.error.ConflictException;
import dev.engram.error.LimitExceededException;
import dev.engram.error.NotFoundException;
import dev.engram.index.IndexSpec;
import dev.engram.index.Metric;
import dev.engram.testkit.Seeded;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** To go through many records as all of them were at one moment. */
@Seeded
final class CursorTest {

    private static final int DIMENSION = 3;
    private static final Duration MINUTE = Duration.ofMinutes(1);

    @TempDir(factory = QuickFolder.class)
    private Path folder;

    private final TestClock clock = new TestClock();
    private final Settings settings =
            Settings.DEFAULT
                    .withClock(clock)
                    .withJobsBy(Runnable::run)
                    .withMemory(20L * DIMENSION * Float.BYTES);
    private final TreeMap<String, float[]> there = new TreeMap<>();
    private Database database;
    private Collection collection;

    @BeforeEach
    void open() {
        database = Database.open(folder, Models.NONE, settings);
        collection = database.create("a", Samples.flat(DIMENSION));
    }

    @AfterEach
    void close() {
        database.close();
    }

    private void put(RandomGenerator random, int count) {
        for (int i = 0; i < count; i++) {
            Point point = Samples.point(random, "p" + random.nextInt(200), DIMENSION);
            collection.put(point);
            there.put(point.id(), point.vector());
        }
    }

    private static <T> List<T> all(Cursor<T> cursor, RandomGenerator random) {
        List<T> all = new ArrayList<>();
        while (!cursor.isAtEnd()) {
            all.addAll(cursor.next(1 + random.nextInt(20)));
        }
        assertThat(cursor.next(1)).isEmpty();
        return all;
    }

    private static void check(List<Point> found, Map<String, float[]> expected) {
        Map<String, float[]> map = new TreeMap<>();
        for (Point point : found) {
            assertThat(map.put(point.id(), point.vector())).as(point.id()).isNull();
            assertThat(point.metadata()).isEqualTo(Map.of("id", point.id()));
        }
        assertThat(map.keySet()).isEqualTo(expected.keySet());
        map.forEach((id, vector) -> assertThat(vector).isEqualTo(expected.get(id)));
    }

    @Test
    void seesEveryRecordOnceAsItWas(RandomGenerator random) {
        put(random, 150);
        Map<String, float[]> then = new TreeMap<>(there);
        Cursor<Point> before = collection.scan();
        List<Point> found = new ArrayList<>(before.next(7));
        for (int round = 0; round < 6; round++) {
            put(random, 40);
            collection.delete(there.pollFirstEntry().getKey());
            collection.settle();
            found.addAll(before.next(5));
        }
        check(all(collection.scan(), random), there);
        found.addAll(all(before, random));
        check(found, then);
    }

    @Test
    void seesWhatAFilterAccepts(RandomGenerator random) {
        put(random, 60);
        String some = there.firstKey();
        Filter filter = Filter.parse("id == '" + some + "'");
        try (Cursor<Point> cursor = collection.scan(filter, MINUTE)) {
            check(cursor.next(100), Map.of(some, there.get(some)));
            assertThat(cursor.isAtEnd()).isTrue();
        }
    }

    @Test
    void isGoneThroughByALoop(RandomGenerator random) {
        put(random, 300);
        List<Point> found = new ArrayList<>();
        try (Cursor<Point> cursor = collection.scan()) {
            cursor.forEach(found::add);
            Iterator<Point> end = cursor.iterator();
            assertThat(end.hasNext()).isFalse();
            assertThatThrownBy(end::next).isInstanceOf(NoSuchElementException.class);
        }
        check(found, there);
        assertThat(database.create("empty", Samples.flat(1)).scan().next(10)).isEmpty();
    }

    @Test
    void seesHitsBestFirstAsTheyWere(RandomGenerator random) {
        put(random, 150);
        float[] query = Samples.vector(random, DIMENSION);
        List<Hit> then = collection.search(query, 1000);
        Cursor<Hit> cursor =
                collection.nearest(query, Collection.BEAM_DEFAULT, Filter.every(), MINUTE);
        List<Hit> found = new ArrayList<>(cursor.next(11));
        put(random, 60);
        collection.settle();
        found.addAll(all(cursor, random));
        assertThat(found).isEqualTo(then);
    }

    @Test
    void seesEveryHitOfAGraphOnce(RandomGenerator random) {
        Collection graph =
                database.create(
                        "g",
                        Samples.schema(DIMENSION, Metric.EUCLIDEAN, new IndexSpec.Hnsw(4, 16, 3)));
        graph.put(Samples.points(random, "p", 300, DIMENSION));
        graph.settle();
        Cursor<Hit> cursor = graph.nearest(new float[DIMENSION], 8, Filter.every(), MINUTE);
        List<Hit> found = all(cursor, random);
        assertThat(found.stream().map(Hit::id)).doesNotHaveDuplicates().hasSize(300);
    }

    @Test
    void letsGoOfWhatNobodyAsksFor(RandomGenerator random) {
        put(random, 30);
        Cursor<Point> used = collection.scan(Filter.every(), MINUTE);
        Cursor<Point> left = collection.scan(Filter.every(), MINUTE);
        for (int i = 0; i < 3; i++) {
            clock.advance(Duration.ofSeconds(50));
            assertThat(used.next(1)).hasSize(1);
        }
        assertThatThrownBy(() -> left.next(1))
                .isInstanceOf(LimitExceededException.class)
                .hasMessageContaining("nobody used the cursor for PT1M");
        clock.advance(Duration.ofSeconds(61));
        assertThat(used.isLeased()).isFalse();
        assertThatThrownBy(() -> used.next(1)).isInstanceOf(LimitExceededException.class);
        check(all(collection.scan(), random), there);
    }

    @Test
    void keepsWhatItShowsAsLongAsItIsLeased(RandomGenerator random) {
        put(random, 30);
        Cursor<Point> cursor = collection.scan();
        put(random, 200);
        collection.settle();
        assertThat(deadRows()).isPositive();
        clock.advance(MINUTE.plusSeconds(1));
        collection.settle();
        assertThat(deadRows()).isZero();
        cursor.close();
        Cursor<Point> another = collection.scan();
        put(random, 50);
        another.close();
        clock.advance(Duration.ofMillis(1));
        collection.settle();
        assertThat(deadRows()).isZero();
    }

    private long deadRows() {
        return database.call(
                "a", records -> Objects.requireNonNull(records.shardToKeep()).deadCount());
    }

    @Test
    void endsWithItsCollection(RandomGenerator random) {
        put(random, 10);
        Cursor<Point> cursor = collection.scan();
        database.drop("a");
        assertThatThrownBy(() -> cursor.next(1)).isInstanceOf(NotFoundException.class);
        database.create("a", Samples.flat(DIMENSION));
        assertThatThrownBy(() -> cursor.next(1))
                .isInstanceOf(ConflictException.class)
                .hasMessageContaining("was replaced");
    }

    @Test
    void refusesWhatItCannotDo() {
        for (Duration lease : List.of(Duration.ZERO, Duration.ofHours(2))) {
            assertThatThrownBy(() -> collection.scan(Filter.every(), lease))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("lease: " + lease);
        }
        Cursor<Point> cursor = collection.scan();
        for (int max : new int[] {-1, 0, 10_001}) {
            assertThatThrownBy(() -> cursor.next(max))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("max: " + max + " (expected: 1..10000)");
        }
        cursor.close();
        cursor.close();
        assertThat(cursor.next(1)).isEmpty();
        Cursor<Point> open = collection.scan();
        database.close();
        assertThatThrownBy(() -> open.next(1)).isInstanceOf(IllegalStateException.class);
    }
}
