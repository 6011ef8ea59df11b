package dev.engram.db;

import static org.assertj.core.api.Assertions.assertThat;

import dev.engram.error.ConflictException;
import dev.engram.index.IndexSpec;
import dev.engram.index.Metric;
import dev.engram.testkit.History;
import dev.engram.testkit.History.Attempt;
import dev.engram.testkit.History.Op;
import dev.engram.testkit.HistoryChecker;
import dev.engram.testkit.Seed;
import dev.engram.testkit.Seeded;
import dev.engram.testkit.SeededTest;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.io.TempDir;

/** Many transactions at once, and a checker that looks through what each of them has seen. */
@Seeded
final class SnapshotIsolationTest {

    private static final int THREADS = 6;
    private static final int EACH = 60;
    private static final int KEYS = 16;
    private static final int DIMENSION = 3;
    private static final List<String> NAMES = List.of("a", "b");

    @TempDir(factory = QuickFolder.class)
    private Path folder;

    private final AtomicInteger ids = new AtomicInteger();

    @SeededTest
    void holdsInMemory(Seed seed) throws InterruptedException, ExecutionException {
        check(seed, new IndexSpec.Flat(), Settings.DEFAULT.memoryBytesMax());
    }

    @SeededTest
    void holdsInManySegments(Seed seed) throws InterruptedException, ExecutionException {
        check(seed, new IndexSpec.Hnsw(4, 16, 1), 20L * DIMENSION * Float.BYTES);
    }

    private void check(Seed seed, IndexSpec index, long memoryBytesMax)
            throws InterruptedException, ExecutionException {
        Settings settings =
                Settings.DEFAULT.withMemory(memoryBytesMax).withJobsBy(Thread::startVirtualThread);
        try (Database database = Database.open(folder, Models.NONE, settings)) {
            for (String name : NAMES) {
                database.create(name, Samples.schema(DIMENSION, Metric.EUCLIDEAN, index));
            }
            List<Attempt> history = run(database, seed);
            assertThat(HistoryChecker.check(history)).isEmpty();
            // Otherwise the run would have shown nothing.
            long committed = history.stream().filter(one -> one.version() != 0).count();
            assertThat(committed).isBetween(THREADS * EACH / 8L, THREADS * EACH - 1L);
        }
    }

    private List<Attempt> run(Database database, Seed seed)
            throws InterruptedException, ExecutionException {
        List<Callable<List<Attempt>>> workers = new ArrayList<>();
        for (int worker = 0; worker < THREADS; worker++) {
            RandomGenerator random = seed.round(worker + 1).random();
            workers.add(
                    () -> {
                        List<Attempt> attempts = new ArrayList<>();
                        for (int i = 0; i < EACH; i++) {
                            attempts.add(new Work(database, random).attempt());
                        }
                        return attempts;
                    });
        }
        List<Attempt> history = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(THREADS)) {
            for (Future<List<Attempt>> worker : threads.invokeAll(workers)) {
                history.addAll(worker.get());
            }
        }
        return history;
    }

    /** One transaction, and what it saw. */
    private final class Work {
        private final Database database;
        private final RandomGenerator random;
        private final int id = ids.incrementAndGet();
        private final List<Op> ops = new ArrayList<>();

        /** Of the records it writes: whether they were there when it began. */
        private final Map<String, Boolean> before = new HashMap<>();

        Work(Database database, RandomGenerator random) {
            this.database = database;
            this.random = random;
        }

        Attempt attempt() {
            long began = System.nanoTime();
            long version = 0;
            try (Transaction transaction = database.begin()) {
                for (int left = 2 + random.nextInt(6); left > 0; left--) {
                    step(transaction);
                    LockSupport.parkNanos(1);
                }
                boolean writes = ops.stream().anyMatch(op -> !isRead(op));
                if (writes && random.nextInt(10) > 0) {
                    version = transaction.commit();
                }
            } catch (ConflictException e) {
                // What it had seen until then must be right all the same.
                version = 0;
            }
            return new Attempt(id, began, System.nanoTime(), version, ops);
        }

        private static boolean isRead(Op op) {
            return switch (op) {
                case Op.Read _, Op.Search _ -> true;
                case Op.Write _, Op.Delete _, Op.Undo _ -> false;
            };
        }

        private void step(Transaction transaction) {
            String name = NAMES.get(random.nextInt(NAMES.size()));
            String record = "k" + random.nextInt(KEYS);
            String key = name + "/" + record;
            switch (random.nextInt(6)) {
                case 0, 1 ->
                        ops.add(
                                new Op.Read(
                                        key,
                                        transaction
                                                .get(name, record)
                                                .map(point -> writer(point.metadata()))
                                                .orElse(History.NOTHING)));
                case 2 -> search(transaction, name);
                case 3 -> {
                    look(transaction, name, record);
                    if (transaction.delete(name, record) > 0) {
                        ops.add(before.get(key) ? new Op.Delete(key) : new Op.Undo(key));
                    }
                }
                default -> {
                    look(transaction, name, record);
                    float[] vector = Samples.vector(random, DIMENSION);
                    transaction.put(name, Point.of(record, vector, Map.of("by", id)));
                    ops.add(new Op.Write(key));
                }
            }
        }

        private void look(Transaction transaction, String name, String record) {
            before.computeIfAbsent(
                    name + "/" + record, _ -> transaction.get(name, record).isPresent());
        }

        private void search(Transaction transaction, String name) {
            Map<String, Integer> found = new HashMap<>();
            for (Hit hit : transaction.search(name, Samples.vector(random, DIMENSION), 100)) {
                found.put(name + "/" + hit.id(), writer(hit.metadata()));
            }
            ops.add(new Op.Search(name + "/", found));
        }

        private static int writer(Map<String, ?> metadata) {
            return (Integer) metadata.get("by");
        }
    }
}
