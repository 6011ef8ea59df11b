package dev.engram.db;

import static org.assertj.core.api.Assertions.assertThat;

import dev.engram.testkit.Seed;
import dev.engram.testkit.Seeded;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What was acknowledged is there after the process was killed, and nothing is half there. */
@Seeded
final class DurabilityTest {

    private static final int KILLS = 4;

    @TempDir private Path folder;

    private static int kills() {
        return KILLS * Seed.rounds();
    }

    /** Lets the other process do some things, and kills it at a random moment; returns how many. */
    private static int workAndDie(OtherProcess other, RandomGenerator random, int linesMax)
            throws IOException, InterruptedException {
        int lines = 1 + random.nextInt(linesMax);
        for (int i = 0; i < lines; i++) {
            other.hear();
        }
        long until = System.nanoTime() + TimeUnit.MICROSECONDS.toNanos(random.nextInt(20_000));
        while (System.nanoTime() < until) {
            Thread.onSpinWait();
        }
        return lines + other.kill();
    }

    @Test
    void losesNothingAcknowledged(Seed seed) throws IOException, InterruptedException {
        RandomGenerator random = seed.random();
        CrashWork work = new CrashWork(seed.value());
        TreeMap<String, Point> model = new TreeMap<>();
        int done = 0;
        for (int kill = 0; kill < kills(); kill++) {
            int acknowledged;
            try (OtherProcess other = OtherProcess.start(folder, "put", seed.value(), done)) {
                acknowledged = done + workAndDie(other, random, 120);
            }
            for (; done < acknowledged; done++) {
                work.step(done).run(model);
            }
            try (Database database = CrashWork.open(folder)) {
                Map<String, Point> found = read(database, CrashWork.NAME, model, work.step(done));
                if (!found.equals(model)) {
                    // The commit under way at the end may count or not, but as a whole.
                    work.step(done++).run(model);
                }
                assertThat(found).isEqualTo(model);
                checkAnswers(database, model, random);
            }
        }
    }

    @Test
    void keepsATransactionAsAWholeOrNotAtAll(Seed seed) throws IOException, InterruptedException {
        RandomGenerator random = seed.random();
        CrashWork work = new CrashWork(seed.value());
        TreeMap<String, Point> model = new TreeMap<>();
        int done = 0;
        for (int kill = 0; kill < kills(); kill++) {
            int acknowledged;
            try (OtherProcess other = OtherProcess.start(folder, "transact", seed.value(), done)) {
                acknowledged = done + workAndDie(other, random, 90);
            }
            for (; done < acknowledged; done++) {
                transact(work, done, model);
            }
            try (Database database = CrashWork.open(folder)) {
                CrashWork.Step last = work.step(done);
                Map<String, Point> found = read(database, CrashWork.NAME, model, last);
                if (!found.equals(model)) {
                    transact(work, done++, model);
                }
                assertThat(found).isEqualTo(model);
                assertThat(read(database, CrashWork.TWIN, model, last)).isEqualTo(model);
                checkAnswers(database, CrashWork.NAME, model, random);
                checkAnswers(database, CrashWork.TWIN, model, random);
            }
        }
    }

    private static void transact(CrashWork work, int number, Map<String, Point> model) {
        if (CrashWork.Step.isCommitted(number)) {
            work.step(number).run(model);
        }
    }

    /** All records there can be, whether or not they should. */
    private static Map<String, Point> read(
            Database database, String name, Map<String, Point> model, CrashWork.Step last) {
        Map<String, Point> found = new TreeMap<>();
        Collection collection = database.collection(name, CrashWork.SCHEMA);
        Stream.of(
                        model.keySet().stream(),
                        last.deletes().stream(),
                        last.puts().stream().map(Point::id))
                .flatMap(Function.identity())
                .forEach(id -> collection.get(id).ifPresent(point -> found.put(id, point)));
        return found;
    }

    private static void checkAnswers(
            Database database, Map<String, Point> model, RandomGenerator random) {
        checkAnswers(database, CrashWork.NAME, model, random);
    }

    private static void checkAnswers(
            Database database, String name, Map<String, Point> model, RandomGenerator random) {
        Map<String, float[]> vectors = new HashMap<>();
        model.forEach((id, point) -> vectors.put(id, point.vector()));
        float[] query = Samples.vector(random, CrashWork.DIMENSION);
        Collection collection = database.collection(name);
        new ExactAnswers(CrashWork.SCHEMA.metric(), vectors)
                .check(collection.search(query, 1000), query, 1000);
        assertThat(collection.info().records()).isEqualTo(model.size());
        assertThat(collection.info().damage()).isNull();
        assertThat(collection.verify()).isEmpty();
    }

    @Test
    void holdsTheOldOrTheNewAfterALoadThatWasCutOff(Seed seed)
            throws IOException, InterruptedException {
        RandomGenerator random = seed.random();
        CrashWork work = new CrashWork(seed.value());
        int done = 0;
        for (int kill = 0; kill < kills(); kill++) {
            try (OtherProcess other = OtherProcess.start(folder, "load", seed.value(), done)) {
                done += workAndDie(other, random, 4);
            }
            try (Database database = CrashWork.open(folder)) {
                Collection collection = database.collection(CrashWork.NAME);
                Object load = collection.get("id0").orElseThrow().metadata().get("load");
                assertThat(load).isIn(done - 1, done);
                done = (int) load + 1;
                checkLoaded(database, work.loaded(done - 1), random);
                checkNoLeftovers();
            }
        }
    }

    private static void checkLoaded(
            Database database, List<Point> expected, RandomGenerator random) {
        Map<String, Point> model =
                expected.stream().collect(Collectors.toMap(Point::id, Function.identity()));
        Collection collection = database.collection(CrashWork.NAME);
        model.forEach((id, point) -> assertThat(collection.get(id)).contains(point));
        checkAnswers(database, model, random);
    }

    private void checkNoLeftovers() throws IOException {
        try (Stream<Path> folders = Files.list(folder.resolve("segments"))) {
            assertThat(folders).as("folders of segments").hasSize(1);
        }
        try (Stream<Path> files = Files.walk(folder.resolve("segments"))) {
            assertThat(
                            files.filter(Files::isRegularFile)
                                    .map(file -> file.getFileName().toString()))
                    .containsExactlyInAnyOrder("MANIFEST", "000001.vectors", "000001.graph");
        }
    }

    @Test
    void keepsEverythingOverACleanClose(RandomGenerator random) {
        List<Point> points = Samples.points(random, "p", 300, CrashWork.DIMENSION);
        Map<String, Point> model =
                points.stream().collect(Collectors.toMap(Point::id, Function.identity()));
        for (int part = 0; part < 3; part++) {
            try (Database database = CrashWork.open(folder)) {
                Collection collection = database.collection(CrashWork.NAME, CrashWork.SCHEMA);
                collection.put(points.subList(part * 100, part * 100 + 100));
                collection.delete("p" + part);
                model.remove("p" + part);
            }
        }
        try (Database database = Database.openReadOnly(folder, Models.NONE)) {
            checkAnswers(database, model, random);
        }
    }
}
