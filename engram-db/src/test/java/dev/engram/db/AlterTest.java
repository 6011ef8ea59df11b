package dev.engram.db;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.engram.error.ConflictException;
import dev.engram.error.DeniedException;
import dev.engram.error.NotFoundException;
import dev.engram.index.Codes;
import dev.engram.index.IndexSpec;
import dev.engram.index.Metric;
import dev.engram.index.Rotation;
import dev.engram.testkit.FaultyStorage;
import dev.engram.testkit.MemoryStorage;
import dev.engram.testkit.PowerCut;
import dev.engram.testkit.Seeded;
import dev.engram.testkit.StoragePoint;
import dev.engram.testkit.StorageTrouble;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A collection gets another index while it is read and written. */
@Seeded
final class AlterTest {

    private static final int DIMENSION = 4;
    private static final int MEMORY_ROWS = 10;
    private static final IndexSpec HNSW = new IndexSpec.Hnsw(4, 16, 3);

    /** Every kind of index there is, with what each can be told. */
    private static final List<IndexSpec> INDEXES =
            List.of(
                    new IndexSpec.Flat(),
                    new IndexSpec.Hnsw(4, 16, 3, Codes.SQ8),
                    new IndexSpec.DiskAnn(4, 16, 1.2, 0, 3),
                    new IndexSpec.Hnsw(6, 16, 3),
                    new IndexSpec.IvfPq(2, 4, 1, Rotation.NONE, 3),
                    new IndexSpec.Hnsw(4, 16, 3, Codes.RABITQ2),
                    HNSW);

    @TempDir(factory = QuickFolder.class)
    private Path folder;

    private final WorkByHand jobs = new WorkByHand();
    private final MemoryStorage disk = new MemoryStorage();
    private final FaultyStorage faulty = new FaultyStorage(disk);
    private final Settings settings =
            Settings.DEFAULT
                    .withSegments(_ -> faulty)
                    .withMemory((long) MEMORY_ROWS * DIMENSION * Float.BYTES)
                    .withJobsBy(jobs);
    private final TreeMap<String, float[]> expected = new TreeMap<>();
    private Database database;

    @BeforeEach
    void open() {
        database = Database.open(folder, Models.NONE, settings);
    }

    @AfterEach
    void close() {
        database.close();
    }

    private Collection collection() {
        return database.collection("a");
    }

    private void reopen() {
        database.close();
        open();
    }

    private void put(RandomGenerator random, String prefix, int count) {
        List<Point> points = Samples.points(random, prefix, count, DIMENSION);
        collection().put(points);
        points.forEach(point -> expected.put(point.id(), point.vector()));
    }

    /** Three segments, and some rows in memory. */
    private void fill(RandomGenerator random) {
        database.create("a", Samples.schema(DIMENSION, Metric.EUCLIDEAN, HNSW));
        for (int i = 0; i < 3; i++) {
            put(random, i + "-", MEMORY_ROWS);
            collection().settle();
        }
        put(random, "m", 3);
    }

    private void check(RandomGenerator random) {
        float[] query = Samples.vector(random, DIMENSION);
        new ExactAnswers(Metric.EUCLIDEAN, expected)
                .check(collection().search(query, 1000, 1000), query, 1000);
        expected.forEach(
                (id, vector) ->
                        assertThat(collection().get(id).orElseThrow().vector()).isEqualTo(vector));
        assertThat(database.verify()).isEmpty();
    }

    private long graphs() {
        return disk.folder("1").list().stream().filter(file -> file.endsWith(".graph")).count();
    }

    @Test
    void makesEverySegmentAnewWhileSearchesGoOn(RandomGenerator random) {
        fill(random);
        for (IndexSpec index : INDEXES) {
            collection().alter(index);
            assertThat(collection().info().index()).isEqualTo(index);
            assertThat(collection().jobs())
                    .extracting(Job::cause)
                    .contains("3 of 3 segments have another index");
            check(random);
            put(random, "m", 2);
            jobs.doAll();
            check(random);
            assertThat(collection().jobs()).allMatch(job -> job.state() == Job.State.DONE);
            assertThat(graphs()).isEqualTo(index instanceof IndexSpec.Flat ? 0 : 3);
            reopen();
            check(random);
            assertThat(collection().info().index()).isEqualTo(index);
            assertThat(collection().jobs()).as("nothing is left to do").isEmpty();
        }
    }

    @Test
    void goesOnWhereTheDatabaseWasClosed(RandomGenerator random) {
        fill(random);
        collection().alter(new IndexSpec.Flat());
        reopen();
        assertThat(graphs()).isEqualTo(3);
        check(random);
        jobs.doAll();
        assertThat(graphs()).isZero();
        check(random);
    }

    @Test
    void mindsWhatWasAskedForLast(RandomGenerator random) {
        fill(random);
        collection().alter(new IndexSpec.Flat());
        collection().alter(HNSW);
        List<String> files = disk.folder("1").list();
        collection().settle();
        assertThat(disk.folder("1").list()).as("the index they have already").isEqualTo(files);
        check(random);
    }

    @Test
    void losesNothingWhereverThePowerGoes(RandomGenerator random) {
        fill(random);
        boolean cut = true;
        for (int nth = 1; cut; nth++) {
            IndexSpec index = INDEXES.get(nth % INDEXES.size());
            collection().alter(index);
            faulty.failAt(StoragePoint.CHANGE, nth, StorageTrouble.POWER_CUT);
            cut = isCutOff();
            database.close();
            disk.crash(random);
            faulty.repair();
            open();
            check(random);
            assertThat(collection().info().index()).isEqualTo(index);
        }
        database.close();
        faulty.assertNothingOpen();
    }

    private boolean isCutOff() {
        try {
            jobs.doAll();
            return false;
        } catch (PowerCut e) {
            return true;
        }
    }

    @Test
    void triesAgainWhereTheDiskFails(RandomGenerator random) {
        fill(random);
        collection().alter(new IndexSpec.DiskAnn(4, 16, 1.2, 0, 3));
        faulty.failAt(StoragePoint.CHANGE, 3, StorageTrouble.DISK_FULL);
        jobs.doAll();
        assertThat(collection().jobs())
                .anySatisfy(
                        job -> {
                            assertThat(job.kind()).isEqualTo(Job.Kind.ALTER);
                            assertThat(job.state()).isEqualTo(Job.State.FAILED);
                            assertThat(job.trouble()).contains("full");
                        });
        check(random);
        faulty.repair();
        collection().settle();
        check(random);
        assertThat(collection().jobs()).noneMatch(job -> job.state() == Job.State.FAILED);
    }

    @Test
    void isAnotherSchemaFromThenOn(RandomGenerator random) {
        fill(random);
        Schema before = Samples.schema(DIMENSION, Metric.EUCLIDEAN, HNSW);
        collection().alter(new IndexSpec.Flat());
        assertThatThrownBy(() -> database.collection("a", before))
                .isInstanceOf(ConflictException.class)
                .hasMessageContaining("another schema");
        assertThat(database.collection("a", before.with(new IndexSpec.Flat())).name())
                .isEqualTo("a");
    }

    @Test
    void refusesWhatCannotBe(RandomGenerator random) {
        fill(random);
        IndexSpec index = new IndexSpec.Flat();
        assertThatThrownBy(() -> new Collection(database, "nobody").alter(index))
                .isInstanceOf(NotFoundException.class);
        database.create("d", Samples.schema(DIMENSION, Metric.MANHATTAN, HNSW));
        IndexSpec lists = new IndexSpec.IvfPq(2, 4, 1, Rotation.NONE, 3);
        assertThatThrownBy(() -> database.collection("d").alter(lists))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("metric: MANHATTAN with IVF_PQ");
        assertThat(database.collection("d").info().index()).isEqualTo(HNSW);
        database.close();
        try (Database readOnly = Database.openReadOnly(folder, Models.NONE, settings)) {
            assertThatThrownBy(() -> readOnly.collection("a").alter(index))
                    .isInstanceOf(DeniedException.class);
        }
        open();
        check(random);
    }
}
