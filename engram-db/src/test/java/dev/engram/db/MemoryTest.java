package dev.engram.db;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.engram.error.LimitExceededException;
import dev.engram.index.IndexSpec;
import dev.engram.index.Metric;
import dev.engram.testkit.Seeded;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One budget bounds what a database holds in memory; what does not fit is refused. */
@Seeded
final class MemoryTest {

    private static final int DIMENSION = 256;
    private static final int COLLECTIONS = 40;
    private static final MemoryBudget BUDGET = new MemoryBudget(32L << 20);

    @TempDir(factory = QuickFolder.class)
    private Path folder;

    private Database database;

    @BeforeEach
    void open() {
        database =
                Database.open(
                        folder,
                        Models.NONE,
                        Settings.DEFAULT.withBudget(BUDGET).withRoomWait(Duration.ofSeconds(20)));
    }

    @AfterEach
    void close() {
        database.close();
    }

    private static Point large(RandomGenerator random, String id) {
        return Samples.point(random, id, DIMENSION);
    }

    @Test
    void tellsWhatIsUsedForWhat(RandomGenerator random) {
        MemoryInfo empty = database.memory();
        assertThat(empty.vectors()).isZero();
        assertThat(empty.mapped()).isZero();
        assertThat(empty.budget()).isEqualTo(BUDGET.bytes());
        Collection disk =
                database.create(
                        "a",
                        Samples.schema(
                                DIMENSION,
                                Metric.EUCLIDEAN,
                                new IndexSpec.DiskAnn(8, 16, 1.2, 0, 3)));
        disk.put(Samples.points(random, "p", 300, DIMENSION));
        MemoryInfo filled = database.memory();
        assertThat(filled.vectors()).isBetween(300L * DIMENSION * Float.BYTES, 2L << 20);
        assertThat(filled.vectorsReserved()).isZero();
        assertThat(filled.rowBuffers()).isPositive();
        assertThat(filled.total())
                .isEqualTo(
                        filled.rowCache()
                                + filled.rowBuffers()
                                + filled.rowTables()
                                + filled.vectors()
                                + filled.indexes());
        database.close();
        Settings small = Settings.DEFAULT.withMemory(1 << 10).withBudget(BUDGET);
        database = Database.open(folder, Models.NONE, small);
        database.collection("a").settle();
        MemoryInfo sealed = database.memory();
        assertThat(sealed.vectors()).isZero();
        assertThat(sealed.indexes()).isPositive();
        assertThat(sealed.mapped()).isGreaterThan(300L * DIMENSION * Float.BYTES);
    }

    @Test
    void boundsTheVectorsOfAllCollectionsTogether(RandomGenerator random)
            throws InterruptedException, ExecutionException {
        List<Future<?>> writers = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < COLLECTIONS; i++) {
                String name = "c" + i;
                database.create(name, Samples.flat(DIMENSION));
                Point one = large(random, "one");
                Point two = large(random, "two");
                writers.add(
                        threads.submit(
                                () -> {
                                    database.collection(name).put(one);
                                    database.collection(name).put(two);
                                    checkWithinBudget();
                                }));
            }
            for (Future<?> writer : writers) {
                writer.get();
            }
        }
        for (int i = 0; i < COLLECTIONS; i++) {
            assertThat(database.collection("c" + i).search(new float[DIMENSION], 10)).hasSize(2);
        }
        checkWithinBudget();
    }

    private void checkWithinBudget() {
        MemoryInfo now = database.memory();
        assertThat(now.vectors()).isLessThanOrEqualTo(now.vectorsMax());
        assertThat(now.vectorsMax()).isEqualTo(BUDGET.bytes() / 2);
        assertThat(now.total()).isLessThanOrEqualTo(now.budget());
    }

    @Test
    void boundsWhatTheRowsTake(RandomGenerator random) {
        Collection texts = database.create("texts", Samples.flat(1));
        byte[] noise = new byte[6_000];
        for (int i = 0; i < 60; i++) {
            List<Point> points = new ArrayList<>();
            for (int j = 0; j < 50; j++) {
                random.nextBytes(noise);
                String text = new String(noise, StandardCharsets.ISO_8859_1);
                points.add(Point.of(i + "-" + j, new float[] {i}, Map.of("text", text)));
            }
            texts.put(points);
            checkWithinBudget();
        }
        assertThat(texts.info().records()).isEqualTo(3000);
    }

    @Test
    void refusesWhatItHasNoMemoryFor(RandomGenerator random) {
        database.close();
        database =
                Database.open(
                        folder,
                        Models.NONE,
                        Settings.DEFAULT.withBudget(BUDGET).withRoomWait(Duration.ofMillis(1)));
        database.pauseJobs();
        int written = 0;
        LimitExceededException refused = null;
        while (refused == null) {
            database.create("c" + written, Samples.flat(DIMENSION));
            refused = tryPut("c" + written, large(random, "one"));
            written++;
        }
        assertThat(refused)
                .hasMessageContaining("the memory for vectors is full")
                .hasMessageContaining("nothing was written");
        assertThat(written).isBetween(10, 20);
        String last = "c" + (written - 1);
        assertThat(database.collection(last).info().records()).isZero();
        // What takes no memory goes on.
        assertThat(database.collection("c0").delete("one")).isOne();
        checkWithinBudget();
        database.resumeJobs();
        for (int i = 0; i < written; i++) {
            database.collection("c" + i).settle();
        }
        assertThat(tryPut(last, large(random, "one"))).isNull();
    }

    private LimitExceededException tryPut(String name, Point point) {
        try {
            database.collection(name).put(point);
            return null;
        } catch (LimitExceededException e) {
            return e;
        }
    }

    @Test
    void refusesACommitThatCanNeverFit(RandomGenerator random) {
        Collection collection = database.create("a", Samples.flat(DIMENSION));
        List<Point> points = Samples.points(random, "p", 20_000, DIMENSION);
        assertThatThrownBy(() -> collection.put(points))
                .isInstanceOf(LimitExceededException.class)
                .hasMessageContaining("write them in several commits");
        assertThat(collection.info().records()).isZero();
        collection.put(points.subList(0, 10_000));
        assertThat(collection.info().records()).isEqualTo(10_000);
    }

    @Test
    void refusesABudgetThatIsNone() {
        assertThatThrownBy(() -> new MemoryBudget(1 << 20))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("memory: 1048576 bytes (expected: >= 33554432)");
        assertThat(MemoryBudget.DEFAULT.bytes()).isGreaterThanOrEqualTo(512L << 20);
    }
}
