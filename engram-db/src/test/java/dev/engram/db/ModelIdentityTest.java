package dev.engram.db;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.engram.db.rows.Family;
import dev.engram.db.rows.RowBatch;
import dev.engram.db.rows.RowCodec;
import dev.engram.db.rows.RowStore;
import dev.engram.error.ConflictException;
import dev.engram.error.CorruptException;
import dev.engram.error.NotFoundException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The model of a collection is part of its schema, and none takes the place of another. */
final class ModelIdentityTest {

    private static final ModelIdentity ONNX =
            new ModelIdentity("onnx", "m", "r1", 4, "mean", "query: ", "passage: ", true, "f");

    @TempDir(factory = QuickFolder.class)
    private Path folder;

    /** A model whose vectors are drawn from a salt: under one identity there may be two. */
    private record SaltedModels(ModelIdentity identity, int salt) implements Models, Embedder {

        @Override
        public Embedder embedder(String name) {
            if (!name.equals(identity.name())) {
                throw new NotFoundException("no embedding model '" + name + "'");
            }
            return this;
        }

        @Override
        public Embedder fitted(String name, byte[] state) {
            return new SaltedModels(identity, state[0]);
        }

        @Override
        public List<float[]> embed(List<String> passages) {
            return passages.stream().map(this::embedQuery).toList();
        }

        @Override
        public float[] embedQuery(String query) {
            float[] vector = new float[identity.dimension()];
            long bits = query.hashCode() * 31L + salt;
            for (int i = 0; i < vector.length; i++) {
                bits = (bits + 0x9e3779b97f4a7c15L) * 0xbf58476d1ce4e5b9L;
                bits ^= bits >>> 29;
                vector[i] = (bits >>> 40) / (float) (1 << 24) - 0.5f;
            }
            return vector;
        }

        @Override
        public void close() {}
    }

    private static ModelIdentity wide(String fingerprint) {
        return new ModelIdentity("onnx", "m", "", 64, "cls", "", "", true, fingerprint);
    }

    @Test
    void isTheSameUnderAnotherNameWhereItsProviderIsKnown() {
        assertThat(
                        ONNX.matches(
                                new ModelIdentity(
                                        "onnx", "moved", "", 4, "mean", "", "", true, "f")))
                .isTrue();
        ModelIdentity unknown = new ModelIdentity("m", 4, "f");
        assertThat(ONNX.matches(unknown)).isTrue();
        assertThat(ONNX.matches(new ModelIdentity("moved", 4, "f"))).isFalse();
        assertThat(ONNX.matches(new ModelIdentity("m", 5, "f"))).isFalse();
        assertThat(ONNX.matches(new ModelIdentity("m", 4, "g"))).isFalse();
    }

    @Test
    void saysInWordsWhatIsNotTheSame() {
        ModelIdentity other =
                new ModelIdentity("ollama", "m", "r2", 5, "cls", "", "passage: ", true, "g");
        assertThat(ONNX.differences(other))
                .isEqualTo(
                        "provider onnx, not ollama, revision r1, not r2, dimension 4, not 5,"
                                + " pooling mean, not cls, query prefix 'query: ', not ''");
        assertThat(ONNX.differences(new ModelIdentity("m", 4, "g"))).isEmpty();
    }

    @Test
    void isKeptWhole() {
        StoredModel model = new StoredModel(ONNX, Probe.of(new SaltedModels(ONNX, 1)), true);
        Map<String, Object> map = new HashMap<>(model.encode());
        assertThat(StoredModel.decode(fields(map))).isEqualTo(model);
        map.put("probe", "no digits");
        assertThatThrownBy(() -> StoredModel.decode(fields(map)))
                .isInstanceOf(CorruptException.class)
                .hasMessageContaining("probe: no digits");
    }

    private static dev.engram.db.rows.Fields fields(Map<String, Object> map) {
        return new dev.engram.db.rows.Fields(
                "entry", RowCodec.decode("entry", RowCodec.encode(map)));
    }

    @Test
    void refusesAModelThatChangedBehindItsName() {
        try (Database database = Database.open(folder, new SaltedModels(wide("f"), 1))) {
            database.create("t", Schema.ofTexts("m")).add("one", "two");
        }
        try (Database database = Database.open(folder, new SaltedModels(wide("f"), 1))) {
            assertThat(database.collection("t").search("one", 2)).hasSize(2);
        }
        try (Database database = Database.open(folder, new SaltedModels(wide("f"), 2))) {
            Collection texts = database.collection("t");
            assertThatThrownBy(() -> texts.search("one", 1))
                    .isInstanceOf(ConflictException.class)
                    .hasMessageContaining("gives other vectors than when 't' was built");
            assertThat(texts.get(Collection.contentId("one"))).isPresent();
        }
    }

    @Test
    void tellsWhatDiffers() {
        try (Database database = Database.open(folder, new SaltedModels(wide("f"), 1))) {
            database.create("t", Schema.ofTexts("m")).add("one");
        }
        ModelIdentity other = new ModelIdentity("onnx", "m", "", 32, "mean", "", "", true, "g");
        try (Database database = Database.open(folder, new SaltedModels(other, 1))) {
            Collection texts = database.collection("t");
            assertThatThrownBy(() -> texts.search("one", 1))
                    .hasMessageContaining("dimension 64, not 32, pooling cls, not mean");
        }
    }

    @Test
    void opensWhatWasWrittenBeforeThereWereProbes() {
        SaltedModels models = new SaltedModels(wide("f"), 1);
        try (Database database = Database.open(folder, models)) {
            database.create("t", Schema.ofTexts("m")).add("one");
        }
        try (RowStore rows = RowStore.open(folder.resolve("rows"));
                RowBatch batch = rows.batch()) {
            byte[] name = "collection/t".getBytes(StandardCharsets.UTF_8);
            Map<String, @Nullable Object> entry =
                    new HashMap<>(RowCodec.decode("entry", rows.get(Family.CATALOG, name)));
            entry.put("model", Map.of("name", "m", "dimension", 64, "fingerprint", "f"));
            batch.put(Family.CATALOG, name, RowCodec.encode(entry));
            rows.write(batch);
        }
        try (Database database = Database.open(folder, models)) {
            assertThat(database.collection("t", Schema.ofTexts("m")).search("one", 1)).hasSize(1);
        }
    }

    @Test
    void keepsAFittedModelWithItsCollection() {
        SaltedModels models = new SaltedModels(wide("f"), 1);
        Schema schema =
                Schema.ofTexts("m")
                        .with(
                                new Schema.Content.FittedTexts(
                                        "m", new ModelState(new byte[] {7, 8})));
        List<float[]> vectors = new ArrayList<>();
        try (Database database = Database.open(folder, models)) {
            try (Loader loader = database.load("t", schema)) {
                loader.add(List.of(Point.of("a", "one")));
                loader.commit();
            }
            vectors.add(database.collection("t").get("a").orElseThrow().vector());
            assertThat(database.collection("t", schema).info().records()).isEqualTo(1);
        }
        try (Database database = Database.open(folder, models)) {
            Collection texts = database.collection("t");
            texts.put(Point.of("b", "one"));
            vectors.add(texts.get("b").orElseThrow().vector());
            assertThat(texts.search("one", 1).getFirst().score()).isGreaterThan(0.999f);
            database.drop("t");
            database.create("t", Schema.ofTexts("m")).put(Point.of("c", "one"));
            vectors.add(database.collection("t").get("c").orElseThrow().vector());
        }
        assertThat(vectors.get(1)).isEqualTo(vectors.get(0)).isNotEqualTo(vectors.get(2));
    }

    @Test
    void saysWhereTheFittedModelIsGone() {
        SaltedModels models = new SaltedModels(wide("f"), 1);
        try (Database database = Database.open(folder, models)) {
            Schema.Content content =
                    new Schema.Content.FittedTexts("m", new ModelState(new byte[] {7}));
            database.create("t", Schema.ofTexts().with(content)).add("one");
        }
        try (RowStore rows = RowStore.open(folder.resolve("rows"));
                RowBatch batch = rows.batch()) {
            batch.delete(
                    Family.CATALOG, "model/\0\0\0\u0001".getBytes(StandardCharsets.ISO_8859_1));
            rows.write(batch);
        }
        try (Database database = Database.open(folder, models)) {
            Collection texts = database.collection("t");
            assertThatThrownBy(() -> texts.search("one", 1))
                    .isInstanceOf(CorruptException.class)
                    .hasMessageContaining("the fitted model of 't' is missing");
        }
    }

    @Test
    void refusesAStateOfNoBytes() {
        assertThatThrownBy(() -> new ModelState(new byte[0]))
                .hasMessageStartingWith("model state: 0 bytes");
    }
}
