package dev.engram.db;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.engram.error.EngramException;
import dev.engram.error.LimitExceededException;
import dev.engram.error.UnavailableException;
import dev.engram.index.IndexSpec;
import dev.engram.index.Metric;
import dev.engram.testkit.FaultyStorage;
import dev.engram.testkit.MemoryStorage;
import dev.engram.testkit.PowerCut;
import dev.engram.testkit.Seeded;
import dev.engram.testkit.SeededTest;
import dev.engram.testkit.StoragePoint;
import dev.engram.testkit.StorageTrouble;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Wherever the disk of the segments fails, what was there before stays, and a retry works. */
@Seeded
final class FaultySegmentsTest {

    private static final int DIMENSION = 4;
    private static final int MEMORY_ROWS = 10;

    private static final List<Logger> LOGS =
            List.of(
                    Logger.getLogger("dev.engram.db.Garbage"),
                    Logger.getLogger("dev.engram.db.Upkeep"));

    @TempDir(factory = QuickFolder.class)
    private Path folder;

    private final MemoryStorage disk = new MemoryStorage();
    private final WorkByHand jobs = new WorkByHand();
    private final FaultyStorage faulty = new FaultyStorage(disk);
    private final Settings settings =
            Settings.DEFAULT
                    .withSegments(_ -> faulty)
                    .withMemory((long) MEMORY_ROWS * DIMENSION * Float.BYTES)
                    .withJobsBy(jobs);
    private final TreeMap<String, float[]> acknowledged = new TreeMap<>();
    private Database database;

    /** Every kind of index there is. */
    static Stream<IndexSpec> indexes() {
        return Stream.of(
                new IndexSpec.Flat(),
                new IndexSpec.Hnsw(4, 16, 3),
                new IndexSpec.DiskAnn(4, 16, 1.2, 0, 3));
    }

    @BeforeEach
    void quieten() {
        // Garbage that stays is told, with reason; here it is what is tested.
        LOGS.forEach(log -> log.setLevel(Level.OFF));
    }

    @AfterEach
    void speakAgain() {
        LOGS.forEach(log -> log.setLevel(null));
    }

    private void open() {
        database = Database.open(folder, Models.NONE, settings);
    }

    private static Schema schema(IndexSpec index) {
        return Samples.schema(DIMENSION, Metric.EUCLIDEAN, index);
    }

    private void put(List<Point> points) {
        database.collection("a").put(points);
        points.forEach(point -> acknowledged.put(point.id(), point.vector()));
    }

    private void check(RandomGenerator random) {
        float[] query = Samples.vector(random, DIMENSION);
        Collection collection = database.collection("a");
        new ExactAnswers(Metric.EUCLIDEAN, acknowledged)
                .check(collection.search(query, 1000), query, 1000);
        for (Map.Entry<String, float[]> record : acknowledged.entrySet()) {
            assertThat(collection.get(record.getKey()).orElseThrow().vector())
                    .isEqualTo(record.getValue());
        }
        assertThat(collection.info().records()).isEqualTo(acknowledged.size());
        assertThat(collection.verify()).isEmpty();
    }

    private void closeAndCheckHandles() {
        database.close();
        faulty.assertNothingOpen();
    }

    /** Four segments' worth of rows, three of them sealed; most replace those of before. */
    private void fill(RandomGenerator random) {
        for (int i = 0; i < 4; i++) {
            jobs.doAll();
            put(Samples.points(random, "full" + i + "-", MEMORY_ROWS, DIMENSION));
            String gone = "full" + i + "-" + random.nextInt(MEMORY_ROWS);
            database.collection("a").delete(gone);
            acknowledged.remove(gone);
        }
    }

    private boolean hasFailed() {
        return database.jobs().stream().anyMatch(job -> job.state() == Job.State.FAILED);
    }

    private void checkNothingLeftOver() {
        database.collection("a").settle();
        List<String> files = disk.folder("1").list();
        closeAndCheckHandles();
        open();
        assertThat(database.collection("a").search(new float[DIMENSION], 1)).hasSize(1);
        assertThat(disk.folder("1").list()).isEqualTo(files);
    }

    /**
     * Fails a seal and what follows at its first change, at its second, until there are no more.
     */
    @ParameterizedTest
    @MethodSource("indexes")
    void losesNothingWhereverAJobFails(IndexSpec index, RandomGenerator random) {
        open();
        database.create("a", schema(index));
        boolean failed = true;
        for (int nth = 1; failed; nth++) {
            fill(random);
            StorageTrouble trouble =
                    nth % 2 == 0 ? StorageTrouble.DISK_FULL : StorageTrouble.UNAVAILABLE;
            faulty.failAt(StoragePoint.CHANGE, nth, trouble);
            jobs.doAll();
            failed = hasFailed();
            check(random);
            if (nth % 3 == 0) {
                faulty.repair();
                closeAndCheckHandles();
                open();
                check(random);
            }
            faulty.repair();
            database.collection("a").settle();
            check(random);
        }
        checkNothingLeftOver();
        check(random);
        closeAndCheckHandles();
    }

    /** The rename of the manifest happens, but is not known to be durable. */
    @Test
    void keepsTheFilesOfASwapThatMayHaveHappened(RandomGenerator random) {
        LateFailure late = new LateFailure(disk);
        Settings withLate = settings.withSegments(_ -> late);
        database = Database.open(folder, Models.NONE, withLate);
        database.create("a", schema(new IndexSpec.Flat()));
        for (int i = 0; i < 9; i++) {
            put(Samples.points(random, "full" + i + "-", MEMORY_ROWS, DIMENSION));
            late.failNextReplaces(1 + i % 3);
            for (int failures = 0; failures <= i % 3; failures++) {
                assertThatThrownBy(database.collection("a")::settle)
                        .isInstanceOf(UnavailableException.class);
                check(random);
            }
            if (i % 3 == 1) {
                // The disk has the manifest that was tried; this process still goes by the old.
                database.close();
                database = Database.open(folder, Models.NONE, withLate);
                check(random);
            }
            database.collection("a").settle();
            check(random);
        }
        database.close();
        database = Database.open(folder, Models.NONE, withLate);
        check(random);
        database.close();
    }

    @SeededTest
    void losesNothingWhereverThePowerGoes(RandomGenerator random) {
        open();
        database.create("a", schema(new IndexSpec.Hnsw(4, 16, 3)));
        boolean cut = true;
        for (int nth = 1; cut; nth++) {
            fill(random);
            faulty.failAt(StoragePoint.CHANGE, nth, StorageTrouble.POWER_CUT);
            cut = isCutOff();
            database.close();
            disk.crash(random);
            faulty.repair();
            open();
            check(random);
        }
        checkNothingLeftOver();
        closeAndCheckHandles();
    }

    private boolean isCutOff() {
        try {
            jobs.doAll();
            return false;
        } catch (PowerCut e) {
            return true;
        }
    }

    @ParameterizedTest
    @MethodSource("indexes")
    void leavesTheOldCollectionWhereverALoadFails(IndexSpec index, RandomGenerator random) {
        open();
        database.create("a", schema(index));
        put(Samples.points(random, "old", MEMORY_ROWS + 5, DIMENSION));
        boolean failed = true;
        for (int nth = 1; failed; nth++) {
            faulty.failAt(StoragePoint.CHANGE, nth, StorageTrouble.DISK_FULL);
            List<Point> points = Samples.points(random, "new" + nth + "-", 20, DIMENSION);
            failed = failsToLoad(points, index);
            faulty.repair();
            check(random);
        }
        closeAndCheckHandles();
        open();
        check(random);
        closeAndCheckHandles();
    }

    private boolean failsToLoad(List<Point> points, IndexSpec index) {
        try (Loader loader = database.load("a", schema(index))) {
            loader.add(points);
            loader.commit();
            acknowledged.clear();
            points.forEach(point -> acknowledged.put(point.id(), point.vector()));
            return false;
        } catch (LimitExceededException e) {
            return true;
        }
    }

    @Test
    void keepsALoadedCollectionWhereTheOldOneCannotBeDeleted(RandomGenerator random) {
        open();
        database.create("a", schema(new IndexSpec.Flat()));
        put(Samples.points(random, "old", 15, DIMENSION));
        List<Point> points = Samples.points(random, "new", 20, DIMENSION);
        try (Loader loader = database.load("a", schema(new IndexSpec.Flat()))) {
            loader.add(points);
            // The first deletion after the manifest's swap is that of the old collection.
            faulty.failAt(StoragePoint.DELETE, 2, StorageTrouble.UNAVAILABLE);
            loader.commit();
        }
        acknowledged.clear();
        points.forEach(point -> acknowledged.put(point.id(), point.vector()));
        check(random);
        database.close();
        open();
        check(random);
        assertThat(disk.folder("1").list()).as("what is left of the old collection").isEmpty();
        database.close();
    }

    @Test
    void dropsACollectionWhoseFilesCannotBeDeletedNow(RandomGenerator random) {
        open();
        database.create("a", schema(new IndexSpec.Flat()));
        put(Samples.points(random, "p", 15, DIMENSION));
        database.collection("a").settle();
        put(Samples.points(random, "q", 15, DIMENSION));
        faulty.failAt(StoragePoint.DELETE, 1, StorageTrouble.UNAVAILABLE);
        database.drop("a");
        assertThat(database.collections()).isEmpty();
        assertThat(disk.folder("1").list()).isNotEmpty();
        database.create("a", schema(new IndexSpec.Flat()));
        assertThat(database.collection("a").search(new float[DIMENSION], 9)).isEmpty();
        closeAndCheckHandles();
        open();
        assertThat(disk.folder("1").list()).isEmpty();
        database.close();
    }

    @Test
    void isOverOnceALoadFailed(RandomGenerator random) {
        open();
        try (Loader loader = database.load("a", schema(new IndexSpec.Flat()))) {
            loader.add(Samples.points(random, "p", 5, DIMENSION));
            faulty.failAt(StoragePoint.CHANGE, 1, StorageTrouble.DISK_FULL);
            assertThatThrownBy(loader::commit).isInstanceOf(LimitExceededException.class);
            assertThatThrownBy(loader::commit)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("the loader of 'a' failed before; close it and start another");
        }
        assertThat(database.collections()).isEmpty();
        closeAndCheckHandles();
    }

    @Test
    void opensAShardAgainWhereItsMappingFailed(RandomGenerator random) {
        open();
        database.create("a", schema(new IndexSpec.Hnsw(4, 16, 3)));
        for (int i = 0; i < 3; i++) {
            put(Samples.points(random, i + "-", 12, DIMENSION));
            database.collection("a").settle();
        }
        database.close();
        open();
        int failures = 0;
        boolean failed = true;
        for (int nth = 1; failed; nth++) {
            faulty.failAt(StoragePoint.MAP, nth, StorageTrouble.UNAVAILABLE);
            failed = failsToGet();
            failures += failed ? 1 : 0;
            if (failed) {
                faulty.assertNothingOpen();
            }
        }
        assertThat(failures).as("mappings that failed, of 2 segments and more").isGreaterThan(5);
        faulty.repair();
        check(random);
        closeAndCheckHandles();
    }

    private boolean failsToGet() {
        try {
            return database.collection("a").get("0-1").isEmpty();
        } catch (EngramException e) {
            return true;
        }
    }
}
