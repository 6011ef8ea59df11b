package dev.engram.db;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.engram.index.IndexSpec;
import dev.engram.index.Metric;
import dev.engram.testkit.Seeded;
import dev.engram.testkit.SeededTest;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What every database promises of the past, and of records that are over. A test class extends it
 * for each kind.
 */
@Seeded
abstract class TimeContract {

    private static final int DIMENSION = 4;
    private static final int IDS = 12;
    private static final Duration HOUR = Duration.ofHours(1);
    private static final Duration SECOND = Duration.ofSeconds(1);

    private final TestClock clock = new TestClock();
    private Database database;
    private Collection collection;

    /** The database of the test, opened at first, and again after it was closed. */
    protected abstract Database open(InstantSource clock);

    /** The index its collections get. */
    protected abstract IndexSpec index();

    @BeforeEach
    void open() {
        database = open(clock);
        collection = database.create("a", schema().keeping(HOUR));
        clock.advance(SECOND);
    }

    @AfterEach
    void close() {
        database.close();
    }

    private Schema schema() {
        return Samples.schema(DIMENSION, Metric.EUCLIDEAN, index());
    }

    private void reopen() {
        database.close();
        database = open(clock);
        collection = database.collection("a");
    }

    private static Point point(String id, float at) {
        return Point.of(id, new float[] {at, 0, 0, 0}, Map.of("at", at));
    }

    private static float[] zero() {
        return new float[DIMENSION];
    }

    /** Lets time pass; returns a moment before which all was done that was done so far. */
    private Instant mark() {
        clock.advance(SECOND);
        return clock.advance(SECOND).minus(SECOND);
    }

    /** A state of the collection, and when it was. */
    private record Known(Instant when, Map<String, Point> records) {}

    private void check(Past past, Map<String, Point> expected, RandomGenerator random) {
        Map<String, float[]> vectors = new HashMap<>();
        expected.forEach((id, point) -> vectors.put(id, point.vector()));
        float[] query = Samples.vector(random, DIMENSION);
        new ExactAnswers(Metric.EUCLIDEAN, vectors).check(past.search(query, 100), query, 100);
        for (int i = 0; i < IDS; i++) {
            Point point = expected.get("id" + i);
            if (point == null) {
                assertThat(past.get("id" + i)).isEmpty();
            } else {
                assertThat(past.get("id" + i)).contains(point);
            }
        }
    }

    private static Map<String, Change.Kind> difference(
            Map<String, Point> from, Map<String, Point> to) {
        Map<String, Change.Kind> kinds = new TreeMap<>();
        from.keySet().forEach(id -> kinds.put(id, Change.Kind.REMOVED));
        to.forEach(
                (id, point) -> {
                    if (!from.containsKey(id)) {
                        kinds.put(id, Change.Kind.ADDED);
                    } else if (from.get(id).equals(point)) {
                        kinds.remove(id);
                    } else {
                        kinds.put(id, Change.Kind.CHANGED);
                    }
                });
        return kinds;
    }

    private void checkDiff(Known from, Known to) {
        Map<String, Change.Kind> found = new TreeMap<>();
        collection
                .diff(from.when, to.when)
                .forEach(change -> found.put(change.id(), change.kind()));
        assertThat(found).isEqualTo(difference(from.records, to.records));
    }

    private void step(Map<String, Point> model, RandomGenerator random) {
        String id = "id" + random.nextInt(IDS);
        if (random.nextInt(3) == 0) {
            collection.delete(id);
            model.remove(id);
        } else {
            Point point = Samples.point(random, id, DIMENSION);
            collection.put(point);
            model.put(id, point);
        }
    }

    @SeededTest
    void readsAndComparesEveryMomentThereWas(RandomGenerator random) {
        TreeMap<String, Point> model = new TreeMap<>();
        List<Known> known = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            for (int steps = random.nextInt(4); steps > 0; steps--) {
                step(model, random);
            }
            known.add(new Known(mark(), Map.copyOf(model)));
            if (random.nextInt(10) == 0) {
                reopen();
            }
        }
        for (Known one : known) {
            check(collection.asOf(one.when), one.records, random);
            Known other = known.get(random.nextInt(known.size()));
            boolean before = one.when.isBefore(other.when);
            checkDiff(before ? one : other, before ? other : one);
        }
        Known then = known.get(random.nextInt(known.size()));
        int changed = difference(then.records, model).size();
        assertThat(collection.restore(then.when)).isEqualTo(changed);
        check(collection.asOf(mark()), then.records, random);
        check(collection.asOf(known.getLast().when), known.getLast().records, random);
        assertThat(collection.info().records()).isEqualTo(then.records.size());
    }

    @Test
    void restoresVectorsTextsAndMetadata() {
        Point point = new Point("x", "text", new float[] {1, 2, 3, 4}, Map.of("k", 1L));
        collection.put(point, point("y", 1));
        Instant before = mark();
        collection.put(point("x", 9), point("z", 3));
        collection.delete("y");
        assertThat(collection.restore(before)).isEqualTo(3);
        assertThat(collection.get("x")).contains(point);
        assertThat(collection.get("y")).contains(point("y", 1));
        assertThat(collection.get("z")).isEmpty();
        assertThat(collection.restore(before)).isZero();
        assertThat(collection.search(zero(), 10)).hasSize(2);
    }

    @Test
    void refusesMomentsThatAreNotThere() {
        collection.put(point("x", 1));
        Instant early = clock.instant();
        Instant future = early.plusMillis(1);
        assertThatThrownBy(() -> collection.asOf(future))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("asOf: %s (expected: at most %s, which is now)", future, early);
        assertThatThrownBy(() -> collection.restore(future))
                .isInstanceOf(IllegalArgumentException.class);
        Past past = collection.asOf(early);
        assertThat(past.moment()).isEqualTo(early);
        assertThat(past.get("x")).isPresent();
        Instant now = clock.advance(HOUR.plusMillis(1));
        assertThatThrownBy(() -> past.get("x"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "asOf: %s (expected: %s or later, which is how far back it is kept)",
                        early, now.minus(HOUR));
        assertThatThrownBy(() -> past.search(zero(), 1))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> collection.diff(now, now.minus(SECOND)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("from: " + now);
        assertThat(collection.asOf(now.minus(HOUR)).get("x")).isPresent();
    }

    @Test
    void knowsNothingFromBeforeItsCollection() {
        Instant before = clock.instant();
        clock.advance(SECOND);
        Collection young = database.create("young", schema().keeping(HOUR));
        assertThatThrownBy(() -> young.asOf(before)).isInstanceOf(IllegalArgumentException.class);
        Instant loading = clock.advance(SECOND);
        try (Loader loader = database.load("young", schema().keeping(HOUR))) {
            loader.add(List.of(point("x", 1)));
            clock.advance(SECOND);
            loader.commit();
        }
        assertThatThrownBy(() -> young.asOf(loading)).isInstanceOf(IllegalArgumentException.class);
        assertThat(young.asOf(mark()).get("x")).isPresent();
        assertThat(young.version("x").orElseThrow().committed()).isEqualTo(loading);
    }

    @Test
    void keepsNoPastUnlessItIsAskedTo() {
        Collection plain = database.create("plain", schema());
        clock.advance(SECOND);
        plain.put(point("x", 1));
        Instant then = mark();
        assertThatThrownBy(() -> plain.asOf(then)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void removesWhatIsTooOldToBeRead(RandomGenerator random) {
        List<Point> points = Samples.points(random, "p", 200, DIMENSION);
        collection.put(points);
        Instant then = mark();
        for (int i = 0; i < 8; i++) {
            collection.put(Samples.points(random, "p", 200, DIMENSION));
            mark();
        }
        assertThat(collection.asOf(then).get("p7")).contains(points.get(7));
        long before = collection.info().bytes().records();
        clock.advance(HOUR);
        reopen();
        collection.put(Samples.points(random, "q", 200, DIMENSION));
        assertThat(collection.info().records()).isEqualTo(400);
        assertThat(collection.search(zero(), 1000)).hasSize(400);
        assertThat(collection.diff(clock.instant().minus(Duration.ofMinutes(1)), clock.instant()))
                .hasSize(200);
        assertThat(before).isPositive();
    }

    @Test
    void goesOnWhereTheClockJumpsBack() {
        long first = collection.putIf(point("x", 1), Version.NONE);
        clock.advance(Duration.ofDays(-2));
        long second = collection.putIf(point("x", 2), first);
        assertThat(second).isGreaterThan(first);
        try (Transaction transaction = database.begin()) {
            collection.put(point("y", 1));
            assertThat(transaction.get("a", "y")).isEmpty();
            assertThat(transaction.get("a", "x")).contains(point("x", 2));
        }
        reopen();
        assertThat(collection.get("x")).contains(point("x", 2));
        long third = collection.putIf(point("x", 3), second);
        assertThat(third).isGreaterThan(second);
        assertThat(collection.search(zero(), 10)).hasSize(2);
    }

    @Test
    void hidesARecordFromTheMomentOnAtWhichItIsOver() {
        Instant over = clock.instant().plus(SECOND);
        collection.put(point("x", 1).expiring(over), point("y", 2));
        assertThat(collection.get("x").orElseThrow().expires()).isEqualTo(over);
        assertThat(collection.search(zero(), 10)).hasSize(2);
        Transaction transaction = database.begin();
        clock.advance(SECOND);
        assertThat(collection.get("x")).isEmpty();
        assertThat(collection.search(zero(), 1)).extracting(Hit::id).containsExactly("y");
        assertThat(collection.info().records()).isEqualTo(1);
        assertThat(transaction.get("a", "x")).isPresent();
        assertThat(transaction.search("a", zero(), 10)).hasSize(2);
        transaction.close();
        assertThat(collection.asOf(over.minusMillis(1)).get("x")).isPresent();
        assertThat(collection.asOf(over).get("x")).isEmpty();
        assertThat(collection.asOf(over).search(zero(), 10)).hasSize(1);
        assertThat(collection.diff(over.minusMillis(1), over))
                .containsExactly(new Change("x", Change.Kind.REMOVED));
    }

    @Test
    void countsAndRemovesWhatIsOver(RandomGenerator random) {
        Collection brief = database.create("brief", schema().expiringAfter(Duration.ofMinutes(2)));
        brief.put(Samples.points(random, "p", 50, DIMENSION));
        Point longer = Samples.point(random, "longer", DIMENSION);
        brief.put(longer.expiring(clock.instant().plus(HOUR)));
        assertThat(brief.info().records()).isEqualTo(51);
        clock.advance(Duration.ofMinutes(2));
        assertThat(brief.info().records()).isEqualTo(1);
        assertThat(brief.search(zero(), 100)).extracting(Hit::id).containsExactly("longer");
        brief.put(Samples.points(random, "p", 2, DIMENSION));
        assertThat(brief.info().records()).isEqualTo(3);
        reopen();
        brief = database.collection("brief");
        assertThat(brief.info().records()).isEqualTo(3);
        assertThat(brief.search(zero(), 100)).hasSize(3);
        clock.advance(Duration.ofMinutes(2));
        assertThat(brief.search(zero(), 100)).hasSize(1);
        assertThat(brief.get("p1")).isEmpty();
        assertThat(brief.putIf(Samples.point(random, "p1", DIMENSION), Version.NONE)).isPositive();
        assertThat(brief.search(zero(), 100)).hasSize(2);
    }

    @Test
    void hidesWhatIsOverInALoadedCollection() {
        try (Loader loader = database.load("loaded", schema().expiringAfter(SECOND))) {
            loader.add(List.of(point("x", 1), point("y", 2).expiring(clock.instant().plus(HOUR))));
            loader.commit();
        }
        assertThat(database.collection("loaded").search(zero(), 10)).hasSize(2);
        clock.advance(SECOND);
        assertThat(database.collection("loaded").search(zero(), 10)).hasSize(1);
        reopen();
        assertThat(database.collection("loaded").search(zero(), 10)).hasSize(1);
    }

    @Test
    void refusesTimesThatCannotBe() {
        assertThatThrownBy(() -> schema().keeping(Duration.ofMillis(-1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("retention: PT-0.001S (expected: PT0S..PT876000H)");
        assertThatThrownBy(() -> schema().expiringAfter(Duration.ZERO))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("ttl: PT0S (expected: PT0.001S..PT876000H)");
        assertThatThrownBy(() -> schema().expiringAfter(Duration.ofSeconds(Long.MAX_VALUE)))
                .isInstanceOf(IllegalArgumentException.class);
        for (Instant never : List.of(Instant.MIN, Instant.MAX, Instant.EPOCH.minusMillis(1))) {
            assertThatThrownBy(() -> point("x", 1).expiring(never))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("expires of 'x': " + never);
            assertThatThrownBy(() -> collection.asOf(never))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("asOf: ");
        }
    }
}
