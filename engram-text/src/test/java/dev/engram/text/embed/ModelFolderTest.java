package dev.engram.text.embed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.engram.db.ModelIdentity;
import dev.engram.error.NotFoundException;
import dev.engram.error.UnavailableException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ModelFolderTest {

    private static final Offset<Float> NEAR = within(1e-5f);

    @TempDir private Path folder;

    @BeforeEach
    void write() throws IOException {
        TinyModel.write(folder);
    }

    private TextEmbedder open() {
        return open(folder);
    }

    private static TextEmbedder open(Path path) {
        return ModelFolder.of("tiny", path).open(2, CacheFolder.ofUser());
    }

    private void write(String name, String content) throws IOException {
        Files.writeString(folder.resolve(name), content);
    }

    // [CLS] red green [SEP] are (1 -1 0), (4 0 0), (0 4 0), (0 2 -4).
    @ParameterizedTest
    @CsvSource({
        "pooling_mode_mean_tokens, 1.25, 1.25, -1, mean",
        "pooling_mode_cls_token, 1, -1, 0, cls",
        "pooling_mode_max_tokens, 4, 4, 0, max",
        "pooling_mode_lasttoken, 0, 2, -4, last"
    })
    void poolsAsItsFilesSay(String flag, float x, float y, float z, String word)
            throws IOException {
        TinyModel.modules(folder, flag, false);
        try (TextEmbedder embedder = open()) {
            assertThat(embedder.embedQuery("red green")).containsExactly(new float[] {x, y, z});
            ModelIdentity identity = embedder.identity();
            assertThat(identity.pooling()).isEqualTo(word);
            assertThat(identity.normalised()).isFalse();
            assertThat(identity.provider()).isEqualTo("onnx");
        }
        TinyModel.modules(folder, flag, true);
        try (TextEmbedder embedder = open()) {
            float length = (float) Math.sqrt(x * x + y * y + z * z);
            assertThat(embedder.embedQuery("red green"))
                    .containsExactly(new float[] {x / length, y / length, z / length}, NEAR);
            assertThat(embedder.identity().normalised()).isTrue();
        }
    }

    @Test
    void takesTheMeanAtLengthOneWhereNothingIsSaid() {
        try (TextEmbedder embedder = open()) {
            float length = (float) Math.sqrt(1.25 * 1.25 * 2 + 1);
            assertThat(embedder.embed(List.of("red green")).getFirst())
                    .containsExactly(
                            new float[] {1.25f / length, 1.25f / length, -1 / length}, NEAR);
            assertThat(embedder.tokenizer().window()).isEqualTo(32);
        }
    }

    @Test
    void readsNoMoreTokensThanItsFilesSay() throws IOException {
        write("sentence_bert_config.json", "{\"max_seq_length\": 20, \"do_lower_case\": false}");
        TinyModel.modules(folder, "pooling_mode_max_tokens", false);
        try (TextEmbedder embedder = open()) {
            assertThat(embedder.tokenizer().window()).isEqualTo(20);
            // Two windows of 18 words and one of 4; the largest of each component, then the mean.
            float[] vector = embedder.embedQuery("red ".repeat(36) + "blue ".repeat(4));
            assertThat(vector).containsExactly(new float[] {37f / 10, 2, 4f / 10}, NEAR);
        }
        write("sentence_bert_config.json", "{\"max_seq_length\": 4}");
        assertThatThrownBy(this::open)
                .isInstanceOf(UnavailableException.class)
                .hasMessage("model tiny: window: 4 tokens (expected: 16..131072)");
    }

    @Test
    void putsPrefixesInFrontOfEveryWindow() throws IOException {
        TinyModel.modules(folder, "pooling_mode_mean_tokens", false);
        write(
                "config_sentence_transformers.json",
                "{\"prompts\":{\"query\":\"query \",\"document\":\"passage \"}}");
        try (TextEmbedder embedder = open()) {
            assertThat(embedder.embedQuery("red"))
                    .containsExactly(new float[] {13f / 4, 2f / 4, -1}, NEAR);
            assertThat(embedder.embed(List.of("red")).getFirst())
                    .containsExactly(new float[] {5f / 4, 2f / 4, 1}, NEAR);
            assertThat(embedder.identity().queryPrefix()).isEqualTo("query ");
            assertThat(embedder.identity().passagePrefix()).isEqualTo("passage ");
            assertThat(embedder.tokenizer().window()).isEqualTo(31);
            // 29 words a window beside two special tokens and the prefix: two windows alike.
            float[] two = embedder.embedQuery("red ".repeat(58));
            assertThat(two[0]).isCloseTo((1 + 8 + 29 * 4) / 32f, NEAR);
        }
        write("engram.json", "{\"query_prefix\":\"\",\"revision\":\"abc\"}");
        try (TextEmbedder embedder = open()) {
            assertThat(embedder.identity().queryPrefix()).isEmpty();
            assertThat(embedder.identity().revision()).isEqualTo("abc");
        }
    }

    @Test
    void hasAnotherFingerprintWhereAnythingDiffers() throws IOException {
        String plain = print();
        assertThat(print()).isEqualTo(plain);
        TinyModel.modules(folder, "pooling_mode_cls_token", true);
        String cls = print();
        write("sentence_bert_config.json", "{\"max_seq_length\": 20}");
        String window = print();
        write("config_sentence_transformers.json", "{\"prompts\":{\"query\":\"query \"}}");
        assertThat(Set.of(plain, cls, window, print())).hasSize(4);
    }

    private String print() {
        try (TextEmbedder embedder = open()) {
            return embedder.identity().fingerprint();
        }
    }

    @Test
    void isTheBuiltInModelWhereItsFilesAre() throws IOException {
        Path copy = Files.createDirectory(folder.resolve("copy"));
        Files.createDirectory(copy.resolve("onnx"));
        ModelFiles files =
                ModelFiles.ofClassPath(
                        "all-MiniLM-L6-v2",
                        384,
                        256,
                        "all-minilm-l6-v2-q.onnx",
                        "all-minilm-l6-v2-q-tokenizer.json");
        byte[] graph = ((ModelFiles.Graph.InMemory) files.graph()).bytes();
        Files.write(copy.resolve("onnx").resolve("model_quantized.onnx"), graph);
        Files.write(copy.resolve("tokenizer.json"), files.tokenizer());
        Files.writeString(copy.resolve("config.json"), "{\"hidden_size\": 384}");
        Files.writeString(copy.resolve("sentence_bert_config.json"), "{\"max_seq_length\": 256}");
        try (TextEmbedder embedder = open(copy)) {
            assertThat(embedder.identity().matches(files.identity())).isTrue();
            assertThat(embedder.embedQuery("a cat sat on the mat")).hasSize(384);
        }
    }

    @Test
    void takesTheGraphThatIsNamed() throws IOException {
        Files.createDirectory(folder.resolve("onnx"));
        Path other = folder.resolve("onnx").resolve("model_q4.onnx");
        Files.move(folder.resolve("model.onnx"), other);
        Files.copy(other, folder.resolve("onnx").resolve("model_fp16.onnx"));
        assertThatThrownBy(this::open)
                .isInstanceOf(NotFoundException.class)
                .hasMessageContainingAll("several graphs", "model_q4.onnx", "model_fp16.onnx");
        try (TextEmbedder embedder = open(other)) {
            assertThat(embedder.embedQuery("red")).hasSize(3);
        }
    }

    @Test
    void refusesWhatIsNoModel() throws IOException {
        Path empty = Files.createDirectory(folder.resolve("empty"));
        assertThatThrownBy(() -> open(empty))
                .isInstanceOf(NotFoundException.class)
                .hasMessageContaining("no embedding model in " + empty);
        Files.writeString(empty.resolve("pytorch_model.bin"), "x");
        assertThatThrownBy(() -> open(empty)).hasMessageContaining("a pickle is never opened");
        assertThatThrownBy(() -> open(folder.resolve("nowhere")))
                .isInstanceOf(NotFoundException.class)
                .hasMessageContaining("no such folder");
        Files.delete(folder.resolve("tokenizer.json"));
        assertThatThrownBy(this::open).hasMessageContaining("no tokenizer.json");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "model.onnx | not a graph | cannot open the graph of model tiny",
                "tokenizer.json | {\"model\":{}} | cannot open the tokenizer of tiny",
                "tokenizer.json | not JSON | cannot open the tokenizer of tiny",
                "config.json | {\"hidden_size\":4} | gave 12 numbers for 4 tokens (expected: 16",
                "config.json | {\"hidden_size\":\"many\"} | expected: a whole number",
                "config.json | {\"hidden_size\":3 | is no JSON",
                "config.json | {} | no dimension of model tiny",
                "config.json | {\"hidden_size\":99999999999} | dimension: 2147483647",
                "modules.json | [{\"type\":\"a.Pooling\",\"path\":\"../..\"}] | leads out of its",
                "modules.json | [{\"type\":\"a.Dense\",\"path\":\"2\"}] | has a module a.Dense",
                "modules.json | [{\"type\":\"a.Pooling\",\"path\":\"1\"}] | pooling of model tiny",
                "modules.json | {\"type\":\"a.Pooling\"} | expected: a list"
            })
    void saysWhichFileIsWrong(String file, String content, String message) throws IOException {
        write(file, content);
        assertThatThrownBy(
                        () -> {
                            try (TextEmbedder embedder = open()) {
                                embedder.embedQuery("red blue");
                            }
                        })
                .isInstanceOf(UnavailableException.class)
                .hasMessageContaining(message);
    }

    @Test
    void refusesAnotherKindOfGraph() throws IOException {
        String graph =
                new String(TinyModel.graph(), StandardCharsets.ISO_8859_1)
                        .replace("input_ids", "pixel_map");
        Files.write(folder.resolve("model.onnx"), graph.getBytes(StandardCharsets.ISO_8859_1));
        assertThatThrownBy(this::open)
                .isInstanceOf(UnavailableException.class)
                .hasMessageStartingWith("model tiny wants the input 'pixel_map' (known: attention");
    }
}
