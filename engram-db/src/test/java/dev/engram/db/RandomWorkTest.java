package dev.engram.db;

import static org.assertj.core.api.Assertions.assertThat;

import dev.engram.index.IndexSpec;
import dev.engram.index.Metric;
import dev.engram.testkit.Seed;
import dev.engram.testkit.SeededTest;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.io.TempDir;

/** Random work on a database and on a plain map: the same answers, however it is stored. */
final class RandomWorkTest {

    private static final int STEPS = 150;
    private static final int DIMENSION = 4;
    private static final int IDS = 60;
    private static final List<String> NAMES = List.of("a", "b");

    /** More, and a write would wait for jobs that nobody does. */
    private static final int STEPS_WITHOUT_JOBS_MAX = 4;

    private final WorkByHand jobs = new WorkByHand();
    private int stepsWithoutJobs;

    @TempDir(factory = QuickFolder.class)
    private Path folder;

    private Database database;
    private RandomGenerator random;
    private Settings settings;
    private Schema schema;

    /** What must be there: name, id, record. */
    private final TreeMap<String, TreeMap<String, Point>> model = new TreeMap<>();

    @SeededTest
    void answersFromMemory(Seed seed) {
        work(seed, Settings.DEFAULT, Metric.EUCLIDEAN, new IndexSpec.Flat());
    }

    @SeededTest
    void answersFromManySegments(Seed seed) {
        work(seed, memory(8), Metric.DOT, new IndexSpec.Flat());
    }

    @SeededTest
    void answersFromManyGraphs(Seed seed) {
        work(seed, memory(20), Metric.COSINE, new IndexSpec.Hnsw(4, 16, 7));
    }

    @SeededTest
    void answersWheneverJobsAreDone(Seed seed) {
        work(seed, memory(40).withJobsBy(jobs), Metric.EUCLIDEAN, new IndexSpec.Hnsw(4, 16, 7));
    }

    private static Settings memory(int rows) {
        return Settings.DEFAULT
                .withMemory((long) rows * DIMENSION * Float.BYTES)
                .withJobsBy(Runnable::run);
    }

    private void work(Seed seed, Settings how, Metric metric, IndexSpec index) {
        random = seed.random();
        settings = how;
        schema = Samples.schema(DIMENSION, metric, index);
        database = Database.open(folder, Models.NONE, settings);
        try {
            for (int i = 0; i < STEPS; i++) {
                step();
            }
            reopen();
            checkAll();
        } finally {
            database.close();
        }
    }

    private void step() {
        if (random.nextInt(3) == 0 || ++stepsWithoutJobs == STEPS_WITHOUT_JOBS_MAX) {
            stepsWithoutJobs = 0;
            jobs.doAll();
        }
        String name = NAMES.get(random.nextInt(NAMES.size()));
        switch (random.nextInt(40)) {
            case 0 -> drop(name);
            case 1, 2 -> load(name);
            case 3, 4 -> reopen();
            case 5 -> readOnly();
            case 6, 7, 8 -> checkAll();
            case 9, 10, 11, 12, 13, 14, 15 -> delete(name);
            case 16, 17, 18, 19, 20 -> get(name);
            case 21, 22, 23, 24, 25 -> search(name);
            default -> put(name);
        }
    }

    private String id() {
        return "id" + random.nextInt(IDS);
    }

    private Point point(String id) {
        return Samples.point(random, id, DIMENSION);
    }

    private void put(String name) {
        Collection collection = database.collection(name, schema);
        List<Point> points = new ArrayList<>();
        for (int left = 1 + random.nextInt(6); left > 0; left--) {
            points.add(point(id()));
        }
        collection.put(points);
        Map<String, Point> records = model.computeIfAbsent(name, _ -> new TreeMap<>());
        points.forEach(point -> records.put(point.id(), point));
    }

    private void delete(String name) {
        if (model.containsKey(name)) {
            String one = id();
            String other = id();
            int expected = model.get(name).remove(one) == null ? 0 : 1;
            expected += model.get(name).remove(other) == null ? 0 : 1;
            assertThat(database.collection(name).delete(one, other)).isEqualTo(expected);
        }
    }

    private void drop(String name) {
        if (model.remove(name) != null) {
            database.drop(name);
        }
    }

    private void load(String name) {
        TreeMap<String, Point> loaded = new TreeMap<>();
        boolean commit = random.nextInt(4) > 0;
        try (Loader loader = database.load(name, schema)) {
            for (int left = random.nextInt(40); left > 0; left--) {
                Point point = point(id());
                if (loaded.putIfAbsent(point.id(), point) == null) {
                    loader.add(List.of(point));
                }
            }
            if (commit) {
                loader.commit();
            }
        }
        if (commit) {
            model.put(name, loaded);
        }
    }

    private void reopen() {
        database.close();
        database = Database.open(folder, Models.NONE, settings);
    }

    private void readOnly() {
        database.close();
        database = Database.openReadOnly(folder, Models.NONE, settings);
        checkAll();
        reopen();
    }

    private void get(String name) {
        if (model.containsKey(name)) {
            String id = id();
            checkRecord(database.collection(name), id, model.get(name).get(id));
        }
    }

    private void checkRecord(Collection collection, String id, Point expected) {
        Point found = collection.get(id).orElse(null);
        if (expected == null) {
            assertThat(found).isNull();
        } else {
            assertThat(found).isNotNull();
            assertThat(found.metadata()).isEqualTo(expected.metadata());
            if (schema.metric() != Metric.COSINE) {
                assertThat(found.vector()).isEqualTo(expected.vector());
            }
        }
    }

    private void search(String name) {
        if (model.containsKey(name)) {
            Map<String, float[]> vectors = new HashMap<>();
            model.get(name).forEach((id, point) -> vectors.put(id, point.vector()));
            float[] query = Samples.vector(random, DIMENSION);
            int k = 1 + random.nextInt(IDS + 5);
            List<Hit> hits = database.collection(name).search(query, k);
            new ExactAnswers(schema.metric(), vectors).check(hits, query, k);
        }
    }

    private void checkAll() {
        assertThat(database.collections())
                .allSatisfy(info -> assertThat(info.damage()).isNull())
                .extracting(CollectionInfo::name)
                .containsExactlyElementsOf(model.keySet());
        for (CollectionInfo info : database.collections()) {
            assertThat(info.records()).isEqualTo(model.get(info.name()).size());
            Collection collection = database.collection(info.name());
            for (int i = 0; i < IDS; i++) {
                checkRecord(collection, "id" + i, model.get(info.name()).get("id" + i));
            }
            search(info.name());
        }
    }
}
