package dev.engram.db;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.engram.error.ConflictException;
import dev.engram.error.NotFoundException;
import dev.engram.index.IndexSpec;
import dev.engram.index.Metric;
import dev.engram.testkit.Seeded;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What every database does when asked properly. A test class extends it for each kind. */
@Seeded
abstract class DatabaseContract {

    private static final int DIMENSION = 12;

    private final WordModels models = new WordModels();
    private Database database;

    /** An empty database. */
    protected abstract Database open(Models models);

    /** The index its collections get. */
    protected abstract IndexSpec index();

    @BeforeEach
    void open() {
        database = open(models);
    }

    @AfterEach
    void close() {
        database.close();
    }

    private Collection own(String name, Metric metric) {
        return database.create(name, Samples.schema(DIMENSION, metric, index()));
    }

    private Collection texts(String name) {
        return database.create(name, Schema.ofTexts(WordModels.NAME).with(index()));
    }

    private static Map<String, float[]> vectors(List<Point> points) {
        Map<String, float[]> vectors = new HashMap<>();
        points.forEach(point -> vectors.put(point.id(), point.vector()));
        return vectors;
    }

    @Test
    void isEmptyAtFirst() {
        assertThat(database.collections()).isEmpty();
    }

    @Test
    void listsItsCollectionsByName() {
        own("b", Metric.DOT);
        own("a", Metric.DOT);
        own("ä.1-x_2", Metric.DOT);
        assertThat(database.collections())
                .extracting(CollectionInfo::name)
                .containsExactly("a", "b", "ä.1-x_2");
    }

    @Test
    void saysWhatACollectionIs(RandomGenerator random) {
        Collection collection = own("a", Metric.MANHATTAN);
        collection.put(Samples.points(random, "p", 7, DIMENSION));
        CollectionInfo info = collection.info();
        assertThat(info.name()).isEqualTo("a");
        assertThat(info.records()).isEqualTo(7);
        assertThat(info.dimension()).isEqualTo(DIMENSION);
        assertThat(info.metric()).isEqualTo(Metric.MANHATTAN);
        assertThat(info.index()).isEqualTo(index());
        assertThat(info.model()).isEmpty();
        assertThat(info.damage()).isNull();
        assertThat(texts("t").info().model())
                .contains(new ModelIdentity(WordModels.NAME, WordModels.DIMENSION, "f1"));
    }

    @Test
    void findsACollectionByName() {
        own("a", Metric.DOT).put(Point.of("x", new float[DIMENSION]));
        assertThat(database.collection("a").get("x")).isPresent();
        assertThat(database.collection("a").name()).isEqualTo("a");
    }

    @Test
    void makesACollectionOnlyWhereThereIsNone() {
        Schema schema = Samples.schema(DIMENSION, Metric.DOT, index());
        database.collection("a", schema).put(Point.of("x", new float[DIMENSION]));
        assertThat(database.collection("a", schema).get("x")).isPresent();
        assertThat(database.collections()).hasSize(1);
    }

    @Test
    void forgetsADroppedCollection(RandomGenerator random) {
        Collection collection = own("a", Metric.DOT);
        collection.put(Samples.points(random, "p", 50, DIMENSION));
        database.drop("a");
        assertThat(database.collections()).isEmpty();
        assertThatThrownBy(() -> collection.get("p1")).isInstanceOf(NotFoundException.class);
        assertThat(own("a", Metric.DOT).search(Samples.vector(random, DIMENSION), 10)).isEmpty();
    }

    @Test
    void keepsCollectionsApart(RandomGenerator random) {
        Collection one = own("one", Metric.DOT);
        Collection two = own("two", Metric.DOT);
        one.put(Samples.points(random, "p", 20, DIMENSION));
        two.put(Samples.points(random, "q", 5, DIMENSION));
        assertThat(two.get("p1")).isEmpty();
        assertThat(two.search(Samples.vector(random, DIMENSION), 100)).hasSize(5);
        database.drop("one");
        assertThat(two.search(Samples.vector(random, DIMENSION), 100)).hasSize(5);
        assertThat(two.get("q4")).isPresent();
    }

    @Test
    void givesBackWhatWasPut() {
        Collection collection = own("a", Metric.EUCLIDEAN);
        float[] vector = new float[DIMENSION];
        vector[0] = Float.MIN_VALUE;
        vector[1] = -0.0f;
        vector[2] = 1e18f;
        Point point = new Point("x", "täxt 🙂", vector, Map.of("k", 1));
        collection.put(point);
        assertThat(collection.get("x")).contains(point);
        assertThat(collection.get("y")).isEmpty();
    }

    @Test
    void bringsCosineVectorsToLengthOne() {
        Collection collection = own("a", Metric.COSINE);
        float[] vector = new float[DIMENSION];
        vector[0] = 3;
        vector[1] = 4;
        collection.put(Point.of("x", vector));
        assertThat(collection.get("x").orElseThrow().vector())
                .startsWith(0.6f, 0.8f, 0)
                .hasSize(DIMENSION);
        vector[2] = 100;
        assertThat(collection.get("x").orElseThrow().vector()).startsWith(0.6f, 0.8f, 0);
    }

    @Test
    void replacesARecordOfTheSameId(RandomGenerator random) {
        Collection collection = own("a", Metric.DOT);
        collection.put(Samples.points(random, "p", 10, DIMENSION));
        Point other = Samples.point(random, "p3", DIMENSION);
        collection.put(other);
        assertThat(collection.get("p3")).contains(other);
        assertThat(collection.info().records()).isEqualTo(10);
        assertThat(collection.search(other.vector(), 100))
                .extracting(Hit::id)
                .hasSize(10)
                .doesNotHaveDuplicates();
    }

    @Test
    void keepsTheLastOfTwoInABatch(RandomGenerator random) {
        Collection collection = own("a", Metric.DOT);
        Point first = Samples.point(random, "x", DIMENSION);
        Point last = Samples.point(random, "x", DIMENSION);
        collection.put(first, Samples.point(random, "y", DIMENSION), last);
        assertThat(collection.get("x")).contains(last);
        assertThat(collection.info().records()).isEqualTo(2);
    }

    @Test
    void deletesWhatIsThereAndSaysHowMany(RandomGenerator random) {
        Collection collection = own("a", Metric.DOT);
        List<Point> points = Samples.points(random, "p", 10, DIMENSION);
        collection.put(points);
        assertThat(collection.delete("p1", "p1", "p2", "none")).isEqualTo(2);
        assertThat(collection.delete("p1")).isZero();
        assertThat(collection.delete()).isZero();
        assertThat(collection.get("p1")).isEmpty();
        assertThat(collection.info().records()).isEqualTo(8);
        assertThat(collection.search(points.get(1).vector(), 100))
                .extracting(Hit::id)
                .hasSize(8)
                .doesNotContain("p1", "p2");
    }

    @Test
    void putsNothing() {
        Collection collection = own("a", Metric.DOT);
        collection.put();
        collection.put(List.of());
        assertThat(collection.info().records()).isZero();
    }

    @Test
    void takesARecordAgainAfterItsDeletion(RandomGenerator random) {
        Collection collection = own("a", Metric.DOT);
        collection.put(Samples.point(random, "x", DIMENSION));
        collection.delete("x");
        Point again = Samples.point(random, "x", DIMENSION);
        collection.put(again);
        assertThat(collection.get("x")).contains(again);
        assertThat(collection.search(again.vector(), 10)).hasSize(1);
    }

    @ParameterizedTest
    @EnumSource(Metric.class)
    void answersAsExactSearchDoes(Metric metric, RandomGenerator random) {
        Collection collection = own("a", metric);
        List<Point> points = Samples.points(random, "p", 300, DIMENSION);
        collection.put(points.subList(0, 299));
        collection.put(points.get(299));
        ExactAnswers exact = new ExactAnswers(metric, vectors(points));
        for (int k : new int[] {1, 2, 10, 299, 300, 301, 10_000}) {
            float[] query = Samples.vector(random, DIMENSION);
            exact.check(collection.search(query, k), query, k);
            exact.check(collection.search(query, k, 10_000), query, k);
        }
    }

    @ParameterizedTest
    @EnumSource(Metric.class)
    void scoresARecordAgainstItself(Metric metric, RandomGenerator random) {
        Collection collection = own("a", metric);
        Point point = Samples.point(random, "x", DIMENSION);
        collection.put(point);
        Hit hit = collection.search(point.vector(), 1).getFirst();
        float[] self = collection.get("x").orElseThrow().vector();
        double dot = 0;
        for (float component : self) {
            dot += (double) component * component;
        }
        double expected = metric == Metric.DOT ? dot : 1;
        assertThat((double) hit.score()).isCloseTo(expected, within(1e-4 * expected));
        assertThat(hit.metadata()).isEqualTo(Map.of("id", "x"));
        assertThat(hit.text()).isNull();
    }

    @Test
    void answersNothingWhereNothingIs(RandomGenerator random) {
        Collection collection = own("a", Metric.COSINE);
        assertThat(collection.search(Samples.vector(random, DIMENSION), 10)).isEmpty();
        assertThat(texts("t").search("anything", 10)).isEmpty();
    }

    @Test
    void findsTextsByMeaning() {
        Collection collection = texts("t");
        collection.put(
                Point.of("cat", "a cat sleeps on a mat"),
                Point.of("ship", "steel ships cross oceans", Map.of("year", 1900)));
        Hit hit = collection.search("ships cross oceans", 1).getFirst();
        assertThat(hit.id()).isEqualTo("ship");
        assertThat(hit.text()).isEqualTo("steel ships cross oceans");
        assertThat(hit.metadata()).isEqualTo(Map.of("year", 1900));
        assertThat(collection.search("cat on a mat", 10, 100)).hasSize(2);
    }

    @Test
    void addsATextOnce() {
        Collection collection = texts("t");
        List<String> ids = collection.add("one", "two", "one");
        assertThat(ids).hasSize(3).doesNotContainNull();
        assertThat(ids.get(0)).isEqualTo(ids.get(2)).isNotEqualTo(ids.get(1));
        assertThat(collection.info().records()).isEqualTo(2);
        int embedded = models.passages();
        assertThat(collection.add("two", "three")).startsWith(ids.get(1));
        assertThat(collection.info().records()).isEqualTo(3);
        assertThat(models.passages()).as("embedded passages").isEqualTo(embedded + 1);
    }

    @Test
    void addingATextAgainLeavesItsMetadata() {
        Collection collection = texts("t");
        String id = Collection.contentId("one");
        collection.put(Point.of(id, "one", Map.of("source", "a.txt")));
        collection.add("one");
        assertThat(collection.get(id).orElseThrow().metadata()).containsEntry("source", "a.txt");
    }

    @Test
    void takesAVectorForATextRecordToo() {
        Collection collection = texts("t");
        float[] vector = new float[WordModels.DIMENSION];
        vector[5] = 1;
        collection.put(new Point("x", "some text", vector, Map.of()));
        assertThat(collection.get("x").orElseThrow().vector()).isEqualTo(vector);
        assertThat(models.passages()).isZero();
    }

    @Test
    void keepsTypedMetadataExactly() {
        Map<String, @Nullable Object> all = new LinkedHashMap<>();
        all.put("long", Long.MAX_VALUE);
        all.put("long min", Long.MIN_VALUE);
        all.put("int", Integer.MIN_VALUE);
        all.put("float", Float.MIN_VALUE);
        all.put("float nan", Float.NaN);
        all.put("float zero", -0.0f);
        all.put("double", Double.MIN_VALUE);
        all.put("double nan", Double.NaN);
        all.put("double inf", Double.NEGATIVE_INFINITY);
        all.put("bool", true);
        all.put("", "an empty key");
        all.put("text", "zero \u0000, line\r\n, 🙂, ü");
        all.put("uuid", new UUID(-1, 1));
        all.put("instant", Instant.MAX);
        all.put("instant min", Instant.MIN);
        all.put("instant nano", Instant.ofEpochSecond(-1, 999_999_999));
        all.put("null", null);
        all.put("list", Arrays.asList(1, 1L, 1f, 1d, "1", null, List.of()));
        all.put("map", Map.of("nested", Map.of("deep", List.of(Map.of("x", 1)))));
        Collection collection = own("a", Metric.DOT);
        Point point = Point.of("x", new float[DIMENSION], all);
        collection.put(point);
        Point back = collection.get("x").orElseThrow();
        assertThat(back).isEqualTo(point);
        assertThat(new ArrayList<>(back.metadata().keySet()))
                .isEqualTo(new ArrayList<>(all.keySet()));
        assertThat(Float.floatToRawIntBits((float) back.metadata().get("float zero")))
                .isEqualTo(Float.floatToRawIntBits(-0.0f));
        assertThat(collection.search(new float[DIMENSION], 1).getFirst().metadata()).isEqualTo(all);
    }

    @Test
    void loadsACollectionInOneGo(RandomGenerator random) {
        List<Point> points = Samples.points(random, "p", 500, DIMENSION);
        Schema schema = Samples.schema(DIMENSION, Metric.EUCLIDEAN, index());
        try (Loader loader = database.load("a", schema)) {
            loader.add(points.subList(0, 200));
            loader.add(points.subList(200, 500));
            assertThat(loader.count()).isEqualTo(500);
            assertThat(database.collections()).isEmpty();
            assertThat(loader.commit().info().records()).isEqualTo(500);
        }
        Collection collection = database.collection("a");
        float[] query = Samples.vector(random, DIMENSION);
        new ExactAnswers(Metric.EUCLIDEAN, vectors(points))
                .check(collection.search(query, 20), query, 20);
        assertThat(collection.get("p77")).contains(points.get(77));
    }

    @Test
    void putsAndDeletesInALoadedCollection(RandomGenerator random) {
        List<Point> points = Samples.points(random, "p", 100, DIMENSION);
        Schema schema = Samples.schema(DIMENSION, Metric.DOT, index());
        try (Loader loader = database.load("a", schema)) {
            loader.add(points);
            loader.commit();
        }
        Collection collection = database.collection("a");
        collection.delete("p0", "p50");
        Point other = Samples.point(random, "p7", DIMENSION);
        Point more = Samples.point(random, "more", DIMENSION);
        collection.put(other, more);
        Map<String, float[]> live = vectors(points);
        live.keySet().removeAll(List.of("p0", "p50"));
        live.putAll(vectors(List.of(other, more)));
        float[] query = Samples.vector(random, DIMENSION);
        new ExactAnswers(Metric.DOT, live).check(collection.search(query, 1000), query, 1000);
    }

    @Test
    void replacesACollectionByALoadedOne(RandomGenerator random) {
        Collection before = own("a", Metric.DOT);
        before.put(Samples.points(random, "old", 10, DIMENSION));
        try (Loader loader = database.load("a", Samples.schema(3, Metric.EUCLIDEAN, index()))) {
            loader.add(Samples.points(random, "new", 4, 3));
            assertThat(before.search(Samples.vector(random, DIMENSION), 100)).hasSize(10);
            loader.commit();
        }
        assertThat(before.info().dimension()).isEqualTo(3);
        assertThat(before.search(Samples.vector(random, 3), 100)).hasSize(4);
        assertThat(before.get("old1")).isEmpty();
        assertThat(database.collections()).hasSize(1);
    }

    @Test
    void loadsNothingAsAnEmptyCollection() {
        try (Loader loader = database.load("a", Samples.schema(3, Metric.DOT, index()))) {
            loader.commit();
        }
        Collection collection = database.collection("a");
        assertThat(collection.info().records()).isZero();
        assertThat(collection.search(new float[3], 5)).isEmpty();
        collection.put(Point.of("x", new float[3]));
        assertThat(collection.search(new float[3], 5)).hasSize(1);
    }

    @Test
    void leavesWhatWasThereWhereALoadIsNotCommitted(RandomGenerator random) {
        Collection collection = own("a", Metric.DOT);
        collection.put(Samples.points(random, "p", 10, DIMENSION));
        try (Loader loader = database.load("a", Samples.schema(3, Metric.DOT, index()))) {
            loader.add(Samples.points(random, "q", 10, 3));
        }
        assertThat(collection.search(Samples.vector(random, DIMENSION), 100)).hasSize(10);
        assertThatThrownBy(() -> database.collection("a", Samples.schema(3, Metric.DOT, index())))
                .isInstanceOf(ConflictException.class);
    }
}
