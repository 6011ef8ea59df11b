package dev.engram.db;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.engram.error.ConflictException;
import dev.engram.error.LimitExceededException;
import dev.engram.error.NotFoundException;
import dev.engram.index.IndexSpec;
import dev.engram.index.Metric;
import dev.engram.testkit.Seeded;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.random.RandomGenerator;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every database promises of its transactions. A test class extends it for each kind. */
@Seeded
abstract class TransactionContract {

    private static final int DIMENSION = 4;

    private final TestClock clock = new TestClock();
    private final WordModels models = new WordModels();
    private Database database;
    private Collection a;
    private Collection b;

    /** An empty database. */
    protected abstract Database open(Models models, InstantSource clock);

    /** The index its collections get. */
    protected abstract IndexSpec index();

    @BeforeEach
    void open() {
        database = open(models, clock);
        Schema schema = Samples.schema(DIMENSION, Metric.EUCLIDEAN, index());
        a = database.create("a", schema);
        b = database.create("b", schema);
    }

    @AfterEach
    void close() {
        database.close();
    }

    private static Point point(String id, float at) {
        return Point.of(id, new float[] {at, 0, 0, 0}, Map.of("at", at));
    }

    private static List<String> ids(List<Hit> hits) {
        return hits.stream().map(Hit::id).toList();
    }

    private static float[] zero() {
        return new float[DIMENSION];
    }

    @Test
    void writesSeveralCollectionsAtOnce() {
        b.put(point("old", 1));
        try (Transaction transaction = database.begin()) {
            transaction.put("a", point("x", 1), point("y", 2));
            transaction.put("b", List.of(point("z", 3)));
            assertThat(transaction.delete("b", "old", "none")).isEqualTo(1);
            assertThat(a.get("x")).isEmpty();
            assertThat(b.get("old")).isPresent();
            assertThat(a.search(zero(), 10)).isEmpty();
            long version = transaction.commit();
            assertThat(a.version("x").orElseThrow().number()).isEqualTo(version);
            assertThat(b.version("z").orElseThrow().number()).isEqualTo(version);
        }
        assertThat(ids(a.search(zero(), 10))).containsExactly("x", "y");
        assertThat(ids(b.search(zero(), 10))).containsExactly("z");
        assertThat(b.get("old")).isEmpty();
        assertThat(a.info().records()).isEqualTo(2);
        assertThat(b.info().records()).isEqualTo(1);
    }

    @Test
    void writesNothingUnlessItIsCommitted() {
        try (Transaction transaction = database.begin()) {
            transaction.put("a", point("x", 1));
        }
        try (Transaction transaction = database.begin()) {
            transaction.put("a", point("y", 1));
            transaction.rollback();
        }
        assertThat(a.get("x")).isEmpty();
        assertThat(a.search(zero(), 10)).isEmpty();
        assertThat(a.info().records()).isZero();
    }

    @Test
    void seesItsOwnWrites() {
        a.put(point("one", 1), point("two", 2), point("three", 3));
        try (Transaction transaction = database.begin()) {
            transaction.put("a", point("two", 10), point("new", 0.5f));
            transaction.delete("a", "one");
            assertThat(transaction.get("a", "two")).contains(point("two", 10));
            assertThat(transaction.get("a", "one")).isEmpty();
            assertThat(transaction.get("a", "new")).contains(point("new", 0.5f));
            List<Hit> hits = transaction.search("a", zero(), 10);
            assertThat(ids(hits)).containsExactly("new", "three", "two");
            assertThat(hits.getLast().metadata()).containsEntry("at", 10f);
            assertThat(ids(transaction.search("a", zero(), 2))).containsExactly("new", "three");
            assertThat(ids(transaction.search("a", zero(), 1, 100))).containsExactly("new");
            transaction.put("a", point("one", 7));
            transaction.delete("a", "new");
            assertThat(ids(transaction.search("a", zero(), 10)))
                    .containsExactly("three", "one", "two");
            transaction.commit();
        }
        assertThat(ids(a.search(zero(), 10))).containsExactly("three", "one", "two");
    }

    @Test
    void scoresItsOwnWritesAsAllOthers(RandomGenerator random) {
        List<Point> points = Samples.points(random, "p", 40, DIMENSION);
        a.put(points.subList(0, 25));
        Map<String, float[]> vectors = new HashMap<>();
        points.forEach(point -> vectors.put(point.id(), point.vector()));
        float[] query = Samples.vector(random, DIMENSION);
        try (Transaction transaction = database.begin()) {
            transaction.put("a", points.subList(20, 40));
            new ExactAnswers(Metric.EUCLIDEAN, vectors)
                    .check(transaction.search("a", query, 30), query, 30);
            transaction.commit();
        }
        new ExactAnswers(Metric.EUCLIDEAN, vectors).check(a.search(query, 30), query, 30);
    }

    @Test
    void readsAtOneMoment(RandomGenerator random) {
        a.put(point("x", 1), point("y", 2));
        try (Transaction transaction = database.begin()) {
            a.put(point("x", 50), point("z", 0));
            a.delete("y");
            b.put(point("late", 1));
            // Enough to have the old versions looked for, and sealed together with the new ones.
            for (int i = 0; i < 30; i++) {
                a.put(Samples.points(random, "more", 100, DIMENSION));
            }
            assertThat(transaction.get("a", "x")).contains(point("x", 1));
            assertThat(transaction.get("a", "y")).contains(point("y", 2));
            assertThat(transaction.get("a", "z")).isEmpty();
            assertThat(transaction.get("a", "more7")).isEmpty();
            List<Hit> hits = transaction.search("a", zero(), 10);
            assertThat(ids(hits)).containsExactly("x", "y");
            assertThat(hits.getFirst().metadata()).containsEntry("at", 1f);
            assertThat(transaction.search("b", zero(), 10)).isEmpty();
        }
        assertThat(ids(a.search(zero(), 1))).containsExactly("z");
        assertThat(a.get("x")).contains(point("x", 50));
        assertThat(a.info().records()).isEqualTo(102);
    }

    @Test
    void readsADeletedAndRecreatedRecordAtEachMoment() {
        try (Transaction before = database.begin()) {
            a.put(point("x", 1));
            try (Transaction first = database.begin()) {
                a.delete("x");
                try (Transaction between = database.begin()) {
                    a.put(point("x", 2));
                    try (Transaction second = database.begin()) {
                        a.delete("x");
                        assertThat(before.get("a", "x")).isEmpty();
                        assertThat(first.get("a", "x")).contains(point("x", 1));
                        assertThat(between.get("a", "x")).isEmpty();
                        assertThat(second.get("a", "x")).contains(point("x", 2));
                        assertThat(before.search("a", zero(), 9)).isEmpty();
                        assertThat(first.search("a", zero(), 9)).hasSize(1);
                        assertThat(between.search("a", zero(), 9)).isEmpty();
                        assertThat(second.search("a", zero(), 9)).hasSize(1);
                    }
                }
            }
        }
        assertThat(a.get("x")).isEmpty();
    }

    @Test
    void letsTheFirstToCommitWin() {
        a.put(point("x", 1), point("y", 1));
        try (Transaction first = database.begin();
                Transaction second = database.begin();
                Transaction other = database.begin()) {
            first.put("a", point("x", 2));
            second.put("a", point("x", 3), point("more", 3));
            other.put("a", point("y", 4));
            first.commit();
            assertThatThrownBy(second::commit)
                    .isInstanceOf(ConflictException.class)
                    .hasMessage(
                            "record 'x' of 'a' was changed by another transaction meanwhile; begin"
                                    + " again");
            other.commit();
        }
        assertThat(a.get("x")).contains(point("x", 2));
        assertThat(a.get("more")).isEmpty();
        assertThat(a.get("y")).contains(point("y", 4));
    }

    @Test
    void conflictsWithCreationsAndDeletionsToo() {
        a.put(point("x", 1));
        try (Transaction create = database.begin();
                Transaction delete = database.begin();
                Transaction replace = database.begin();
                Transaction deleteNone = database.begin()) {
            create.put("a", point("new", 1));
            delete.delete("a", "x");
            replace.put("a", point("x", 2));
            deleteNone.delete("a", "none");
            a.put(point("new", 5));
            a.delete("x");
            a.put(point("none", 1));
            for (Transaction late : List.of(create, delete, replace, deleteNone)) {
                assertThatThrownBy(late::commit).isInstanceOf(ConflictException.class);
            }
        }
        assertThat(a.get("new")).contains(point("new", 5));
        assertThat(a.get("x")).isEmpty();
        assertThat(a.get("none")).isPresent();
    }

    @Test
    void setsARecordOfAKnownVersionOnly() {
        long first = a.putIf(point("x", 1), Version.NONE);
        assertThat(a.version("x").orElseThrow().number()).isEqualTo(first);
        assertThat(a.version("x").orElseThrow().committed()).isEqualTo(clock.instant());
        long second = a.putIf(point("x", 2), first);
        assertThat(second).isGreaterThan(first);
        for (long wrong : new long[] {first, Version.NONE, second + 1}) {
            assertThatThrownBy(() -> a.putIf(point("x", 3), wrong))
                    .isInstanceOf(ConflictException.class)
                    .hasMessage(
                            "record 'x' of 'a': version %d (expected: %d)"
                                    .formatted(second, wrong));
        }
        a.delete("x");
        assertThatThrownBy(() -> a.putIf(point("x", 3), second))
                .isInstanceOf(ConflictException.class);
        a.putIf(point("x", 4), Version.NONE);
        assertThat(a.get("x")).contains(point("x", 4));
    }

    @Test
    void doesWhatHasAKeyOnce() {
        TransactionOptions once = TransactionOptions.DEFAULT.once("order 7");
        long first = 0;
        for (int i = 0; i < 3; i++) {
            try (Transaction transaction = database.begin(once)) {
                transaction.put("a", point("x", 1));
                long version = transaction.commit();
                first = i == 0 ? version : first;
                assertThat(version).isEqualTo(first);
            }
            a.put(point("y", i));
        }
        assertThat(a.version("x").orElseThrow().number()).isEqualTo(first);
        try (Transaction transaction = database.begin(once)) {
            transaction.put("a", point("x", 2));
            assertThatThrownBy(transaction::commit)
                    .isInstanceOf(ConflictException.class)
                    .hasMessage(
                            "idempotency key 'order 7': used before for other writes; take a new"
                                    + " key for new work");
        }
    }

    @Test
    void commitsWithoutWaitingForTheDiskWhereThatIsAskedFor() {
        try (Transaction transaction = database.begin(TransactionOptions.DEFAULT.relaxed())) {
            transaction.put("a", point("x", 1));
            transaction.commit();
        }
        assertThat(a.get("x")).isPresent();
    }

    @Test
    void findsTextsInATransaction() {
        Collection texts = database.create("t", Schema.ofTexts(WordModels.NAME).with(index()));
        texts.put(Point.of("ship", "steel ships cross oceans"));
        try (Transaction transaction = database.begin()) {
            transaction.put("t", Point.of("cat", "a cat sleeps on a mat"));
            Hit hit = transaction.search("t", "a cat sleeps", 1).getFirst();
            assertThat(hit.text()).isEqualTo("a cat sleeps on a mat");
            assertThat(transaction.search("t", "ships cross oceans", 1).getFirst().id())
                    .isEqualTo("ship");
        }
    }

    private static List<ThrowingCallable> uses(Transaction transaction) {
        return List.of(
                () -> transaction.get("a", "x"),
                () -> transaction.put("a", point("x", 1)),
                () -> transaction.putIf("a", point("x", 1), Version.NONE),
                () -> transaction.delete("a", "x"),
                () -> transaction.search("a", zero(), 1),
                transaction::commit,
                transaction::rollback);
    }

    @Test
    void refusesToGoOnOnceItHasEnded() {
        Transaction committed = database.begin();
        committed.commit();
        Transaction rolledBack = database.begin();
        rolledBack.rollback();
        Transaction closed = database.begin();
        closed.close();
        closed.close();
        for (ThrowingCallable use : uses(committed)) {
            assertThatThrownBy(use)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("the transaction is committed already; begin another");
        }
        for (Transaction transaction : List.of(rolledBack, closed)) {
            for (ThrowingCallable use : uses(transaction)) {
                assertThatThrownBy(use)
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessage("the transaction is rolled back already; begin another");
            }
        }
    }

    @Test
    void refusesToGoOnAfterAConflict() {
        Transaction transaction = database.begin();
        transaction.put("a", point("x", 1));
        a.put(point("x", 2));
        assertThatThrownBy(transaction::commit).isInstanceOf(ConflictException.class);
        assertThatThrownBy(transaction::commit).isInstanceOf(IllegalStateException.class);
        assertThat(a.get("x")).contains(point("x", 2));
    }

    @Test
    void refusesToGoOnPastItsLease() {
        Duration lease = Duration.ofSeconds(3);
        Transaction transaction = database.begin(TransactionOptions.DEFAULT.lasting(lease));
        transaction.put("a", point("x", 1));
        clock.advance(lease.minusMillis(1));
        assertThat(transaction.get("a", "x")).isPresent();
        clock.advance(Duration.ofMillis(1));
        for (ThrowingCallable use : uses(transaction)) {
            assertThatThrownBy(use)
                    .isInstanceOf(LimitExceededException.class)
                    .hasMessage(
                            "the transaction is past its lease of PT3S; begin again, with a longer"
                                    + " one if need be");
        }
        transaction.close();
        assertThat(a.get("x")).isEmpty();
    }

    @Test
    void refusesASecondThreadWhileTheFirstIsAtWork() {
        database.create("t", Schema.ofTexts(WordModels.NAME).with(index()));
        try (Transaction transaction = database.begin()) {
            models.during(() -> CompletableFuture.runAsync(() -> refusesAll(transaction)).join());
            transaction.put("t", Point.of("x", "some text"));
            models.during(() -> {});
            assertThat(models.passages()).isEqualTo(1);
            CompletableFuture.runAsync(() -> transaction.put("t", Point.of("y", "more text")))
                    .join();
            assertThat(transaction.get("t", "x")).isPresent();
            assertThat(transaction.get("t", "y")).isPresent();
        }
    }

    private static void refusesAll(Transaction transaction) {
        List<ThrowingCallable> uses = new ArrayList<>(uses(transaction));
        uses.add(transaction::close);
        for (ThrowingCallable use : uses) {
            assertThatThrownBy(use)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage(
                            "the transaction is in use by another thread (expected: one at a"
                                    + " time)");
        }
    }

    @Test
    void refusesACollectionThatWasReplacedOrMadeMeanwhile() {
        Schema schema = Samples.schema(DIMENSION, Metric.EUCLIDEAN, index());
        a.put(point("x", 1));
        try (Transaction transaction = database.begin();
                Transaction writer = database.begin()) {
            writer.put("a", point("y", 1));
            writer.put("b", point("y", 1));
            try (Loader loader = database.load("a", schema)) {
                loader.add(List.of(point("loaded", 1)));
                loader.commit();
            }
            database.create("c", schema);
            for (String name : List.of("a", "c")) {
                assertThatThrownBy(() -> transaction.get(name, "x"))
                        .isInstanceOf(ConflictException.class)
                        .hasMessage(
                                "collection '%s' was made or replaced after the transaction began;"
                                        + " begin again",
                                name);
            }
            assertThatThrownBy(() -> transaction.get("none", "x"))
                    .isInstanceOf(NotFoundException.class);
            assertThatThrownBy(writer::commit)
                    .isInstanceOf(ConflictException.class)
                    .hasMessage("collection 'a' was dropped or replaced meanwhile");
        }
        assertThat(b.get("y")).isEmpty();
        assertThat(a.get("loaded")).isPresent();
        assertThat(database.begin().get("a", "loaded")).isPresent();
    }

    @Test
    void putsNoneOfABatchWithABadRecord() {
        try (Transaction transaction = database.begin()) {
            transaction.put("a", point("good", 1));
            assertThatThrownBy(
                            () ->
                                    transaction.put(
                                            "a", point("x", 1), Point.of("bad", new float[2])))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("vector of 'bad'");
            assertThat(transaction.get("a", "x")).isEmpty();
            transaction.commit();
        }
        assertThat(a.get("good")).isPresent();
        assertThat(a.get("x")).isEmpty();
    }

    @Test
    void refusesBadOptions() {
        for (Duration lease : List.of(Duration.ZERO, Duration.ofSeconds(-1), Duration.ofDays(2))) {
            assertThatThrownBy(() -> TransactionOptions.DEFAULT.lasting(lease))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("lease: " + lease);
        }
        for (String key : List.of("", "k".repeat(513))) {
            assertThatThrownBy(() -> TransactionOptions.DEFAULT.once(key))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("idempotency key: " + key.length() + " bytes");
        }
    }

    @Test
    void endsWithTheDatabase() {
        Transaction transaction = database.begin();
        database.close();
        for (ThrowingCallable use :
                List.<ThrowingCallable>of(
                        () -> transaction.get("a", "x"), () -> database.begin())) {
            assertThatThrownBy(use)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("the database is closed");
        }
        transaction.close();
    }
}
