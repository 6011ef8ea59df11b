package dev.engram.db;

import dev.engram.index.IndexSpec;
import dev.engram.index.Metric;
import dev.engram.testkit.Seed;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/** Work that two processes make out of one seed: one does it and dies, the other knows what. */
final class CrashWork {

    static final String NAME = "a";

    /** Holds the same as the other where both are written in one transaction. */
    static final String TWIN = "b";

    static final int DIMENSION = 6;
    static final Schema SCHEMA =
            Samples.schema(DIMENSION, Metric.EUCLIDEAN, new IndexSpec.Hnsw(4, 16, 1));

    private static final int IDS = 200;
    private static final int MEMORY_ROWS = 40;
    private static final int LOADED = 150;

    private final Seed seed;

    CrashWork(long seed) {
        this.seed = new Seed(seed);
    }

    /** A database that seals often. */
    static Database open(Path folder) {
        Settings settings =
                Settings.DEFAULT.withMemory((long) MEMORY_ROWS * DIMENSION * Float.BYTES);
        return Database.open(folder, Models.NONE, settings);
    }

    /** One commit: puts, or deletes. */
    record Step(List<Point> puts, List<String> deletes) {

        void run(Database database) {
            Collection collection = database.collection(NAME, SCHEMA);
            if (puts.isEmpty()) {
                collection.delete(deletes.toArray(String[]::new));
            } else {
                collection.put(puts);
            }
        }

        /** The same in both collections, as one transaction; every third one is taken back. */
        void runTogether(Database database, int number) {
            for (String name : List.of(NAME, TWIN)) {
                database.collection(name, SCHEMA);
            }
            try (Transaction transaction = database.begin()) {
                for (String name : List.of(NAME, TWIN)) {
                    transaction.put(name, puts);
                    transaction.delete(name, deletes.toArray(String[]::new));
                }
                if (isCommitted(number)) {
                    transaction.commit();
                }
            }
        }

        static boolean isCommitted(int number) {
            return number % 3 != 2;
        }

        void run(Map<String, Point> model) {
            puts.forEach(point -> model.put(point.id(), point));
            deletes.forEach(model::remove);
        }
    }

    Step step(int number) {
        RandomGenerator random = seed.round(number).random();
        List<Point> puts = new ArrayList<>();
        List<String> deletes = new ArrayList<>();
        boolean delete = random.nextInt(4) == 0;
        for (int left = 1 + random.nextInt(8); left > 0; left--) {
            String id = "id" + random.nextInt(IDS);
            if (delete) {
                deletes.add(id);
            } else {
                puts.add(Point.of(id, Samples.vector(random, DIMENSION), Map.of("step", number)));
            }
        }
        return new Step(puts, deletes);
    }

    /** What a load of this number puts in place. */
    List<Point> loaded(int number) {
        RandomGenerator random = seed.round(number).random();
        List<Point> points = new ArrayList<>();
        for (int i = 0; i < LOADED; i++) {
            Map<String, Object> metadata = Map.of("load", number, "pad", "x".repeat(500));
            points.add(Point.of("id" + i, Samples.vector(random, DIMENSION), metadata));
        }
        return points;
    }

    void load(Database database, int number) {
        List<Point> points = loaded(number);
        try (Loader loader = database.load(NAME, SCHEMA)) {
            for (int i = 0; i < points.size(); i += 50) {
                loader.add(points.subList(i, i + 50));
            }
            loader.commit();
        }
    }
}
