package dev.engram.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.engram.cli.TestShell.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ModelTest {

    @TempDir private Path folder;

    private TestShell shell;

    @BeforeEach
    void open() {
        shell = new TestShell(folder);
    }

    private Result run(String... args) {
        return shell.run(args);
    }

    private JsonNode json(String... args) {
        Result result = run(args);
        assertThat(result.err()).isEmpty();
        return result.json();
    }

    @Test
    void listsAndDescribesModels() {
        JsonNode models = json("model", "list", "--format", "json").get("models");
        assertThat(models.has("all-MiniLM-L6-v2")).isTrue();
        assertThat(models.has("fitted")).isTrue();
        assertThat(run("model", "list").out()).contains("built in, the default");
        JsonNode info = json("model", "info", "minilm", "--format", "json");
        assertThat(info.get("dimension").asInt()).isEqualTo(384);
        assertThat(info.get("pooling").asText()).isEqualTo("mean");
        assertThat(info.get("normalised").asBoolean()).isTrue();
        assertThat(run("model", "info", "fitted").out())
                .contains("dimension       768")
                .doesNotContain("pooling");
    }

    @Test
    void comparesModels() {
        JsonNode models =
                json("model", "compare", "minilm", "fitted", "--format", "json").get("models");
        JsonNode network = models.get(0);
        JsonNode terms = models.get(1);
        assertThat(network.get("contrast").asDouble())
                .isGreaterThan(0.4)
                .isGreaterThan(terms.get("contrast").asDouble());
        assertThat(terms.get("passage_ms").asDouble())
                .isLessThan(network.get("passage_ms").asDouble());
        assertThat(run("model", "bench", "fitted").out()).contains("ms/passage").contains("768");
    }

    @Test
    void buildsWithAFittedModelAndAsksIt() throws IOException {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 400; i++) {
            text.append("The keeper of lighthouse ")
                    .append(Integer.toString(i * 7919, 36))
                    .append(i % 2 == 0 ? " wrote about storms and wrecks." : " grew beans.")
                    .append("\n\n");
        }
        text.append("A submarine cable was repaired off the cape.\n");
        Files.writeString(folder.resolve("log.txt"), text);
        Result built =
                run(
                        "build",
                        "log",
                        "-i",
                        "log.txt",
                        "--model",
                        "fitted",
                        "--chunk-size",
                        "16",
                        "--chunk-overlap",
                        "0");
        assertThat(built.err()).isEmpty();
        JsonNode info = json("info", "log", "--format", "json");
        assertThat(info.get("model").asText()).isEqualTo("fitted");
        assertThat(info.get("dimension").asInt()).isEqualTo(768);
        JsonNode results =
                json("search", "log", "repairing submarine cables", "--format", "json")
                        .get("results");
        assertThat(results.get(0).get("text").asText()).contains("submarine");
    }

    @Test
    void saysWhatIsWrong() {
        Result unknown = run("model", "info", "word2vec");
        assertThat(unknown.status()).isEqualTo(1);
        assertThat(unknown.err()).contains("no embedding model 'word2vec'", "engram model list");
        assertThat(run("model", "info", "./nowhere").err()).contains("no such folder");
        assertThat(run("model", "pull", "tiny").status()).isEqualTo(2);
        assertThat(run("model", "remove", "org/none").err()).contains("was pulled");
        assertThat(run("model", "info", "openai:m").err()).contains("set OPENAI_API_KEY");
        Result key =
                run(
                        "build",
                        "x",
                        "-i",
                        ".",
                        "--embedding-mode",
                        "openai",
                        "--embedding-model",
                        "m",
                        "--embedding-api-key",
                        "sk-1");
        assertThat(key.status()).isEqualTo(2);
        assertThat(key.err()).contains("set OPENAI_API_KEY").doesNotContain("sk-1");
        assertThat(
                        run(
                                        "build",
                                        "x",
                                        "-i",
                                        ".",
                                        "--embedding-mode",
                                        "ollama",
                                        "--embedding-model",
                                        "m",
                                        "--embedding-host",
                                        "u:p@host")
                                .err())
                .contains("with a user in front of the host");
    }
}
