package dev.engram.server;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;

/** Talks to a server over real HTTP, and holds every answer against openapi.yaml. */
final class Web implements AutoCloseable {

    static final JsonMapper JSON = new JsonMapper();

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final HttpClient client;
    private final URI base;

    Web(URI base) {
        this(base, HttpClient.Version.HTTP_1_1);
    }

    Web(URI base, HttpClient.Version version) {
        this.base = base;
        this.client = HttpClient.newBuilder().version(version).connectTimeout(PATIENCE).build();
    }

    /** An answer: status, headers and body. */
    record Reply(HttpResponse<String> raw) {

        int status() {
            return raw.statusCode();
        }

        JsonNode json() {
            return parse(raw.body());
        }

        String text(String field) {
            return json().path(field).asText();
        }

        String header(String name) {
            return raw.headers().firstValue(name).orElse("");
        }
    }

    static JsonNode parse(String json) {
        try {
            return JSON.readTree(json);
        } catch (JsonProcessingException e) {
            throw new AssertionError("not JSON: " + json, e);
        }
    }

    Reply get(String path) {
        return send("GET", path, BodyPublishers.noBody());
    }

    Reply delete(String path) {
        return send("DELETE", path, BodyPublishers.noBody());
    }

    Reply post(String path, String json) {
        return send(
                "POST", path, BodyPublishers.ofString(json), "content-type", "application/json");
    }

    Reply patch(String path, String json) {
        return send(
                "PATCH", path, BodyPublishers.ofString(json), "content-type", "application/json");
    }

    Reply send(String method, String path, BodyPublisher body, String... headers) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(base.resolve(path)).timeout(PATIENCE).method(method, body);
        if (headers.length > 0) {
            request.headers(headers);
        }
        try {
            Reply reply = new Reply(client.send(request.build(), BodyHandlers.ofString()));
            OpenApi.DOCUMENT.check(method, path, reply);
            return reply;
        } catch (IOException e) {
            throw new AssertionError(method + " " + path + " was not answered", e);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() {
        client.close();
    }
}
