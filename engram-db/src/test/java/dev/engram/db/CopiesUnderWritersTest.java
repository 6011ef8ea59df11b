package dev.engram.db;

import static org.assertj.core.api.Assertions.assertThat;

import dev.engram.error.ConflictException;
import dev.engram.testkit.Seeded;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What is copied while others write is the state of one commit: units move between two collections,
 * and their sum is the same in every copy; each writer counts its commits in both of them, and the
 * counts agree; and no copy is older than what was acknowledged before it was begun.
 */
@Seeded
final class CopiesUnderWritersTest {

    private static final int WRITERS = 3;
    private static final int ACCOUNTS = 8;
    private static final int UNITS = 100;
    private static final int COPIES = 6;
    private static final List<String> SIDES = List.of("left", "right");

    @TempDir(factory = QuickFolder.class)
    private Path root;

    private final Settings settings = Settings.DEFAULT.withMemory(20 * 2 * Float.BYTES);
    private final AtomicBoolean enough = new AtomicBoolean();
    private final List<AtomicLong> acknowledged = new ArrayList<>();
    private Database database;

    @Test
    void holdTheStateOfOneCommit(RandomGenerator random)
            throws InterruptedException, ExecutionException {
        database = Database.open(root.resolve("live"), Models.NONE, settings);
        for (String side : SIDES) {
            database.create(side, Samples.flat(2));
            for (int i = 0; i < ACCOUNTS; i++) {
                database.collection(side).put(account("account" + i, UNITS));
            }
        }
        List<Future<?>> writers = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < WRITERS; i++) {
                int writer = i;
                acknowledged.add(new AtomicLong());
                RandomGenerator own =
                        RandomGeneratorFactory.of("L64X128MixRandom").create(random.nextLong());
                writers.add(threads.submit(() -> write(writer, own)));
            }
            try {
                copyManyTimes();
            } finally {
                enough.set(true);
            }
            for (Future<?> writer : writers) {
                writer.get();
            }
        }
        database.close();
        Copies.restore(root.resolve("live"), "snapshot0", settings);
        try (Database back = Database.open(root.resolve("live"), Models.NONE, settings)) {
            check(back, new long[WRITERS]);
        }
    }

    private void copyManyTimes() {
        Path folder = root.resolve("backups");
        Backups backups = Backups.in(folder, settings);
        for (int i = 0; i < COPIES; i++) {
            awaitCommits();
            long[] before = counts();
            database.snapshot("snapshot" + i);
            try (Database kept = database.openSnapshot("snapshot" + i)) {
                check(kept, before);
            }
            before = counts();
            String id = database.backup(folder).info().id();
            Path target = root.resolve("restored" + i);
            backups.restore(id, target);
            try (Database restored = Database.open(target, Models.NONE, settings)) {
                check(restored, before);
            }
        }
    }

    private void awaitCommits() {
        long before = sum(counts());
        while (sum(counts()) < before + 20) {
            Thread.onSpinWait();
        }
    }

    private static long sum(long[] counts) {
        long sum = 0;
        for (long count : counts) {
            sum += count;
        }
        return sum;
    }

    private long[] counts() {
        return acknowledged.stream().mapToLong(AtomicLong::get).toArray();
    }

    private static Point account(String id, long units) {
        return Point.of(id, new float[] {(float) units, 1}, Map.of("units", units));
    }

    private static long units(Point point) {
        return (Long) point.metadata().getOrDefault("units", 0L);
    }

    private void write(int writer, RandomGenerator random) {
        for (long count = 1; !enough.get(); ) {
            try (Transaction transaction = database.begin()) {
                move(transaction, random);
                for (String side : SIDES) {
                    transaction.put(side, account("writer" + writer, count));
                }
                transaction.commit();
                acknowledged.get(writer).set(count++);
            } catch (ConflictException e) {
                assertThat(e).hasMessageContaining("account");
            }
        }
    }

    private static void move(Transaction transaction, RandomGenerator random) {
        String from = SIDES.get(random.nextInt(2));
        String to = SIDES.get(random.nextInt(2));
        String giver = "account" + random.nextInt(ACCOUNTS);
        String taker = "account" + random.nextInt(ACCOUNTS);
        long given = units(transaction.get(from, giver).orElseThrow());
        long some = random.nextLong(given + 1);
        transaction.put(from, account(giver, given - some));
        long taken = units(transaction.get(to, taker).orElseThrow());
        transaction.put(to, account(taker, taken + some));
    }

    private static void check(Database found, long[] atLeast) {
        long units = 0;
        for (String side : SIDES) {
            Collection collection = found.collection(side);
            for (int i = 0; i < ACCOUNTS; i++) {
                Point account = collection.get("account" + i).orElseThrow();
                units += units(account);
                assertThat(account.vector()).containsExactly((float) units(account), 1);
            }
            assertThat(collection.verify()).isEmpty();
            int records = (int) collection.info().records();
            assertThat(collection.search(new float[] {0, 0}, 100)).hasSize(records);
        }
        assertThat(units).isEqualTo(2L * ACCOUNTS * UNITS);
        for (int i = 0; i < atLeast.length; i++) {
            long left = count(found, "left", i);
            assertThat(count(found, "right", i)).isEqualTo(left);
            assertThat(left).isGreaterThanOrEqualTo(atLeast[i]);
        }
    }

    private static long count(Database found, String side, int writer) {
        return found.collection(side).get("writer" + writer).map(point -> units(point)).orElse(0L);
    }
}
