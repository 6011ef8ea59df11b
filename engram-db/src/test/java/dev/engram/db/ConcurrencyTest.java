package dev.engram.db;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.engram.error.NotFoundException;
import dev.engram.index.IndexSpec;
import dev.engram.index.Metric;
import dev.engram.testkit.Seed;
import dev.engram.testkit.Seeded;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Many virtual threads at once: everyone sees whole commits, and nobody sees an error. */
@Seeded
final class ConcurrencyTest {

    private static final int DIMENSION = 4;
    private static final int READERS = 6;
    private static final int MEMORY_ROWS = 100;
    private static final Schema SCHEMA =
            Samples.schema(DIMENSION, Metric.EUCLIDEAN, new IndexSpec.Flat());
    private static final Settings SMALL =
            Settings.DEFAULT
                    .withMemory((long) MEMORY_ROWS * DIMENSION * Float.BYTES)
                    .withJobsBy(Thread::startVirtualThread);

    @TempDir(factory = QuickFolder.class)
    private Path folder;

    private Database database;

    @BeforeEach
    void open() {
        database = Database.open(folder, Models.NONE, SMALL);
    }

    @AfterEach
    void close() {
        database.close();
    }

    /** Writers work until they are done, readers as long as any writer does. */
    private static void together(Seed seed, List<Callable<Void>> writers, Reader reader)
            throws InterruptedException, ExecutionException {
        AtomicBoolean done = new AtomicBoolean();
        List<Future<?>> readers = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < READERS; i++) {
                RandomGenerator random = seed.round(i + 1).random();
                readers.add(
                        threads.submit(
                                () -> {
                                    while (!done.get()) {
                                        reader.read(random);
                                        // Virtual threads keep their core until they wait; writers
                                        // want one, too.
                                        LockSupport.parkNanos(1);
                                    }
                                    return null;
                                }));
            }
            try {
                for (Future<Void> writer : threads.invokeAll(writers)) {
                    writer.get();
                }
            } finally {
                done.set(true);
            }
        }
        for (Future<?> future : readers) {
            future.get();
        }
    }

    private interface Reader {
        void read(RandomGenerator random);
    }

    private static Point tagged(RandomGenerator random, String id, int tag) {
        return Point.of(id, Samples.vector(random, DIMENSION), Map.of("tag", tag));
    }

    @Test
    void showsACommitAsAWhole(Seed seed) throws Exception {
        int together = 10;
        int batches = 60;
        Collection collection = database.create("a", SCHEMA);
        List<Callable<Void>> writers = new ArrayList<>();
        AtomicInteger next = new AtomicInteger();
        for (int writer = 0; writer < 3; writer++) {
            RandomGenerator random = seed.round(100 + writer).random();
            writers.add(
                    () -> {
                        for (int i = 0; i < batches; i++) {
                            int tag = next.incrementAndGet();
                            List<Point> points = new ArrayList<>();
                            for (int j = 0; j < together; j++) {
                                points.add(tagged(random, tag + "-" + j, tag));
                            }
                            collection.put(points);
                        }
                        return null;
                    });
        }
        AtomicInteger searches = new AtomicInteger();
        together(
                seed,
                writers,
                random -> {
                    List<Hit> hits = collection.search(Samples.vector(random, DIMENSION), 10_000);
                    Map<Object, Integer> counts = new HashMap<>();
                    hits.forEach(hit -> counts.merge(hit.metadata().get("tag"), 1, Integer::sum));
                    assertThat(counts.values()).allMatch(count -> count == together);
                    searches.incrementAndGet();
                });
        assertThat(searches.get()).isPositive();
        assertThat(collection.info().records()).isEqualTo(3L * batches * together);
    }

    @Test
    void showsEveryRecordOnceWhileAllAreReplaced(Seed seed) throws Exception {
        int count = 50;
        Collection collection = database.create("a", SCHEMA);
        RandomGenerator first = seed.random();
        List<Point> points = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            points.add(tagged(first, "p" + i, 0));
        }
        collection.put(points);
        Callable<Void> writer =
                () -> {
                    RandomGenerator random = seed.round(200).random();
                    for (int round = 1; round < 150; round++) {
                        int one = random.nextInt(count);
                        int other = random.nextInt(count);
                        collection.put(
                                tagged(random, "p" + one, round),
                                tagged(random, "p" + other, round));
                    }
                    return null;
                };
        together(
                seed,
                List.of(writer, writer),
                random -> {
                    List<Hit> hits = collection.search(Samples.vector(random, DIMENSION), 1000);
                    assertThat(hits).extracting(Hit::id).hasSize(count).doesNotHaveDuplicates();
                    assertThat(collection.search(Samples.vector(random, DIMENSION), 7)).hasSize(7);
                    assertThat(collection.get("p" + random.nextInt(count))).isPresent();
                });
    }

    @Test
    void neverShowsWhatIsDeletedOrNotYetThere(Seed seed) throws Exception {
        Collection collection = database.create("a", SCHEMA);
        Set<String> begun = ConcurrentHashMap.newKeySet();
        Set<String> deleted = ConcurrentHashMap.newKeySet();
        List<Callable<Void>> writers = new ArrayList<>();
        for (int writer = 0; writer < 2; writer++) {
            String prefix = writer + "-";
            RandomGenerator random = seed.round(300 + writer).random();
            writers.add(
                    () -> {
                        for (int i = 0; i < 150; i++) {
                            String id = prefix + i;
                            begun.add(id);
                            collection.put(tagged(random, id, i));
                            assertThat(collection.get(id)).isPresent();
                            if (i % 3 == 0) {
                                String old = prefix + random.nextInt(i + 1);
                                collection.delete(old);
                                deleted.add(old);
                                assertThat(collection.get(old)).isEmpty();
                            }
                        }
                        return null;
                    });
        }
        together(
                seed,
                writers,
                random -> {
                    Set<String> gone = Set.copyOf(deleted);
                    List<Hit> hits = collection.search(Samples.vector(random, DIMENSION), 1000);
                    assertThat(hits).noneMatch(hit -> gone.contains(hit.id()));
                    assertThat(hits).allMatch(hit -> begun.contains(hit.id()));
                    for (String id : gone) {
                        assertThat(collection.get(id)).isEmpty();
                    }
                });
        assertThat(collection.info().records()).isEqualTo(begun.size() - deleted.size());
    }

    @Test
    void answersWhileACollectionIsReplaced(Seed seed) throws Exception {
        int count = 30;
        load(seed.random(), 0, count);
        Collection collection = database.collection("a");
        Callable<Void> writer =
                () -> {
                    RandomGenerator random = seed.round(400).random();
                    for (int load = 1; load <= 15; load++) {
                        load(random, load, count);
                    }
                    return null;
                };
        together(
                seed,
                List.of(writer),
                random -> {
                    List<Hit> hits = collection.search(Samples.vector(random, DIMENSION), 1000);
                    assertThat(hits).hasSize(count);
                    Object tag = hits.getFirst().metadata().get("tag");
                    assertThat(hits).allMatch(hit -> tag.equals(hit.metadata().get("tag")));
                    assertThat(database.collections())
                            .singleElement()
                            .satisfies(info -> assertThat(info.damage()).isNull());
                });
    }

    private void load(RandomGenerator random, int tag, int count) {
        try (Loader loader = database.load("a", SCHEMA)) {
            List<Point> points = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                points.add(tagged(random, "p" + i, tag));
            }
            loader.add(points);
            loader.commit();
        }
    }

    @Test
    void saysNotFoundWhileACollectionComesAndGoes(Seed seed) throws Exception {
        Callable<Void> writer =
                () -> {
                    RandomGenerator random = seed.round(500).random();
                    for (int i = 0; i < 25; i++) {
                        database.create("a", SCHEMA)
                                .put(Samples.points(random, "p", 20, DIMENSION));
                        database.drop("a");
                    }
                    return null;
                };
        together(
                seed,
                List.of(writer),
                random -> {
                    try {
                        Collection collection = database.collection("a");
                        int found =
                                collection.search(Samples.vector(random, DIMENSION), 1000).size();
                        assertThat(found).isIn(0, 20);
                        collection.get("p7");
                        collection.info();
                    } catch (NotFoundException e) {
                        assertThat(e).hasMessageContaining("no collection 'a'");
                    }
                    database.collections().forEach(info -> assertThat(info.damage()).isNull());
                });
    }

    @Test
    void endsCleanlyWhereItIsClosedInTheMiddle(Seed seed) throws Exception {
        Collection collection = database.create("a", SCHEMA);
        RandomGenerator first = seed.random();
        collection.put(Samples.points(first, "p", 50, DIMENSION));
        AtomicInteger calls = new AtomicInteger();
        List<Future<?>> workers = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 8; i++) {
                RandomGenerator random = seed.round(600 + i).random();
                boolean writes = i % 2 == 0;
                workers.add(
                        threads.submit(
                                () -> {
                                    while (true) {
                                        Point point = Samples.point(random, "x", DIMENSION);
                                        if (writes) {
                                            collection.put(point);
                                        }
                                        collection.search(point.vector(), 20);
                                        collection.get("p3");
                                        calls.incrementAndGet();
                                        LockSupport.parkNanos(1);
                                    }
                                }));
            }
            while (calls.get() < 100 && workers.stream().noneMatch(Future::isDone)) {
                Thread.onSpinWait();
            }
            database.close();
        }
        for (Future<?> worker : workers) {
            assertThatThrownBy(worker::get)
                    .cause()
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("the database is closed");
        }
        open();
        assertThat(database.collection("a").search(new float[DIMENSION], 1000)).hasSize(51);
    }
}
