package dev.engram.db;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.engram.testkit.Seeded;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Seeded
final class LoaderTest {

    @TempDir(factory = QuickFolder.class)
    private Path folder;

    private Database database;
    private Loader loader;

    @BeforeEach
    void open() {
        database = Database.open(folder);
        loader = database.load("a", Samples.flat(3));
    }

    @AfterEach
    void close() {
        loader.close();
        database.close();
    }

    private static Point point(String id) {
        return Point.of(id, new float[] {id.hashCode(), 1, 2});
    }

    @Test
    void refusesAnIdThatComesTwice() {
        loader.add(List.of(point("x"), point("y")));
        for (List<Point> twice :
                List.of(List.of(point("z"), point("x")), List.of(point("z"), point("z")))) {
            assertThatThrownBy(() -> loader.add(twice))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageEndingWith("comes twice (expected: unique ids)");
        }
        assertThat(loader.count()).isEqualTo(2);
        loader.add(List.of(point("z")));
        assertThat(loader.commit().search(new float[3], 10)).hasSize(3);
    }

    @Test
    void refusesAnIdThatWasWrittenLongAgo(RandomGenerator random) {
        Map<String, Object> large = Map.of("k", "x".repeat(1 << 20));
        for (int i = 0; i < 10; i++) {
            loader.add(List.of(Point.of("p" + i, Samples.vector(random, 3), large)));
        }
        assertThatThrownBy(() -> loader.add(List.of(point("p0"))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'p0' comes twice");
        assertThat(loader.commit().info().records()).isEqualTo(10);
    }

    @Test
    void addsNoneOfABatchWithABadRecord() {
        loader.add(List.of(point("x")));
        Point odd = Point.of("odd", new float[3], Map.of("k", BigDecimal.ONE));
        Point wide = Point.of("wide", new float[4]);
        for (Point bad : List.of(odd, wide)) {
            assertThatThrownBy(() -> loader.add(List.of(point("y"), bad)))
                    .isInstanceOf(IllegalArgumentException.class);
        }
        loader.add(List.of(point("z")));
        Collection collection = loader.commit();
        assertThat(collection.search(new float[3], 10))
                .extracting(Hit::id)
                .containsExactlyInAnyOrder("x", "z");
        assertThat(collection.get("z")).contains(point("z"));
    }

    @Test
    void isOverOnceItIsCommitted() {
        loader.commit();
        assertThatThrownBy(() -> loader.add(List.of(point("x"))))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("the loader of 'a' is committed already");
        assertThatThrownBy(() -> loader.commit()).isInstanceOf(IllegalStateException.class);
        loader.close();
        loader.close();
        assertThat(database.collection("a").info().records()).isZero();
    }

    @Test
    void isOverOnceItIsClosed() {
        loader.close();
        loader.close();
        assertThatThrownBy(() -> loader.add(List.of(point("x"))))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("the loader of 'a' is closed");
        assertThatThrownBy(() -> loader.commit()).isInstanceOf(IllegalStateException.class);
        assertThat(folder.resolve("segments").resolve("1")).doesNotExist();
    }

    @Test
    void goesFromThreadToThread() throws InterruptedException, ExecutionException {
        try (ExecutorService one = Executors.newSingleThreadExecutor();
                ExecutorService two = Executors.newVirtualThreadPerTaskExecutor()) {
            one.submit(() -> loader.add(List.of(point("x")))).get();
            two.submit(() -> loader.add(List.of(point("y")))).get();
            one.submit(() -> loader.commit()).get();
            two.submit(() -> loader.close()).get();
        }
        assertThat(database.collection("a").info().records()).isEqualTo(2);
    }

    @Test
    void putsTheLastOfTwoInPlace() {
        try (Loader other = database.load("a", Samples.flat(2))) {
            loader.add(List.of(point("x")));
            other.add(List.of(Point.of("y", new float[2])));
            other.commit();
            assertThat(loader.commit().get("x")).isPresent();
        }
        assertThat(database.collections()).singleElement().extracting("dimension").isEqualTo(3);
    }

    @Test
    void commitsAlsoWhereTheOldCollectionWasDroppedMeanwhile() {
        database.create("b", Samples.flat(3));
        try (Loader other = database.load("b", Samples.flat(3))) {
            other.add(List.of(point("x")));
            database.drop("b");
            other.commit();
        }
        assertThat(database.collection("b").get("x")).isPresent();
    }

    @Test
    void mayOutliveItsDatabase() {
        loader.add(List.of(point("x")));
        database.close();
        loader.close();
        database = Database.open(folder);
        assertThat(database.collections()).isEmpty();
        assertThat(folder.resolve("segments").resolve("1")).doesNotExist();
    }
}
