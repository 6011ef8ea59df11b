package dev.engram.db;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.engram.error.CorruptException;
import dev.engram.error.LimitExceededException;
import dev.engram.error.UnavailableException;
import dev.engram.index.IndexSpec;
import dev.engram.index.Metric;
import dev.engram.storage.DiskStorage;
import dev.engram.storage.Storage;
import dev.engram.testkit.Damage;
import dev.engram.testkit.FaultyStorage;
import dev.engram.testkit.Seeded;
import dev.engram.testkit.StoragePoint;
import dev.engram.testkit.StorageTrouble;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sealing and merging happen beside the calls, and nobody who reads or writes notices. */
@Seeded
final class JobsTest {

    private static final int DIMENSION = 4;
    private static final int MEMORY_ROWS = 10;
    private static final Schema SCHEMA =
            Samples.schema(DIMENSION, Metric.EUCLIDEAN, new IndexSpec.Hnsw(4, 16, 1));

    @TempDir(factory = QuickFolder.class)
    private Path folder;

    private final WorkByHand jobs = new WorkByHand();
    private final TreeMap<String, float[]> expected = new TreeMap<>();
    private Settings settings =
            Settings.DEFAULT
                    .withMemory((long) MEMORY_ROWS * DIMENSION * Float.BYTES)
                    .withJobsBy(jobs)
                    .withRoomWait(Duration.ZERO);
    private Database database;
    private Collection collection;

    @BeforeEach
    void create() {
        open();
    }

    private void open() {
        database = Database.open(folder, Models.NONE, settings);
        collection = database.collection("a", SCHEMA);
    }

    @AfterEach
    void close() {
        database.close();
    }

    private void reopen() {
        database.close();
        open();
    }

    private void put(List<Point> points) {
        collection.put(points);
        points.forEach(point -> expected.put(point.id(), point.vector()));
    }

    private void put(RandomGenerator random, String prefix, int count) {
        put(Samples.points(random, prefix, count, DIMENSION));
    }

    private void check(RandomGenerator random) {
        float[] query = Samples.vector(random, DIMENSION);
        new ExactAnswers(Metric.EUCLIDEAN, expected)
                .check(collection.search(query, 1000), query, 1000);
        expected.forEach(
                (id, vector) ->
                        assertThat(collection.get(id).orElseThrow().vector()).isEqualTo(vector));
        assertThat(collection.info().records()).isEqualTo(expected.size());
        assertThat(collection.info().damage()).isNull();
    }

    private List<String> files() {
        return new DiskStorage(folder.resolve("segments").resolve("1")).list();
    }

    private long segments() {
        return files().stream().filter(file -> file.endsWith(".vectors")).count();
    }

    private static long bytes(Path folder) {
        return bytes(folder, "");
    }

    private static long bytes(Path folder, String ending) {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile)
                    .filter(file -> file.toString().endsWith(ending))
                    .mapToLong(file -> file.toFile().length())
                    .sum();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void sealsWhileTheWriterGoesOn(RandomGenerator random) {
        put(random, "a", MEMORY_ROWS);
        put(random, "b", 3);
        assertThat(collection.jobs())
                .containsExactly(
                        new Job(
                                "a",
                                Job.Kind.SEAL,
                                "13 rows in memory",
                                Job.State.WAITING,
                                0,
                                0,
                                null));
        assertThat(segments()).isZero();
        check(random);
        jobs.doAll();
        assertThat(collection.jobs())
                .singleElement()
                .satisfies(job -> assertThat(job.state()).isEqualTo(Job.State.DONE));
        assertThat(segments()).isOne();
        put(random, "c", 3);
        check(random);
        reopen();
        check(random);
    }

    @Test
    void refusesAWriteOnceTooMuchWaitsToBeSealed(RandomGenerator random) {
        put(random, "a", MEMORY_ROWS);
        put(random, "b", MEMORY_ROWS);
        assertThatThrownBy(() -> collection.put(Samples.points(random, "c", 1, DIMENSION)))
                .isInstanceOf(LimitExceededException.class)
                .hasMessageContaining("'a' has 20 rows in memory that are not sealed yet");
        assertThat(collection.delete("a1")).as("what only removes needs no room").isOne();
        expected.remove("a1");
        check(random);
        jobs.doAll();
        put(random, "c", 1);
        check(random);
    }

    @Test
    void mergesFourSegmentsOfASizeIntoOne(RandomGenerator random) {
        for (int i = 0; i < 4; i++) {
            assertThat(segments()).isEqualTo(i);
            put(random, "p" + i + "-", MEMORY_ROWS);
            collection.settle();
        }
        assertThat(segments()).isOne();
        assertThat(database.jobs()).allMatch(job -> job.state() == Job.State.DONE);
        assertThat(database.jobs())
                .extracting(Job::kind)
                .containsExactly(Job.Kind.SEAL, Job.Kind.DELETE_FILES);
        check(random);
        List<String> files = files();
        reopen();
        check(random);
        assertThat(files()).as("nothing was left to clear away").isEqualTo(files);
    }

    @Test
    void givesTheSpaceOfFiftyRewritesBack(RandomGenerator random) {
        database.close();
        settings =
                settings.withJobsBy(Runnable::run)
                        .withMemory(4L * MEMORY_ROWS * DIMENSION * Float.BYTES);
        open();
        int count = 200;
        byte[] noise = new byte[600];
        long once = 0;
        for (int round = 0; round <= 50; round++) {
            for (int part = 0; part < count; part += 20) {
                random.nextBytes(noise);
                Map<String, Object> pad = Map.of("pad", HexFormat.of().formatHex(noise));
                put(
                        Samples.points(random, "p" + part + "-", 20, DIMENSION).stream()
                                .map(it -> Point.of(it.id(), it.vector(), pad))
                                .toList());
            }
            if (round == 0) {
                collection.settle();
                database.close();
                once = bytes(folder);
                open();
            }
        }
        collection.settle();
        check(random);
        database.close();
        assertThat(bytes(folder)).isLessThan(once + once / 2);
        open();
        check(random);
    }

    @Test
    void keepsWhatATransactionStillReads(RandomGenerator random) {
        put(random, "p", 3 * MEMORY_ROWS / 2);
        collection.settle();
        Map<String, float[]> before = Map.copyOf(expected);
        float[] query = Samples.vector(random, DIMENSION);
        try (Transaction transaction = database.begin()) {
            for (int i = 0; i < 4; i++) {
                put(random, "p", 3 * MEMORY_ROWS / 2);
                collection.settle();
            }
            new ExactAnswers(Metric.EUCLIDEAN, before)
                    .check(transaction.search("a", query, 1000), query, 1000);
            before.forEach(
                    (id, vector) ->
                            assertThat(transaction.get("a", id).orElseThrow().vector())
                                    .isEqualTo(vector));
        }
        collection.settle();
        check(random);
        reopen();
        check(random);
    }

    @Test
    void keepsWhatThePastStillShows(RandomGenerator random) {
        TestClock clock = new TestClock();
        database.close();
        settings = settings.withClock(clock);
        database = Database.open(folder, Models.NONE, settings);
        collection = database.create("b", SCHEMA.keeping(Duration.ofHours(1)));
        put(random, "p", MEMORY_ROWS);
        Instant then = clock.instant();
        clock.advance(Duration.ofMinutes(1));
        Map<String, float[]> before = Map.copyOf(expected);
        for (int i = 0; i < 6; i++) {
            put(random, "p", MEMORY_ROWS);
            collection.settle();
        }
        float[] query = Samples.vector(random, DIMENSION);
        new ExactAnswers(Metric.EUCLIDEAN, before)
                .check(collection.asOf(then).search(query, 1000), query, 1000);
        clock.advance(Duration.ofHours(2));
        put(random, "q", MEMORY_ROWS);
        collection.settle();
        long vectors = (2L * MEMORY_ROWS) * DIMENSION * Float.BYTES;
        assertThat(bytes(folder.resolve("segments").resolve("2"), ".vectors"))
                .as("the vectors of 20 rows, in at most two files")
                .isBetween(vectors, vectors + 2 * 512);
        check(random);
    }

    @Test
    void holdsJobsUpUntilTheyAreResumed(RandomGenerator random) {
        database.pauseJobs();
        put(random, "a", MEMORY_ROWS);
        put(random, "b", 1);
        jobs.doAll();
        assertThat(segments()).isZero();
        assertThat(database.jobs())
                .singleElement()
                .satisfies(job -> assertThat(job.state()).isEqualTo(Job.State.PAUSED));
        assertThatThrownBy(collection::settle)
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("jobs are paused; resume them first");
        database.resumeJobs();
        jobs.doAll();
        assertThat(segments()).isOne();
        check(random);
    }

    @Test
    void tellsWhyAJobFailedAndTriesAgain(RandomGenerator random) {
        Storage segments = new DiskStorage(folder.resolve("segments"));
        FaultyStorage faulty = new FaultyStorage(segments);
        database.close();
        settings = settings.withSegments(_ -> faulty);
        open();
        put(random, "a", MEMORY_ROWS);
        faulty.failAt(StoragePoint.CHANGE, 2, StorageTrouble.DISK_FULL);
        put(random, "b", 1);
        jobs.doAll();
        assertThat(collection.jobs())
                .anySatisfy(
                        job -> {
                            assertThat(job.kind()).isEqualTo(Job.Kind.SEAL);
                            assertThat(job.state()).isEqualTo(Job.State.FAILED);
                            assertThat(job.trouble()).contains("full");
                        });
        check(random);
        faulty.failAt(StoragePoint.CHANGE, 1, StorageTrouble.UNAVAILABLE);
        assertThatThrownBy(collection::settle).isInstanceOf(UnavailableException.class);
        collection.settle();
        assertThat(segments()).isOne();
        check(random);
    }

    @Test
    void restsLongerEachTimeAJobFails(RandomGenerator random) {
        Logger log = Logger.getLogger("dev.engram.db.Upkeep");
        log.setLevel(Level.OFF);
        TestClock clock = new TestClock();
        FaultyStorage faulty = new FaultyStorage(new DiskStorage(folder.resolve("segments")));
        database.close();
        settings = settings.withSegments(_ -> faulty).withClock(clock);
        open();
        faulty.failAt(StoragePoint.CHANGE, 1, StorageTrouble.UNAVAILABLE);
        put(random, "a", MEMORY_ROWS);
        jobs.doAll();
        assertThat(isTriedAfter(4, clock, random)).isFalse();
        faulty.failAt(StoragePoint.CHANGE, 1, StorageTrouble.UNAVAILABLE);
        assertThat(isTriedAfter(1, clock, random)).as("5 seconds").isTrue();
        assertThat(isTriedAfter(9, clock, random)).isFalse();
        assertThat(segments()).isZero();
        assertThat(isTriedAfter(1, clock, random)).as("10 seconds").isTrue();
        assertThat(segments()).isOne();
        check(random);
        log.setLevel(null);
    }

    /** Whether a write so many seconds later starts a job. */
    private boolean isTriedAfter(int seconds, TestClock clock, RandomGenerator random) {
        clock.advance(Duration.ofSeconds(seconds));
        put(random, "later" + expected.size(), 1);
        boolean tried = jobs.isWaiting();
        jobs.doAll();
        return tried;
    }

    @Test
    void mergesNothingThatIsDamaged(RandomGenerator random) {
        int rows = 1100;
        for (int i = 0; i < 3; i++) {
            put(random, "p" + i + "-", rows);
            collection.settle();
        }
        database.close();
        Damage damage = new Damage(new DiskStorage(folder.resolve("segments").resolve("1")));
        // Behind the first chunk: what is small is checked when it is opened.
        damage.flipBit("000002.vectors", (64 + 16 * (rows - 20L)) * 8);
        open();
        put(random, "p3-", rows);
        assertThatThrownBy(collection::settle)
                .isInstanceOf(CorruptException.class)
                .hasMessageContaining("000002.vectors");
        assertThat(files()).contains("000001.vectors", "000002.vectors", "000003.vectors");
        assertThat(collection.jobs())
                .filteredOn(job -> job.kind() == Job.Kind.MERGE)
                .singleElement()
                .satisfies(job -> assertThat(job.trouble()).contains("000002.vectors"));
    }

    @Test
    void givesRowsInMemoryAGraph(RandomGenerator random) {
        database.close();
        settings = settings.withMemory(5000L * DIMENSION * Float.BYTES);
        open();
        put(random, "a", 2500);
        jobs.doAll();
        assertThat(collection.jobs())
                .singleElement()
                .satisfies(
                        job -> {
                            assertThat(job.kind()).isEqualTo(Job.Kind.LINK);
                            assertThat(job.state()).isEqualTo(Job.State.DONE);
                        });
        collection.delete("a1");
        expected.remove("a1");
        put(random, "a", 1);
        float[] query = Samples.vector(random, DIMENSION);
        new ExactAnswers(Metric.EUCLIDEAN, expected)
                .check(collection.search(query, 10_000, 10_000), query, 10_000);
        put(random, "b", 3000);
        jobs.doAll();
        assertThat(segments()).isOne();
        new ExactAnswers(Metric.EUCLIDEAN, expected)
                .check(collection.search(query, 10_000, 10_000), query, 10_000);
        assertThat(database.verify()).isEmpty();
        reopen();
        assertThat(database.verify()).isEmpty();
    }

    @Test
    void endsAWriteThatWaitsForRoomWhereTheDatabaseIsClosed(RandomGenerator random)
            throws InterruptedException {
        database.close();
        settings = settings.withRoomWait(Duration.ofHours(1));
        open();
        put(random, "a", MEMORY_ROWS);
        put(random, "b", MEMORY_ROWS);
        List<Point> more = Samples.points(random, "c", 1, DIMENSION);
        AtomicReference<Throwable> trouble = new AtomicReference<>();
        Thread writer =
                Thread.ofPlatform()
                        .uncaughtExceptionHandler((_, escaped) -> trouble.set(escaped))
                        .start(() -> collection.put(more));
        while (writer.getState() != Thread.State.TIMED_WAITING) {
            Thread.onSpinWait();
        }
        database.close();
        writer.join();
        assertThat(trouble.get())
                .isInstanceOf(UnavailableException.class)
                .hasMessage("'a' was closed meanwhile");
        open();
        check(random);
    }

    @Test
    void endsAtOnceWhereTheDatabaseIsClosed(RandomGenerator random) {
        put(random, "a", MEMORY_ROWS);
        put(random, "b", 1);
        database.close();
        jobs.doAll();
        open();
        check(random);
        assertThat(segments()).isZero();
    }
}
