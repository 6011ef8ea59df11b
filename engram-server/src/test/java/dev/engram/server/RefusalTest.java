package dev.engram.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.engram.server.Web.Reply;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;
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

    @ParameterizedTest
    @CsvFileSource(
            resources = "refused.csv",
            numLinesToSkip = 1,
            delimiter = '|',
            quoteCharacter = '~')
    void refusesWhatItCannotRead(
            String path, String body, String code, String field, String words) {
        JsonNode before = web.get("/api/v1/collections").json();
        Reply reply = web.post("/api/v1/" + path, Objects.toString(body, ""));
        assertThat(reply.status()).as(reply.raw().body()).isEqualTo(400);
        assertThat(reply.text("code")).as(reply.raw().body()).isEqualTo(code);
        assertThat(reply.text("field")).isEqualTo(Objects.toString(field, ""));
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
        "PUT,    /api/v1/collections/plane,           405, method_not_allowed",
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
    void cutsWhatItRepeats() {
        String body = "{\"query\":\"x\",\"k\":\"" + "9".repeat(BODY_BYTES_MAX / 2) + "\"}";
        Reply reply = web.post("/api/v1/collections/planets/search", body);
        assertThat(reply.status()).isEqualTo(400);
        assertThat(reply.text("detail")).hasSizeLessThan(1100);
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
