package dev.engram.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.engram.db.Collection;
import dev.engram.db.Schema;
import dev.engram.index.IndexSpec;
import dev.engram.index.Metric;
import dev.engram.server.Web.Reply;
import java.net.http.HttpClient;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RestTest {

    @TempDir Path folder;
    private Running running;
    private Web web;

    @BeforeEach
    void start() {
        running = new Running(folder);
        running.fill();
        web = running.web;
    }

    @AfterEach
    void stop() {
        running.close();
    }

    @Test
    void saysItIsWellAndWhichVersionItIs() {
        Reply reply = web.get("/health");
        assertThat(reply.status()).isEqualTo(200);
        assertThat(reply.text("status")).isEqualTo("ok");
        assertThat(reply.text("version")).matches("\\d+\\.\\d+\\.\\d+.*");
    }

    @Test
    void servesItsOwnDescription() {
        Reply reply = web.get("/openapi.yaml");
        assertThat(reply.status()).isEqualTo(200);
        assertThat(reply.raw().body()).startsWith("openapi: 3.1.0");
    }

    @Test
    void handsOutAllRecordsAsTheyWere() {
        Collection plane = running.database.collection("plane");
        long count = plane.info().records();
        String path = "/api/v1/collections/plane/scan";
        JsonNode page = web.post(path, "{\"limit\":1}").json();
        Set<String> ids = new TreeSet<>();
        plane.delete("a");
        while (!page.get("cursor").isNull()) {
            assertThat(page.get("records")).hasSize(1);
            assertThat(page.get("records").get(0).has("vector")).isFalse();
            ids.add(page.get("records").get(0).get("id").asText());
            page = web.post(path, "{\"limit\":1,\"cursor\":" + page.get("cursor") + "}").json();
        }
        assertThat(ids).contains("a").hasSize((int) count);
        JsonNode whole = web.post(path, "{\"vectors\":true,\"filter\":{}}").json();
        assertThat(whole.get("records")).hasSize((int) count - 1);
        assertThat(whole.get("records").get(0).get("vector")).hasSize(2);
    }

    @Test
    void refusesACursorThatIsGone() {
        String path = "/api/v1/collections/plane/scan";
        String cursor = web.post(path, "{\"limit\":1}").json().get("cursor").toString();
        running.database.create("other", Schema.ofVectors(2, Metric.DOT));
        for (Reply refused :
                List.of(
                        web.post(path, "{\"cursor\":\"none\"}"),
                        web.post(
                                "/api/v1/collections/other/scan", "{\"cursor\":" + cursor + "}"))) {
            assertThat(refused.status()).isEqualTo(410);
            assertThat(refused.text("code")).isEqualTo("cursor_gone");
            assertThat(refused.text("field")).isEqualTo("/cursor");
        }
        assertThat(web.post(path, "{\"cursor\":" + cursor + ",\"filter\":\"a == 1\"}").status())
                .isEqualTo(400);
        assertThat(web.post(path, "{\"limit\":10001}").text("field")).isEqualTo("/limit");
        assertThat(web.post(path, "{\"cursor\":" + cursor + "}").status()).isEqualTo(200);
    }

    @Test
    void tellsWhatItsMemoryIsUsedFor() {
        JsonNode memory = web.get("/api/v1/memory").json();
        assertThat(memory.get("vectors").asLong()).isPositive();
        assertThat(memory.get("total").asLong())
                .isPositive()
                .isLessThanOrEqualTo(memory.get("budget").asLong());
    }

    @Test
    void keepsStatesOfTheDatabase() {
        Reply made = web.post("/api/v1/snapshots", "{\"name\":\"now\"}");
        assertThat(made.status()).isEqualTo(201);
        assertThat(made.header("location")).isEqualTo("/api/v1/snapshots/now");
        assertThat(made.text("name")).isEqualTo("now");
        assertThat(web.get("/api/v1/snapshots").json().get("snapshots").get(0))
                .isEqualTo(made.json());
        assertThat(web.post("/api/v1/snapshots", "{\"name\":\"now\"}").status()).isEqualTo(409);
        Reply refused = web.post("/api/v1/snapshots", "{\"name\":\"../now\"}");
        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.text("field")).isEqualTo("/name");
        assertThat(web.delete("/api/v1/snapshots/now").status()).isEqualTo(204);
        assertThat(web.delete("/api/v1/snapshots/now").status()).isEqualTo(404);
        assertThat(web.get("/api/v1/snapshots").json().get("snapshots")).isEmpty();
    }

    @Test
    void createsACollectionAndSaysWhereItIs() {
        Reply reply =
                web.post(
                        "/api/v1/collections",
                        """
                        {"name":"Bücher","dimension":3,"metric":"ip",
                         "index":{"kind":"hnsw","degree":8,"beam_build":50,"seed":7,"codes":"sq8"}}
                        """);
        assertThat(reply.status()).isEqualTo(201);
        assertThat(reply.header("location")).isEqualTo("/api/v1/collections/B%C3%BCcher");
        JsonNode info = web.get(reply.header("location")).json();
        assertThat(info).isEqualTo(reply.json());
        assertThat(info.get("metric").asText()).isEqualTo("dot");
        assertThat(info.get("index").asText()).isEqualTo("hnsw");
        assertThat(info.get("index_settings").toString())
                .isEqualTo("{\"degree\":8,\"beam_build\":50,\"seed\":7,\"codes\":\"sq8\"}");
        assertThat(info.get("model").isNull()).isTrue();
        assertThat(info.get("dimension").asInt()).isEqualTo(3);
    }

    @Test
    void takesTheNamesThatOtherSystemsUse() {
        Reply reply =
                web.post(
                        "/api/v1/collections",
                        """
                        {"name":"alias","embedding_model":"words","backend":"flat"}
                        """);
        assertThat(reply.text("model")).isEqualTo("words");
        assertThat(reply.text("index")).isEqualTo("flat");
        String search = "/api/v1/collections/planets/search";
        JsonNode json = web.post(search, "{\"query\":\"red\",\"top_k\":1,\"complexity\":9}").json();
        assertThat(json.get("results")).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"filter\":\"moons >= 1\"",
                "\"filter\":{\"moons\":{\"$gt\":0}}",
                "\"filter\":{\"moons\":{\">\":\"1\"}}",
                "\"metadata_filter\":{\"moons\":{\"$eq\":2}}",
                "\"metadata_filters\":{\"moons\":2}",
            })
    void answersOnlyWhatAFilterAccepts(String filter) {
        String search = "/api/v1/collections/planets/search";
        JsonNode json = web.post(search, "{\"query\":\"clouds\"," + filter + "}").json();
        assertThat(json.get("results").findValuesAsText("id")).containsExactly("mars");
    }

    @Test
    void listsCollectionsByNameAndCountsTheirRecords() {
        JsonNode list = web.get("/api/v1/collections").json().get("collections");
        assertThat(list.findValuesAsText("name")).containsExactly("plane", "planets");
        JsonNode plane = list.get(0);
        assertThat(plane.get("records").asInt()).isEqualTo(2);
        assertThat(plane.get("metric").asText()).isEqualTo("euclidean");
        assertThat(plane.at("/bytes/vectors_raw").asInt()).isEqualTo(2 * 2 * Float.BYTES);
        assertThat(plane.at("/bytes/text_raw").asInt()).isEqualTo(1);
    }

    @Test
    void givesACollectionAnotherIndex() {
        String path = "/api/v1/collections/plane";
        Reply reply = web.patch(path, "{\"index\":{\"kind\":\"hnsw\",\"codes\":\"sq8\"}}");
        assertThat(reply.status()).isEqualTo(200);
        assertThat(reply.text("index")).isEqualTo("hnsw");
        assertThat(reply.json().get("index_settings").get("codes").asText()).isEqualTo("sq8");
        assertThat(web.get(path).json()).isEqualTo(reply.json());
        JsonNode found = web.post(path + "/search", "{\"vector\":[1,0]}").json();
        assertThat(found.get("results").get(0).get("id").asText()).isEqualTo("a");
        assertThat(web.patch(path, "{}").status()).isEqualTo(400);
        assertThat(web.patch(path, "{\"metric\":\"dot\"}").status()).isEqualTo(400);
        assertThat(web.patch("/api/v1/collections/none", "{\"index\":\"flat\"}").status())
                .isEqualTo(404);
    }

    @Test
    void refusesAnIndexThatTheMetricCannotHave() {
        web.post(
                "/api/v1/collections", "{\"name\":\"m\",\"dimension\":2,\"metric\":\"manhattan\"}");
        Reply reply = web.patch("/api/v1/collections/m", "{\"index\":\"ivf_pq\"}");
        assertThat(reply.status()).isEqualTo(400);
        assertThat(reply.text("field")).isEqualTo("/index");
        assertThat(reply.text("detail")).contains("MANHATTAN");
    }

    @Test
    void showsTheWorkBesideTheRequests() {
        Collection planets = running.database.collection("planets");
        planets.alter(new IndexSpec.Hnsw());
        planets.settle();
        Reply reply = web.get("/api/v1/jobs");
        assertThat(reply.status()).isEqualTo(200);
        assertThat(reply.json().get("jobs"))
                .allSatisfy(job -> assertThat(job.get("state").asText()).isEqualTo("done"));
    }

    @Test
    void holdsTheWorkBesideTheRequestsUp() {
        String path = "/api/v1/jobs";
        assertThat(web.get(path).json().get("paused").asBoolean()).isFalse();
        assertThat(web.patch(path, "{\"paused\":true}").json().get("paused").asBoolean()).isTrue();
        assertThatThrownBy(() -> running.database.collection("plane").settle())
                .hasMessage("jobs are paused; resume them first");
        assertThat(web.patch(path, "{\"paused\":1}").text("field")).isEqualTo("/paused");
        assertThat(web.patch(path, "{}").status()).isEqualTo(400);
        web.patch(path, "{\"paused\":false}");
        assertThat(web.get(path).json().get("paused").asBoolean()).isFalse();
        running.database.collection("plane").settle();
    }

    @Test
    void removesACollection() {
        assertThat(web.delete("/api/v1/collections/plane").status()).isEqualTo(204);
        assertThat(web.get("/api/v1/collections/plane").status()).isEqualTo(404);
        assertThat(web.delete("/api/v1/collections/plane").status()).isEqualTo(404);
    }

    @Test
    void findsTextsByTheirWords() {
        Reply reply = web.post("/api/v1/collections/planets/search", "{\"query\":\"cold desert\"}");
        JsonNode json = reply.json();
        assertThat(json.get("query").asText()).isEqualTo("cold desert");
        assertThat(json.get("results").findValuesAsText("id")).containsExactly("mars", "venus");
        JsonNode best = json.at("/results/0");
        assertThat(best.get("text").asText()).isEqualTo("Mars is a cold red desert");
        assertThat(best.get("score").asDouble()).isBetween(0.3, 1.0);
        assertThat(best.at("/metadata/moons").asInt()).isEqualTo(2);
        assertThat(json.get("took_ms").asDouble()).isPositive();
    }

    @Test
    void findsVectorsByVector() {
        JsonNode json =
                web.post("/api/v1/collections/plane/search", "{\"vector\":[0,2.5],\"k\":1}").json();
        assertThat(json.get("query").isNull()).isTrue();
        assertThat(json.get("results")).hasSize(1);
        assertThat(json.at("/results/0/id").asText()).isEqualTo("b");
        assertThat(json.at("/results/0/score").asDouble()).isEqualTo(1.0);
    }

    @Test
    void givesATextTheIdOfItsContent() {
        String text = "Ceres is a dwarf";
        JsonNode json =
                web.post(
                                "/api/v1/collections/planets/documents",
                                "{\"documents\":[{\"text\":\"%s\"},{\"text\":\"%s\"}]}"
                                        .formatted(text, text))
                        .json();
        String id = Collection.contentId(text);
        assertThat(json.get("added").asInt()).isEqualTo(1);
        assertThat(json.get("ids").toString()).isEqualTo("[\"%s\",\"%s\"]".formatted(id, id));
        assertThat(web.get("/api/v1/collections/planets/records/" + id).text("text"))
                .isEqualTo(text);
    }

    @Test
    void replacesARecordOfTheSameId() {
        String path = "/api/v1/collections/plane/records";
        web.post(path, "{\"records\":[{\"id\":\"a\",\"vector\":[5,5]}]}");
        assertThat(web.get(path + "/a").json().get("vector").toString()).isEqualTo("[5.0,5.0]");
        assertThat(web.get("/api/v1/collections/plane").json().get("records").asInt()).isEqualTo(2);
    }

    @Test
    void takesVectorsInBase64() {
        float[] vector = {-1.5f, 1e-30f};
        ByteBuffer bytes = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(vector);
        String base64 = Base64.getEncoder().encodeToString(bytes.array());
        String path = "/api/v1/collections/plane/records";
        web.post(path, "{\"records\":[{\"id\":\"c\",\"vector\":\"%s\"}]}".formatted(base64));
        assertThat(web.get(path + "/c").json().get("vector").toString())
                .isEqualTo("[-1.5,1.0E-30]");
    }

    @Test
    void givesMetadataBackAsItCame() {
        String metadata =
                """
                {"s":"ä€😀\\u0000","i":9223372036854775807,"d":0.1,"e":1e300,"t":true,"n":null,
                 "l":[1,2.5,[],{"deep":[{}]}]}\
                """;
        String path = "/api/v1/collections/plane/records";
        web.post(
                path,
                "{\"records\":[{\"id\":\"m\",\"vector\":[1,1],\"metadata\":%s}]}"
                        .formatted(metadata));
        JsonNode back = web.get(path + "/m").json().get("metadata");
        assertThat(back).isEqualTo(Web.parse(metadata));
    }

    @Test
    void takesIdsOfAnyLetters() {
        String path = "/api/v1/collections/plane/records";
        String id = "docs/a b.md#3?ä😀%;..";
        web.post(path, "{\"records\":[{\"id\":\"%s\",\"vector\":[3,3]}]}".formatted(id));
        String encoded =
                java.net.URLEncoder.encode(id, java.nio.charset.StandardCharsets.UTF_8)
                        .replace("+", "%20");
        assertThat(web.get(path + "/" + encoded).text("id")).isEqualTo(id);
        assertThat(web.delete(path + "/" + encoded).status()).isEqualTo(204);
        assertThat(web.get(path + "/" + encoded).status()).isEqualTo(404);
    }

    @Test
    void answersHeadWithTheHeadersOfGet() {
        Reply get = web.get("/api/v1/collections/plane");
        Reply head = web.send("HEAD", "/api/v1/collections/plane", BodyPublishers.noBody());
        assertThat(head.status()).isEqualTo(200);
        assertThat(head.raw().body()).isEmpty();
        assertThat(head.header("content-length")).isEqualTo(get.header("content-length"));
        assertThat(head.header("content-type")).isEqualTo(get.header("content-type"));
    }

    @Test
    void answersOptionsWithWhatIsAllowed() {
        Reply reply = web.send("OPTIONS", "/api/v1/collections", BodyPublishers.noBody());
        assertThat(reply.status()).isEqualTo(204);
        assertThat(reply.header("allow")).isEqualTo("GET, HEAD, OPTIONS, POST");
    }

    @Test
    void speaksHttp2InClearText() {
        try (Web second = new Web(running.server.uri(), HttpClient.Version.HTTP_2)) {
            Reply search =
                    second.post("/api/v1/collections/planets/search", "{\"query\":\"desert\"}");
            assertThat(search.raw().version()).isEqualTo(HttpClient.Version.HTTP_2);
            assertThat(search.json().at("/results/0/id").asText()).isEqualTo("mars");
            assertThat(second.get("/health").raw().version()).isEqualTo(HttpClient.Version.HTTP_2);
        }
    }

    @Test
    void handlesRequestsOnVirtualThreads() {
        AtomicBoolean virtual = new AtomicBoolean();
        running.models.before =
                text -> {
                    virtual.set(Thread.currentThread().isVirtual());
                    return text;
                };
        web.post("/api/v1/collections/planets/search", "{\"query\":\"desert\"}");
        assertThat(virtual).isTrue();
    }

    @Test
    void countsRequestsCollectionsAndRecords() {
        web.get("/api/v1/collections/none");
        web.get("/api/v1/collections/plane");
        Reply reply = web.get("/metrics");
        assertThat(reply.header("content-type")).startsWith("text/plain; version=0.0.4");
        assertThat(reply.raw().body().lines())
                .contains("engram_collections 2.0", "engram_records{collection=\"planets\"} 2.0")
                .anyMatch(line -> line.startsWith("jvm_memory_used_bytes{"))
                .anyMatch(
                        line ->
                                line.startsWith(
                                        "engram_http_requests_seconds_count{method=\"GET\",route="
                                                + "\"/api/v1/collections/{collection}\","
                                                + "status=\"404\"}"));
        web.delete("/api/v1/collections/plane");
        assertThat(web.get("/metrics").raw().body())
                .contains("engram_collections 1.0")
                .doesNotContain("engram_records{collection=\"plane\"}");
    }

    @Test
    void keepsEverythingOverARestart() {
        JsonNode before = web.get("/api/v1/collections").json();
        running.close();
        running = new Running(folder);
        web = running.web;
        JsonNode after = web.get("/api/v1/collections").json();
        assertThat(after.findValuesAsText("name")).isEqualTo(before.findValuesAsText("name"));
        assertThat(after.findValuesAsText("records")).contains("2");
        assertThat(
                        web.post("/api/v1/collections/planets/search", "{\"query\":\"clouds\"}")
                                .json()
                                .at("/results/0/id")
                                .asText())
                .isEqualTo("venus");
    }
}
