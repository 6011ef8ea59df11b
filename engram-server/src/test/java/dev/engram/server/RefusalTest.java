package dev.engram.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.engram.server.Web.Reply;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What cannot be done is refused in the same form everywhere, and nothing has changed then. */
class RefusalTest {

    private static final int BODY_BYTES_MAX = 100_000;

    @TempDir static Path folder;
    private static Running running;
    private static Web web;

    @BeforeAll
    static void start() {
        running =
                new Running(
                        folder,
                        Running.SETTINGS.withLimits(
                                BODY_BYTES_MAX, Running.SETTINGS.requestTimeout()));
        running.fill();
        web = running.web;
    }

    @AfterAll
    static void stop() {
        running.close();
    }

    /** Columns: path below /api/v1, body, code, field, something of detail and hint. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "collections | {} | missing_field | /name | 'name' is missing",
                "collections | [] | wrong_type | ~~ | an array (expected: an object)",
                "collections | {\"name\":3} | wrong_type | /name | 3 (expected: a string)",
                "collections | {\"name\":\"../x\"} | invalid_argument | /name | collection name",
                "collections | {\"name\":\"x\",\"nam\":1} | unknown_field | /nam | mean 'name'?",
                "collections | {\"name\":\"x\",\"quantum\":1} | unknown_field | /quantum | known",
                "collections | {\"name\":\"x\",\"name\":\"y\"} | duplicate_field | /name | twice",
                "collections | {\"name\":\"x\",\"model\":\"words\",\"dimension\":3}"
                        + " | duplicate_field | /dimension | given twice",
                "collections | {\"name\":\"x\",\"model\":\"m\"} | unknown_model | /model | 'm'",
                "collections | {\"name\":\"x\",\"dimension\":0}"
                        + " | invalid_argument | /dimension | 1..65536",
                "collections | {\"name\":\"x\",\"dimension\":99999999999}"
                        + " | wrong_type | /dimension | 32 bits",
                "collections | {\"name\":\"x\",\"dimension\":1.0}"
                        + " | wrong_type | /dimension | a whole number",
                "collections | {\"name\":\"x\",\"metric\":\"cosin\"}"
                        + " | invalid_argument | /metric | mean 'cosine'?",
                "collections | {\"name\":\"x\",\"index\":\"ivf\"}"
                        + " | invalid_argument | /index | flat, hnsw",
                "collections | {\"name\":\"x\",\"index\":{\"degree\":4}}"
                        + " | missing_field | /index/kind | missing",
                "collections | {\"name\":\"x\",\"index\":{\"kind\":\"hnsw\",\"degree\":1}}"
                        + " | invalid_argument | /index | degree: 1 (expected: 2..128)",
                "collections | {\"name\":\"x\",\"index\":{\"kind\":\"flat\",\"degree\":9}}"
                        + " | invalid_argument | /index | no settings",
                "collections | {\"name\":\"x\",\"index\":\"flat\",\"backend\":\"hnsw\"}"
                        + " | duplicate_field | /backend | twice",
                "collections/planets/documents | {} | missing_field | /documents | missing",
                "collections/planets/documents | {\"documents\":[{}]}"
                        + " | missing_field | /documents/0/text | missing",
                "collections/planets/documents | {\"documents\":[{\"text\":\" \"}]}"
                        + " | invalid_argument | ~~ | blank",
                "collections/planets/documents"
                        + " | {\"documents\":[{\"text\":\"t\"},{\"text\":\"u\",\"id\":\"\"}]}"
                        + " | invalid_argument | ~~ | id: blank",
                "collections/planets/documents"
                        + " | {\"documents\":[{\"id\":\"i\",\"text\":\"t\"},"
                        + "{\"id\":\"i\",\"text\":\"u\"}]}"
                        + " | duplicate_id | /documents/1/id | twice",
                "collections/planets/documents |"
                    + " {\"documents\":[{\"text\":\"t\",\"metadata\":{\"a\":{\"b\":1,\"b\":2}}}]} |"
                    + " duplicate_field | /documents/0/metadata/a/b | twice",
                "collections/planets/documents"
                        + " | {\"documents\":[{\"text\":\"t\",\"metadata\":[1]}]}"
                        + " | wrong_type | /documents/0/metadata | an object",
                "collections/planets/documents"
                        + " | {\"documents\":[{\"text\":\"t\",\"metadata\":{\"n\":1e999}}]}"
                        + " | wrong_type | /documents/0/metadata/n | 64-bit",
                "collections/planets/documents | {\"documents\":[{\"text\":\"t\","
                        + "\"metadata\":{\"n\":9223372036854775808}}]}"
                        + " | wrong_type | /documents/0/metadata/n | 64 bits",
                "collections/planets/documents | {\"documents\":[{\"text\":\"t\\ud800\"}]}"
                        + " | invalid_json | /documents/0/text | surrogate",
                "collections/planets/documents | {\"documents\":[{\"text\":\"t\",\"vector\":[1]}]}"
                        + " | unknown_field | /documents/0/vector | known",
                "collections/plane/documents | {\"documents\":[{\"text\":\"t\"}]}"
                        + " | invalid_argument | ~~ | a vector of 2 components",
                "collections/plane/records | {\"records\":[{\"id\":\"x\"}]}"
                        + " | missing_field | /records/0/vector | missing",
                "collections/plane/records | {\"records\":[{\"vector\":[1,2]}]}"
                        + " | missing_field | /records/0/id | missing",
                "collections/plane/records | {\"records\":[{\"id\":\"x\",\"vector\":[1,2,3]}]}"
                        + " | invalid_argument | ~~ | 3 components (expected: 2",
                "collections/plane/records | {\"records\":[{\"id\":\"x\",\"vector\":[1,\"2\"]}]}"
                        + " | wrong_type | /records/0/vector/1 | a number",
                "collections/plane/records | {\"records\":[{\"id\":\"x\",\"vector\":[1,1e39]}]}"
                        + " | wrong_type | /records/0/vector/1 | finite",
                "collections/plane/records | {\"records\":[{\"id\":\"x\",\"vector\":[1,NaN]}]}"
                        + " | invalid_json | ~~ | NaN",
                "collections/plane/records | {\"records\":[{\"id\":\"x\",\"vector\":\"AAAA\"}]}"
                        + " | wrong_type | /records/0/vector | 3 bytes",
                "collections/plane/records | {\"records\":[{\"id\":\"x\",\"vector\":\"?\"}]}"
                        + " | wrong_type | /records/0/vector | not base64",
                "collections/plane/records"
                        + " | {\"records\":[{\"id\":\"x\",\"vector\":\"AAAAAAAAwH8=\"}]}"
                        + " | wrong_type | /records/0/vector | NaN (expected: a finite",
                "collections/planets/search | {} | missing_field | /query | one of them",
                "collections/planets/search | {\"query\":\" \"} | invalid_argument | ~~ | blank",
                "collections/planets/search | {\"query\":\"x\",\"k\":0}"
                        + " | invalid_argument | /k | k: 0 (expected: 1..10000)",
                "collections/planets/search | {\"query\":\"x\",\"top_k\":10001}"
                        + " | invalid_argument | /top_k | 1..10000",
                "collections/planets/search | {\"query\":\"x\",\"k\":1,\"top_k\":1}"
                        + " | duplicate_field | /top_k | twice",
                "collections/planets/search | {\"query\":\"x\",\"beam\":\"9\"}"
                        + " | wrong_type | /beam | a whole number",
                "collections/planets/search | {\"query\":\"x\",\"vector\":[1]}"
                        + " | duplicate_field | /vector | both",
                "collections/planets/search | {\"quer\":\"x\"}"
                        + " | unknown_field | /quer | mean 'query'?",
                "collections/planets/search | {\"query\":null} | wrong_type | /query | null",
                "collections/plane/search | {\"query\":\"x\"} | invalid_argument | ~~ | vector",
                "collections/plane/search | {\"query\":\"x\"}} | invalid_json | ~~ | column 14",
                "collections/plane/search | {\"vector\":[1,2]} {} | invalid_json | ~~ | more than",
                "collections/plane/search | {\"vector\":[1, | invalid_json | ~~ | line 1",
                "collections/plane/search | ~~ | invalid_json | ~~ | empty",
                "collections/plane/search?k=3 | {\"vector\":[1,2]}"
                        + " | unknown_parameter | ~~ | JSON body",
            })
    void refusesWhatItCannotRead(
            String path, String body, String code, String field, String words) {
        JsonNode before = web.get("/api/v1/collections").json();
        Reply reply = web.post("/api/v1/" + path, body);
        assertThat(reply.status()).as(reply.raw().body()).isEqualTo(400);
        assertThat(reply.text("code")).isEqualTo(code);
        assertThat(reply.text("field")).isEqualTo(field);
        assertThat(reply.text("detail") + " " + reply.text("hint")).contains(words);
        assertThat(reply.text("instance")).isEqualTo(("/api/v1/" + path).split("\\?", -1)[0]);
        assertThat(reply.text("type")).isEqualTo("urn:engram:problem:" + code);
        assertThat(web.get("/api/v1/collections").json()).isEqualTo(before);
    }

    @ParameterizedTest
    @CsvSource({
        "GET,    /api/v1/collections/none,            404, not_found",
        "DELETE, /api/v1/collections/none,            404, not_found",
        "GET,    /api/v1/collections/plane/records/z, 404, not_found",
        "DELETE, /api/v1/collections/plane/records/z, 404, not_found",
        "GET,    /api/v1/collections/none/records/z,  404, not_found",
        "POST,   /api/v1/collections/none/search,     404, not_found",
        "GET,    /api/v1/indexes,                     404, unknown_route",
        "GET,    /,                                   404, unknown_route",
        "GET,    /api/v1/collections/,                404, unknown_route",
        "POST,   /health,                             405, method_not_allowed",
        "PUT,    /api/v1/collections,                 405, method_not_allowed",
        "PATCH,  /api/v1/collections/plane,           405, method_not_allowed",
        "GET,    /api/v1/collections/plane/search,    405, method_not_allowed",
        "BREW,   /health,                             405, method_not_allowed",
    })
    void saysWhatIsNotThere(String method, String path, int status, String code) {
        Reply reply =
                web.send(
                        method,
                        path,
                        method.equals("POST")
                                ? BodyPublishers.ofString("{\"vector\":[1,2]}")
                                : BodyPublishers.noBody(),
                        "content-type",
                        "application/json");
        assertThat(reply.status()).as(reply.raw().body()).isEqualTo(status);
        assertThat(reply.text("code")).isEqualTo(code);
    }

    @Test
    void namesTheMethodsThatAreAllowed() {
        Reply reply = web.get("/api/v1/collections/plane/search");
        assertThat(reply.header("allow")).isEqualTo("OPTIONS, POST");
        assertThat(reply.text("detail")).contains("POST");
    }

    @Test
    void refusesANameThatIsTaken() {
        Reply reply = web.post("/api/v1/collections", "{\"name\":\"plane\",\"dimension\":2}");
        assertThat(reply.status()).isEqualTo(409);
        assertThat(reply.text("code")).isEqualTo("conflict");
    }

    @ParameterizedTest
    @CsvSource({
        "text/plain",
        "application/x-www-form-urlencoded",
        "application/json;charset=latin1"
    })
    void refusesBodiesThatAreNotJson(String type) {
        Reply reply =
                web.send(
                        "POST",
                        "/api/v1/collections/plane/search",
                        BodyPublishers.ofString("{\"vector\":[1,2]}"),
                        "content-type",
                        type);
        assertThat(reply.status()).isEqualTo(415);
        assertThat(reply.text("hint")).contains("application/json");
    }

    @Test
    void refusesABodyWithoutAType() {
        Reply reply =
                web.send(
                        "POST",
                        "/api/v1/collections/plane/search",
                        BodyPublishers.ofString("{\"vector\":[1,2]}"));
        assertThat(reply.status()).isEqualTo(415);
    }

    @Test
    void refusesCompressedBodies() {
        Reply reply =
                web.send(
                        "POST",
                        "/api/v1/collections/plane/search",
                        BodyPublishers.ofString("{\"vector\":[1,2]}"),
                        "content-type",
                        "application/json",
                        "content-encoding",
                        "gzip");
        assertThat(reply.status()).isEqualTo(415);
        assertThat(reply.text("detail")).contains("gzip");
    }

    @Test
    void refusesBytesThatAreNotUtf8() {
        byte[] body =
                "{\"vector\":[1,2],\"query\":\"\u00e9\"}".getBytes(StandardCharsets.ISO_8859_1);
        Reply reply =
                web.send(
                        "POST",
                        "/api/v1/collections/plane/search",
                        BodyPublishers.ofByteArray(body),
                        "content-type",
                        "application/json");
        assertThat(reply.status()).isEqualTo(400);
        assertThat(reply.text("detail")).contains("UTF-8");
    }

    @Test
    void refusesBodiesThatAreTooLong() {
        String body = "{\"query\":\"" + "x".repeat(BODY_BYTES_MAX) + "\"}";
        Reply reply = web.post("/api/v1/collections/planets/search", body);
        assertThat(reply.status()).isEqualTo(413);
        assertThat(reply.text("code")).isEqualTo("body_too_large");
        assertThat(reply.text("detail")).contains("100000 bytes");
    }

    @ParameterizedTest
    @CsvSource({"33, invalid_argument", "70, invalid_json", "40000, invalid_json"})
    void refusesMetadataThatIsNestedTooDeep(int depth, String code) {
        String body =
                "{\"documents\":[{\"text\":\"t\",\"metadata\":{\"a\":%s%s}}]}"
                        .formatted("[".repeat(depth), "]".repeat(depth));
        Reply reply = web.post("/api/v1/collections/planets/documents", body);
        assertThat(reply.status()).isEqualTo(400);
        assertThat(reply.text("code")).isEqualTo(code);
    }

    @Test
    void takesAllOfARequestOrNothing() {
        Reply reply =
                web.post(
                        "/api/v1/collections/plane/records",
                        """
                        {"records":[{"id":"new","vector":[1,2]},{"id":"bad","vector":[1]}]}
                        """);
        assertThat(reply.status()).isEqualTo(400);
        assertThat(reply.text("detail")).contains("'bad'");
        assertThat(web.get("/api/v1/collections/plane/records/new").status()).isEqualTo(404);
    }
}
