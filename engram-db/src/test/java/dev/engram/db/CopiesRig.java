package dev.engram.db;

import static org.assertj.core.api.Assertions.assertThat;

import dev.engram.index.IndexSpec;
import dev.engram.index.Metric;
import dev.engram.storage.DiskStorage;
import dev.engram.storage.Storage;
import dev.engram.testkit.FaultyStorage;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/** A database whose copies are looked at, on a disk that fails when told to. */
final class CopiesRig {

    static final int DIMENSION = 4;
    static final int MEMORY_ROWS = 10;

    final FaultyStorage faulty;
    final Path folder;
    final Path backups;
    final Settings settings;

    /** What each of two collections holds, by id. */
    final Map<String, TreeMap<String, float[]>> records = new TreeMap<>();

    Database database;

    private final Path root;

    CopiesRig(Path root) {
        this.root = root;
        this.folder = root.resolve("live");
        this.backups = root.resolve("backups");
        this.faulty = new FaultyStorage(new DiskStorage(root));
        this.settings =
                Settings.DEFAULT
                        .withSegments(this::storage)
                        .withJobsBy(Runnable::run)
                        .withMemory((long) MEMORY_ROWS * DIMENSION * Float.BYTES);
        open();
        database.create("a", Samples.flat(DIMENSION));
        database.create(
                "b", Samples.schema(DIMENSION, Metric.EUCLIDEAN, new IndexSpec.Hnsw(4, 16, 3)));
        records.put("a", new TreeMap<>());
        records.put("b", new TreeMap<>());
    }

    private Storage storage(Path path) {
        Storage storage = faulty;
        for (Path part : root.relativize(path)) {
            storage = storage.folder(part.toString());
        }
        return storage;
    }

    void open() {
        database = Database.open(folder, Models.NONE, settings);
    }

    /** Sets and deletes records of both collections in one transaction. */
    void change(RandomGenerator random, int count) {
        try (Transaction transaction = database.begin()) {
            for (String name : records.keySet()) {
                TreeMap<String, float[]> there = records.get(name);
                for (int i = 0; i < count; i++) {
                    Point point = Samples.point(random, "p" + random.nextInt(3 * count), DIMENSION);
                    transaction.put(name, point);
                    there.put(point.id(), point.vector());
                }
                String gone = there.firstKey();
                transaction.delete(name, gone);
                there.remove(gone);
            }
            transaction.commit();
        }
    }

    /** What there is now. */
    Map<String, Map<String, float[]>> state() {
        Map<String, Map<String, float[]>> copy = new TreeMap<>();
        records.forEach((name, there) -> copy.put(name, new TreeMap<>(there)));
        return copy;
    }

    static void check(Database found, Map<String, Map<String, float[]>> expected) {
        assertThat(found.collections().stream().map(CollectionInfo::name))
                .containsExactlyElementsOf(expected.keySet());
        expected.forEach((name, there) -> check(found.collection(name), there));
    }

    private static void check(Collection found, Map<String, float[]> expected) {
        assertThat(found.info().records()).isEqualTo(expected.size());
        expected.forEach(
                (id, vector) -> assertThat(found.get(id).orElseThrow().vector()).isEqualTo(vector));
        float[] query = new float[DIMENSION];
        new ExactAnswers(Metric.EUCLIDEAN, new TreeMap<>(expected))
                .check(found.search(query, 1000, 1000), query, 1000);
        assertThat(found.verify()).isEmpty();
    }

    void checkCopy(Path copy, Map<String, Map<String, float[]>> expected) {
        try (Database found = Database.openReadOnly(copy, Models.NONE, settings)) {
            check(found, expected);
        }
    }

    void close() {
        database.close();
        faulty.assertNothingOpen();
    }
}
