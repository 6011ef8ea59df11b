package dev.engram.db;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.engram.error.ConflictException;
import dev.engram.error.NotFoundException;
import dev.engram.index.IndexSpec;
import dev.engram.index.Metric;
import dev.engram.testkit.Seeded;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What every database refuses, and with which words. A test class extends it for each kind. */
@Seeded
abstract class DatabaseRefusals {

    private static final Schema FLAT = Samples.flat(3);

    private Database database;
    private Collection collection;

    /** An empty database. */
    protected abstract Database open(Models models);

    /** The same database, closed and opened again. */
    protected abstract Database reopen(Models models);

    @BeforeEach
    void open() {
        database = open(new WordModels());
        collection = database.create("a", FLAT);
    }

    @AfterEach
    void close() {
        database.close();
    }

    private static void refuses(ThrowingCallable call, String... words) {
        assertThatThrownBy(call)
                .isInstanceOf(IllegalArgumentException.class)
                .message()
                .contains(words)
                .contains("(expected: ");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "", " ", ".", "..", "../x", "a/b", "a\\b", ".hidden", "-x", "a..b", "a b", "a\n"
            })
    void refusesBadNames(String name) {
        refuses(() -> database.create(name, FLAT), "collection name: '" + name + "'");
        refuses(() -> database.collection(name, FLAT), "collection name");
        refuses(() -> database.load(name, FLAT), "collection name");
        assertThatThrownBy(() -> database.collection(name)).isInstanceOf(NotFoundException.class);
    }

    @Test
    void refusesANameThatIsTooLong() {
        database.create("n".repeat(128), FLAT);
        refuses(() -> database.create("n".repeat(129), FLAT), "1..128");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "  ", "\ud800", "x\udc00y", "\ud800x"})
    void refusesBadIds(String id) {
        refuses(() -> collection.put(Point.of(id, new float[3])), "id: ");
        refuses(() -> collection.get(id), "id: ");
        refuses(() -> collection.delete("x", id), "id: ");
    }

    @Test
    void refusesAnIdThatIsTooLong() {
        collection.put(Point.of("ä".repeat(256), new float[3]));
        assertThat(collection.get("ä".repeat(256))).isPresent();
        refuses(() -> Point.of("ä".repeat(256) + "x", new float[3]), "id: 513 bytes");
        refuses(() -> collection.get("x".repeat(513)), "id: 513 bytes (expected: 1..512");
    }

    @Test
    void refusesTextThatHasNoExactForm() {
        Point text = new Point("x", "half \ud83d", new float[3], Map.of());
        refuses(() -> collection.put(text), "half a character at 5");
        Point value = Point.of("x", new float[3], Map.of("k", List.of("\udc00")));
        refuses(() -> collection.put(value), "half a character at 0");
        assertThat(collection.get("x")).isEmpty();
    }

    @Test
    void refusesMetadataItCannotKeep() {
        refuses(
                () -> collection.put(Point.of("x", new float[3], Map.of("k", BigDecimal.ONE))),
                "java.math.BigDecimal");
        refuses(
                () -> collection.put(Point.of("x", new float[3], Map.of("k", Map.of(1, "one")))),
                "metadata key: 1");
        Object deep = 1;
        for (int i = 0; i < 40; i++) {
            deep = List.of(deep);
        }
        Point nested = Point.of("x", new float[3], Map.of("k", deep));
        refuses(() -> collection.put(nested), "nested deeper than 32");
        assertThat(collection.info().records()).isZero();
    }

    @Test
    void putsNoneOfABatchWithABadRecord() {
        Point good = Point.of("good", new float[3]);
        refuses(() -> collection.put(good, Point.of("bad", new float[4])), "vector of 'bad'");
        refuses(
                () -> collection.put(good, Point.of("bad", new float[3], Map.of("k", 'c'))),
                "java.lang.Character");
        assertThat(collection.get("good")).isEmpty();
        assertThat(collection.info().records()).isZero();
        collection.put(good);
        assertThat(collection.search(new float[3], 10)).hasSize(1);
    }

    @Test
    void refusesVectorsOfAnotherDimension() {
        refuses(() -> collection.put(Point.of("x", new float[2])), "2 components", "expected: 3");
        refuses(() -> collection.put(Point.of("x", new float[0])), "0 components");
        refuses(() -> collection.search(new float[4], 1), "query vector", "4 components");
    }

    @ParameterizedTest
    @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY})
    void refusesComponentsThatAreNoNumbers(float bad) {
        float[] vector = {0, bad, 0};
        refuses(() -> collection.put(Point.of("x", vector)), "component 1 is " + bad);
        refuses(() -> collection.search(vector, 1), "query vector", "component 1 is " + bad);
    }

    @Test
    void refusesVectorsTooLongForTheirDistances() {
        float[] vector = {3e38f, 0, 0};
        refuses(() -> collection.put(Point.of("x", vector)), "vector of 'x': length 3.00e+38");
        refuses(() -> collection.search(vector, 1), "query vector");
        Collection cosine =
                database.create("c", Samples.schema(3, Metric.COSINE, new IndexSpec.Flat()));
        cosine.put(Point.of("x", vector));
        assertThat(cosine.get("x").orElseThrow().vector()).containsExactly(1, 0, 0);
    }

    @Test
    void refusesAZeroVectorUnderCosine() {
        Collection cosine =
                database.create("c", Samples.schema(3, Metric.COSINE, new IndexSpec.Flat()));
        refuses(() -> cosine.put(Point.of("x", new float[3])), "all components are 0");
        refuses(() -> cosine.search(new float[3], 1), "all components are 0");
        cosine.put(Point.of("x", new float[] {Float.MIN_VALUE, 0, 0}));
        assertThat(cosine.get("x").orElseThrow().vector()).containsExactly(1, 0, 0);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1, 10_001, Integer.MAX_VALUE})
    void refusesKAndBeamOutOfRange(int bad) {
        refuses(() -> collection.search(new float[3], bad), "k: " + bad + " (expected: 1..10000)");
        refuses(() -> collection.search(new float[3], 1, bad), "beam: " + bad);
        refuses(() -> collection.search("text", bad), "k: " + bad);
    }

    @Test
    void refusesDimensionsOutOfRange() {
        refuses(() -> new Schema.Content.OwnVectors(0), "dimension: 0 (expected: 1..65536)");
        refuses(() -> new Schema.Content.OwnVectors(65_537), "dimension: 65537");
    }

    @Test
    void takesTheLargestDimension() {
        Collection wide = database.create("wide", Samples.flat(65_536));
        wide.put(Point.of("x", new float[65_536]));
        assertThat(wide.search(new float[65_536], 1)).hasSize(1);
    }

    @Test
    void refusesBlankTexts() {
        Collection texts = database.create("t", Schema.ofTexts(WordModels.NAME));
        refuses(() -> texts.add("good", " \n"), "blank");
        refuses(() -> Point.of("x", ""), "text of 'x': blank");
        refuses(() -> texts.search("\t", 1), "query: blank");
        assertThat(texts.info().records()).isZero();
    }

    @Test
    void refusesARecordOfNothing() {
        refuses(() -> new Point("x", null, null, Map.of()), "record 'x': neither text nor vector");
    }

    @Test
    void refusesTextsInACollectionOfOwnVectors() {
        refuses(() -> collection.search("question", 1), "'a' has no embedding model");
        refuses(() -> collection.add("text"), "a vector of 3 components");
        collection.put(new Point("x", "a text may stand beside a vector", new float[3], Map.of()));
        assertThat(collection.get("x").orElseThrow().text()).startsWith("a text");
    }

    @Test
    void refusesANameThatIsTaken() {
        assertThatThrownBy(() -> database.create("a", FLAT))
                .isInstanceOf(ConflictException.class)
                .hasMessage("collection 'a' exists already");
    }

    @Test
    void refusesAnotherSchemaAndNamesBoth() {
        assertThatThrownBy(() -> database.collection("a", Schema.ofVectors(4, Metric.COSINE)))
                .isInstanceOf(ConflictException.class)
                .hasMessage(
                        "collection 'a' has another schema: own vectors, 3 components, euclidean,"
                                + " flat (asked for: own vectors, 4 components, cosine, hnsw of"
                                + " degree 16, build beam 200, seed 42)");
    }

    @Test
    void namesTheCollectionsThereAre() {
        assertThatThrownBy(() -> database.collection("x"))
                .isInstanceOf(NotFoundException.class)
                .hasMessage("no collection 'x' (there are: a)");
        for (int i = 100; i < 130; i++) {
            database.create("b" + i, FLAT);
        }
        assertThatThrownBy(() -> database.drop("x"))
                .isInstanceOf(NotFoundException.class)
                .hasMessageStartingWith("no collection 'x' (there are: a, b100, b101,")
                .hasMessageEndingWith("b118 and 11 more)");
        database.collections().forEach(info -> database.drop(info.name()));
        assertThatThrownBy(() -> database.collection("x"))
                .hasMessage("no collection 'x' (there are none yet)");
    }

    @Test
    void refusesAModelThatIsNotThere() {
        assertThatThrownBy(() -> database.create("t", Schema.ofTexts("gpt")))
                .isInstanceOf(NotFoundException.class)
                .hasMessageContaining("gpt");
        database = reopen(Models.NONE);
        assertThatThrownBy(() -> database.create("t", Schema.ofTexts()))
                .isInstanceOf(NotFoundException.class)
                .hasMessage(
                        "no embedding model 'all-MiniLM-L6-v2': this database was opened without"
                                + " models; open it with Database.open(folder, models)");
    }

    @Test
    void refusesAModelThatChanged(RandomGenerator random) {
        database.create("t", Schema.ofTexts(WordModels.NAME)).add("one");
        database = reopen(new WordModels("f2"));
        Collection texts = database.collection("t");
        for (ThrowingCallable call :
                List.<ThrowingCallable>of(() -> texts.search("one", 1), () -> texts.add("two"))) {
            assertThatThrownBy(call)
                    .isInstanceOf(ConflictException.class)
                    .hasMessage(
                            "'t' was built with model words (fingerprint f1), but here it is f2;"
                                    + " build it again");
        }
        assertThatThrownBy(() -> database.collection("t", Schema.ofTexts(WordModels.NAME)))
                .isInstanceOf(ConflictException.class)
                .hasMessageContainingAll("fingerprint f1", "fingerprint f2");
        assertThat(texts.get(Collection.contentId("one"))).isPresent();
        float[] query = Samples.vector(random, WordModels.DIMENSION);
        assertThat(texts.search(query, 1)).hasSize(1);
    }

    @Test
    void refusesEverythingOnceClosed(RandomGenerator random) {
        Loader loader = database.load("l", FLAT);
        loader.add(Samples.points(random, "p", 3, 3));
        database.close();
        List<ThrowingCallable> calls =
                List.of(
                        () -> database.create("b", FLAT),
                        () -> database.collection("a"),
                        () -> database.collection("a", FLAT),
                        () -> database.collections(),
                        () -> database.drop("a"),
                        () -> database.load("a", FLAT),
                        () -> collection.put(Point.of("x", new float[3])),
                        () -> collection.get("x"),
                        () -> collection.delete("x"),
                        () -> collection.search(new float[3], 1),
                        () -> collection.info(),
                        () -> loader.add(Samples.points(random, "q", 3, 3)),
                        () -> loader.commit());
        for (ThrowingCallable call : calls) {
            assertThatThrownBy(call)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("the database is closed");
        }
        loader.close();
        database.close();
    }
}
