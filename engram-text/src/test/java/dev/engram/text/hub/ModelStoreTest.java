package dev.engram.text.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.engram.error.NotFoundException;
import dev.engram.error.UnavailableException;
import dev.engram.text.EmbeddingModels;
import dev.engram.text.ModelBench;
import dev.engram.text.ModelRegistry;
import dev.engram.text.ModelSettings;
import dev.engram.text.embed.TinyModel;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ModelStoreTest {

    private final TestHub hub = new TestHub();
    private final Map<String, String> environment = new HashMap<>();

    @TempDir private Path folder;

    @BeforeEach
    void fill() throws IOException {
        Path model = folder.resolve("made");
        TinyModel.write(model);
        hub.files.put("onnx/model.onnx", Files.readAllBytes(model.resolve("model.onnx")));
        hub.files.put("tokenizer.json", Files.readAllBytes(model.resolve("tokenizer.json")));
        hub.files.put("config.json", Files.readAllBytes(model.resolve("config.json")));
        text("pytorch_model.bin", "a pickle");
        text("../evil.json", "{}");
        environment.put("HF_ENDPOINT", hub.endpoint() + "/");
    }

    @AfterEach
    void stop() {
        hub.close();
    }

    private void text(String name, String content) {
        hub.files.put(name, content.getBytes(StandardCharsets.UTF_8));
    }

    private ModelSettings settings() {
        return ModelSettings.ofUser().withThreads(1).withFolder(folder.resolve("models"));
    }

    private ModelStore store() {
        return new ModelStore(folder.resolve("models"), environment);
    }

    private Path pull(String name) {
        return store().pull(name, null, (file, bytes, total) -> {});
    }

    private static List<String> names(Path place) throws IOException {
        try (Stream<Path> all = Files.walk(place)) {
            return all.filter(Files::isRegularFile)
                    .map(path -> place.relativize(path).toString().replace('\\', '/'))
                    .sorted()
                    .toList();
        }
    }

    @Test
    void fetchesWhatAModelNeedsAndNothingElse() throws IOException {
        List<String> told = new ArrayList<>();
        Path place =
                store().pull(
                                TestHub.ID,
                                null,
                                (file, bytes, total) -> told.add(file + " " + (bytes == total)));
        assertThat(names(place))
                .containsExactly("config.json", "engram.json", "onnx/model.onnx", "tokenizer.json");
        assertThat(told).contains("onnx/model.onnx true");
        assertThat(store().names()).containsExactly(TestHub.ID);
        try (EmbeddingModels models = EmbeddingModels.of(settings())) {
            assertThat(models.embedder(TestHub.ID).embedQuery("red green")).hasSize(3);
            assertThat(models.embedder(TestHub.ID).identity().revision())
                    .isEqualTo(TestHub.REVISION);
            assertThat(ModelBench.measure(models.embedder(TestHub.ID)).dimension()).isEqualTo(3);
        }
    }

    @Test
    void goesOnWhereItBrokeOff() {
        hub.breaksAfter = 20;
        assertThatThrownBy(() -> pull(TestHub.ID))
                .isInstanceOf(UnavailableException.class)
                .hasMessageContaining("pull again to go on");
        assertThat(store().names()).isEmpty();
        assertThat(store().find(TestHub.ID)).isNull();
        hub.breaksAfter = -1;
        hub.asked.clear();
        pull(TestHub.ID);
        assertThat(hub.asked).contains("store /blobs/onnx/model.onnx bytes=100-");
        assertThat(hub.asked).noneMatch(asked -> asked.endsWith("config.json"));
        assertThat(store().names()).containsExactly(TestHub.ID);
    }

    @Test
    void throwsAwayWhatCameDamaged() {
        byte[] whole = hub.files.get("onnx/model.onnx");
        byte[] damaged = whole.clone();
        damaged[50] ^= 1;
        hub.forged = damaged;
        assertThatThrownBy(() -> pull(TestHub.ID))
                .isInstanceOf(UnavailableException.class)
                .hasMessageContaining("onnx/model.onnx of org/tiny-model came damaged: checksum");
        assertThat(store().names()).isEmpty();
        hub.forged = null;
        pull(TestHub.ID);
        assertThat(store().names()).containsExactly(TestHub.ID);
    }

    @Test
    void showsItsTokenToTheHubOnly() {
        environment.put("HF_TOKEN", "hf_secret");
        pull(TestHub.ID);
        assertThat(hub.asked).anyMatch(asked -> asked.endsWith("Bearer hf_secret"));
        assertThat(hub.asked)
                .filteredOn(asked -> asked.startsWith("store"))
                .isNotEmpty()
                .noneMatch(asked -> asked.contains("Bearer"));
    }

    @Test
    void fetchesNothingWhereItMayNot() {
        environment.put("HF_HUB_OFFLINE", "1");
        assertThatThrownBy(() -> pull(TestHub.ID))
                .isInstanceOf(UnavailableException.class)
                .hasMessageContaining("HF_HUB_OFFLINE is set");
        assertThat(hub.asked).isEmpty();
    }

    @Test
    void namesWhatIsNotThere() {
        assertThatThrownBy(() -> pull("org/other"))
                .isInstanceOf(NotFoundException.class)
                .hasMessageContaining("no model org/other at revision main at " + hub.endpoint());
        assertThatThrownBy(() -> pull(TestHub.ID + "@v9")).isInstanceOf(NotFoundException.class);
        assertThatThrownBy(() -> store().pull(TestHub.ID, "onnx/q4.onnx", (f, b, t) -> {}))
                .isInstanceOf(NotFoundException.class)
                .hasMessageContaining("(there are: [onnx/model.onnx])");
        for (String bad : List.of("tiny", "a/b/c", "../b", "a/..", "a/b@", "a b/c")) {
            assertThatThrownBy(() -> pull(bad))
                    .as(bad)
                    .isInstanceOf(IllegalArgumentException.class);
        }
        hub.files.remove("onnx/model.onnx");
        assertThatThrownBy(() -> pull(TestHub.ID)).hasMessageContaining("no ONNX network");
        text("model.safetensors", "weights of a network");
        assertThatThrownBy(() -> pull(TestHub.ID)).hasMessageContaining("no ONNX network");
        assertThat(store().names()).isEmpty();
    }

    @Test
    void replacesAndRemoves() throws IOException {
        pull(TestHub.ID);
        text("config.json", "{\"hidden_size\":3,\"max_position_embeddings\":64}");
        Path place = pull(TestHub.ID + "@" + TestHub.REVISION);
        assertThat(Files.readString(place.resolve("config.json"))).contains("64");
        ModelRegistry registry = new ModelRegistry(settings());
        assertThat(registry.folder(TestHub.ID)).contains(place);
        registry.remove(TestHub.ID);
        assertThat(registry.names()).isEmpty();
        assertThatThrownBy(() -> registry.remove(TestHub.ID))
                .isInstanceOf(NotFoundException.class)
                .hasMessageContaining("no model 'org/tiny-model' was pulled");
    }

    @Test
    void leavesPromptsToTheFilesOfTheModel() throws IOException {
        text(
                "config_sentence_transformers.json",
                "{\"prompts\":{\"query\":\"query \"},\"default_prompt_name\":null}");
        Path place = pull(TestHub.ID);
        assertThat(Files.readString(place.resolve("engram.json"))).doesNotContain("prefix");
        try (EmbeddingModels models = EmbeddingModels.of(settings())) {
            assertThat(models.embedder(TestHub.ID).identity().queryPrefix()).isEqualTo("query ");
        }
    }

    @Test
    void saysWhereNobodyListens() {
        hub.close();
        assertThatThrownBy(() -> pull(TestHub.ID))
                .isInstanceOf(UnavailableException.class)
                .hasMessageContaining("cannot reach " + hub.endpoint());
    }
}
