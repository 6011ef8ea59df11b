package dev.engram.text.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.engram.db.Probe;
import dev.engram.error.DeniedException;
import dev.engram.error.LimitExceededException;
import dev.engram.error.NotFoundException;
import dev.engram.error.UnavailableException;
import dev.engram.text.embed.Json;
import dev.engram.text.remote.Line.Patience;
import dev.engram.text.remote.TestProvider.Asked;
import dev.engram.text.remote.TestProvider.Trouble;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class RemoteEmbedderTest {

    private static final String KEY = "sk-very-secret-0815";
    private static final Instant NOW = Instant.parse("2026-11-20T12:00:00Z");

    private static RemoteEmbedder open(String name, Map<String, String> environment) {
        RemoteModel model = RemoteModel.of(name);
        Patience patience = new Patience(Duration.ofSeconds(20), Duration.ofNanos(1000));
        Line line = new Line(model, environment, patience, () -> NOW, new Random(3));
        return new RemoteEmbedder(name, model, line);
    }

    private static RemoteEmbedder openAi(TestProvider server) {
        return open(
                "openai:m",
                Map.of("OPENAI_BASE_URL", server.address() + "/v1/", "OPENAI_API_KEY", KEY));
    }

    private static void refuses(
            TestProvider server, Class<? extends Throwable> type, String... parts) {
        try (RemoteEmbedder embedder = openAi(server)) {
            ThrowingCallable call = () -> embedder.embed(List.of("one", "two"));
            assertThatThrownBy(call)
                    .isInstanceOf(type)
                    .hasMessageContainingAll(parts)
                    .hasMessageNotContaining(KEY);
        }
    }

    @Test
    void asksAsOpenAiWants() {
        try (TestProvider server = new TestProvider(TestProvider::openAi);
                RemoteEmbedder embedder = openAi(server)) {
            List<float[]> vectors = embedder.embed(List.of("tee", "one"));
            assertThat(vectors.get(0)).containsExactly(2, 1, 3, 1);
            assertThat(vectors.get(1)).containsExactly(1, 0, 3, 1);
            assertThat(embedder.identity().dimension()).isEqualTo(4);
            assertThat(embedder.identity().provider()).isEqualTo("openai");
            assertThat(embedder.identity().normalised()).isFalse();
            Asked asked = server.asked.getFirst();
            assertThat(asked.path()).isEqualTo("/v1/embeddings");
            assertThat(asked.headers().getFirst("Authorization")).isEqualTo("Bearer " + KEY);
            assertThat(asked.body().at("model").text()).isEqualTo("m");
            assertThat(asked.body().at("encoding_format").text()).isEqualTo("float");
        }
    }

    @Test
    void asksForTheProbeOnce() {
        try (TestProvider server = new TestProvider(TestProvider::openAi);
                RemoteEmbedder embedder = openAi(server)) {
            assertThat(embedder.identity()).isEqualTo(embedder.identity());
            assertThat(embedder.embed(Probe.SENTENCES)).hasSize(3);
            assertThat(server.asked).hasSize(1);
        }
    }

    private static Function<Json, String> wrapped(String field, String before, String after) {
        return request ->
                before + String.join(",", TestProvider.vectors(request.at(field).items())) + after;
    }

    @Test
    void asksAsOllamaWants() {
        try (TestProvider server = new TestProvider(wrapped("input", "{\"embeddings\":[", "]}"));
                RemoteEmbedder embedder =
                        open(
                                "ollama:nomic-embed-text:v1.5",
                                Map.of(
                                        "OLLAMA_HOST",
                                        server.address().substring("http://".length())))) {
            assertThat(embedder.embedQuery("tee")).containsExactly(2, 1, 3, 1);
            Asked asked = server.asked.getFirst();
            assertThat(asked.path()).isEqualTo("/api/embed");
            assertThat(asked.headers().containsKey("Authorization")).isFalse();
            assertThat(asked.body().at("model").text()).isEqualTo("nomic-embed-text:v1.5");
            assertThat(asked.body().at("truncate").flagOr(true)).isFalse();
            assertThat(embedder.tokenizer().window()).isEqualTo(2048);
        }
    }

    @Test
    void asksAsCohereWants() {
        try (TestProvider server =
                        new TestProvider(wrapped("texts", "{\"embeddings\":{\"float\":[", "]}}"));
                RemoteEmbedder embedder =
                        open("cohere:embed-v4.0@" + server.address(), Map.of("CO_API_KEY", KEY))) {
            assertThat(embedder.embedQuery("tee")).containsExactly(2, 1, 3, 1);
            embedder.embed(List.of("x"));
            assertThat(server.asked).allMatch(asked -> asked.path().equals("/v2/embed"));
            assertThat(server.asked.stream().map(a -> a.body().at("input_type").text()))
                    .containsExactly("search_query", "search_document", "search_document");
        }
    }

    @Test
    void asksAsVoyageWants() {
        try (TestProvider server = new TestProvider(TestProvider::openAi);
                RemoteEmbedder embedder =
                        open(
                                "voyage:voyage-3@" + server.address() + "/v1",
                                Map.of("VOYAGE_API_KEY", KEY))) {
            assertThat(embedder.embedQuery("tee")).containsExactly(2, 1, 3, 1);
            assertThat(server.asked.getFirst().body().at("input_type").text()).isEqualTo("query");
            assertThat(server.asked.getFirst().path()).isEqualTo("/v1/embeddings");
        }
    }

    @Test
    void asksAsGeminiWants() {
        Function<Json, String> answer =
                request ->
                        "{\"embeddings\":["
                                + String.join(
                                        ",",
                                        request.at("requests").items().stream()
                                                .map(r -> r.at("content").at("parts").items())
                                                .map(p -> p.getFirst().at("text"))
                                                .map(t -> TestProvider.vectors(List.of(t)))
                                                .map(v -> "{\"values\":" + v.getFirst() + "}")
                                                .toList())
                                + "]}";
        try (TestProvider server = new TestProvider(answer);
                RemoteEmbedder embedder =
                        open(
                                "gemini:gemini-embedding-001@" + server.address() + "/v1beta",
                                Map.of("GEMINI_API_KEY", KEY))) {
            assertThat(embedder.embedQuery("tee")).containsExactly(2, 1, 3, 1);
            Asked asked = server.asked.getFirst();
            assertThat(asked.path())
                    .isEqualTo("/v1beta/models/gemini-embedding-001:batchEmbedContents");
            assertThat(asked.headers().getFirst("x-goog-api-key")).isEqualTo(KEY);
            assertThat(asked.body().at("requests").items().getFirst().at("taskType").text())
                    .isEqualTo("RETRIEVAL_QUERY");
        }
    }

    @Test
    void asksAsHuggingFaceWants() {
        try (TestProvider server = new TestProvider(wrapped("inputs", "[", "]"));
                RemoteEmbedder embedder =
                        open("hf:BAAI/bge-m3@" + server.address(), Map.of("HF_TOKEN", KEY))) {
            assertThat(embedder.embedQuery("tee")).containsExactly(2, 1, 3, 1);
            assertThat(server.asked.getFirst().path())
                    .isEqualTo("/models/BAAI/bge-m3/pipeline/feature-extraction");
            assertThat(embedder.tokenizer().window()).isEqualTo(8192);
        }
    }

    @Test
    void keepsTheOrderOfManyTexts() {
        try (TestProvider server = new TestProvider(TestProvider::openAi);
                RemoteEmbedder embedder = openAi(server)) {
            List<String> texts =
                    IntStream.rangeClosed(1, 700).mapToObj(i -> "x".repeat(i)).toList();
            List<float[]> vectors = embedder.embed(texts);
            for (int i = 0; i < texts.size(); i++) {
                assertThat(vectors.get(i)[2]).isEqualTo(i + 1);
            }
            assertThat(server.asked.size()).isBetween(7, 12);
        }
    }

    @Test
    void asksAgainWhereThatMayHelp() {
        try (TestProvider server = new TestProvider(TestProvider::openAi)) {
            server.troubles.add(Trouble.of(500, "oops"));
            server.troubles.add(Trouble.of(429, "{\"error\":{\"message\":\"slow down\"}}"));
            server.troubles.add(new Trouble(200, "{\"data\":[{\"embedd", "", 500));
            server.troubles.add(Trouble.of(200, "{\"data\":[{\"embedd"));
            server.troubles.add(Trouble.of(503, ""));
            try (RemoteEmbedder embedder = openAi(server)) {
                assertThat(embedder.embedQuery("tee")).containsExactly(2, 1, 3, 1);
            }
            assertThat(server.asked).hasSize(7);
        }
    }

    @Test
    void givesUpAfterSomeTries() {
        try (TestProvider server = new TestProvider(TestProvider::openAi)) {
            server.troubles.addAll(Collections.nCopies(50, Trouble.of(500, "out of memory")));
            refuses(server, UnavailableException.class, "asked 6 times: 500 out of memory");
            assertThat(server.asked).hasSize(6);
        }
    }

    @Test
    void waitsAsLongAsItIsTold() {
        try (TestProvider server = new TestProvider(TestProvider::openAi)) {
            server.troubles.add(new Trouble(429, "{}", "1", 0));
            server.troubles.add(new Trouble(429, "{}", "Fri, 20 Nov 2026 12:00:01 GMT", 0));
            try (RemoteEmbedder embedder = openAi(server)) {
                assertThat(embedder.embedQuery("tee")).hasSize(4);
            }
            for (int i = 1; i < 3; i++) {
                long between = server.asked.get(i).nanos() - server.asked.get(i - 1).nanos();
                assertThat(between).isGreaterThan(990_000_000L);
            }
            server.troubles.add(new Trouble(429, "{\"error\":\"busy\"}", "3600", 0));
            refuses(server, LimitExceededException.class, "asks to wait 3600 s: 429 busy");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "401 | {\"error\":{\"message\":\"Incorrect key sk-very-secret-0815\"}} | refused"
                        + " the key that is set in OPENAI_API_KEY (401 Incorrect key ***)",
                "403 | {\"error\":\"no\"} | refused the key"
            })
    void saysOnceThatAKeyIsWrong(int status, String body, String message) {
        try (TestProvider server = new TestProvider(TestProvider::openAi)) {
            server.troubles.add(Trouble.of(status, body));
            refuses(server, DeniedException.class, message);
            assertThat(server.asked).hasSize(1);
        }
    }

    @Test
    void tellsWhatCannotBeMended() {
        try (TestProvider server = new TestProvider(TestProvider::openAi)) {
            server.troubles.add(Trouble.of(404, "{\"error\":\"model 'm' not found\"}"));
            refuses(server, NotFoundException.class, "has no model 'm' (model 'm' not found)");
            server.troubles.add(
                    Trouble.of(
                            429,
                            "{\"error\":{\"message\":\"pay\",\"code\":\"insufficient_quota\"}}"));
            refuses(server, LimitExceededException.class, "insufficient_quota: pay");
            server.troubles.add(Trouble.of(400, "<html>bad\nrequest</html>"));
            refuses(server, UnavailableException.class, "refused: 400 <html>bad request</html>");
            server.troubles.add(Trouble.of(302, ""));
            refuses(server, UnavailableException.class, "answered 302");
            assertThat(server.asked).hasSize(4);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"data\":[{\"index\":0,\"embedding\":[1,2]}]} | gave 1 vectors (expected: 2)",
                "{\"data\":[{\"index\":0,\"embedding\":[1]},{\"index\":0,\"embedding\":[1]}]} |"
                        + " gave 0 vectors",
                "{\"data\":[{\"embedding\":[1,2]},{\"embedding\":[1]}]} | gave 1 components",
                "{\"data\":[{\"embedding\":[]},{\"embedding\":[]}]} | gave 0 components",
                "{\"data\":[{\"embedding\":[0,0]},{\"embedding\":[1,2]}]} | without a direction",
                "{\"data\":[{\"embedding\":[1e99,0]},{\"embedding\":[1,2]}]} | without a direction",
                "{\"data\":[{\"embedding\":\"AAAA\"},{\"embedding\":[1,2]}]} | expected: a list of"
                        + " numbers",
                "{\"data\":{}} | expected: a list",
                "[] | missing (expected: a list)",
                "{\"data\":[{\"embedding\":[1,2]},{\"embedding\":[3,2]}]} | gave 2 components"
                        + " (expected: 4, as before)"
            })
    void refusesVectorsThatCannotBe(String answer, String message) {
        try (TestProvider server = new TestProvider(TestProvider::openAi);
                RemoteEmbedder embedder = openAi(server)) {
            embedder.identity();
            server.troubles.add(Trouble.of(200, answer));
            assertThatThrownBy(() -> embedder.embed(List.of("one", "two")))
                    .isInstanceOf(UnavailableException.class)
                    .hasMessageContaining(message);
        }
    }

    @Test
    void halvesATextThatIsTooLong() {
        Trouble tooLong =
                Trouble.of(400, "{\"error\":\"the input length exceeds the context length\"}");
        try (TestProvider server = new TestProvider(TestProvider::openAi);
                RemoteEmbedder embedder = openAi(server)) {
            embedder.identity();
            server.asked.clear();
            String text = "tea ".repeat(100).strip();
            server.troubles.addAll(List.of(tooLong, tooLong));
            // The batch, then its first half, which is the long text; then the rest is well.
            List<float[]> vectors = embedder.embed(List.of(text, "one"));
            assertThat(vectors.get(1)).containsExactly(1, 0, 3, 1);
            // Parts of 199 and 200 characters with 50 e each: the mean of their vectors.
            assertThat(vectors.get(0)[0]).isCloseTo(50, within(0.01f));
            assertThat(vectors.get(0)[2]).isCloseTo(199.5f, within(0.01f));
            assertThat(server.asked).hasSize(5);
            server.troubles.addAll(Collections.nCopies(9, tooLong));
            assertThatThrownBy(() -> embedder.embedQuery(text))
                    .isInstanceOf(UnavailableException.class)
                    .hasMessageContaining("does not take a text of")
                    .hasMessageContaining("context length");
        }
    }

    @Test
    void wantsAKeyWhereTheProviderDoes() {
        assertThatThrownBy(() -> open("openai:m", Map.of()))
                .isInstanceOf(DeniedException.class)
                .hasMessage("openai wants a key: set OPENAI_API_KEY");
        assertThatThrownBy(() -> open("gemini:m", Map.of("GEMINI_API_KEY", " ")))
                .hasMessage("gemini wants a key: set GEMINI_API_KEY or GOOGLE_API_KEY");
        assertThatThrownBy(
                        () -> open("openai:m@http://example.org/v1", Map.of("OPENAI_API_KEY", KEY)))
                .isInstanceOf(DeniedException.class)
                .hasMessageContaining("unencrypted")
                .hasMessageNotContaining(KEY);
    }

    @Test
    void readsNames() {
        assertThat(RemoteModel.of("all-MiniLM-L6-v2")).isNull();
        assertThat(RemoteModel.of("C:\\models")).isNull();
        assertThat(RemoteModel.of("/a:b")).isNull();
        RemoteModel model = RemoteModel.of("openai:org/bge-m3@http://localhost:80/v1/");
        assertThat(model.model()).isEqualTo("org/bge-m3");
        assertThat(model.address()).hasToString("http://localhost:80/v1");
        for (String bad :
                List.of(
                        "openai:",
                        "openai:a b",
                        "openai:../x",
                        "openai:m@http://user:pass@host/",
                        "openai:m@http://host/?key=1",
                        "openai:m@http:///x")) {
            assertThatThrownBy(() -> RemoteModel.of(bad))
                    .as(bad)
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void saysWhereNobodyListens() {
        String address;
        try (TestProvider server = new TestProvider(TestProvider::openAi)) {
            address = server.address();
        }
        try (RemoteEmbedder embedder = open("ollama:m@" + address, Map.of())) {
            assertThatThrownBy(() -> embedder.embedQuery("x"))
                    .isInstanceOf(UnavailableException.class)
                    .hasMessageContaining("ollama at " + address + " did not answer");
        }
    }
}
