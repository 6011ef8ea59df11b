package dev.engram.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The description says all that the server does. What it says is checked by every other test. */
class OpenApiTest {

    @TempDir Path folder;

    @Test
    void everyOperationItNamesIsAnsweredAsItSays() {
        try (Running running = new Running(folder)) {
            running.fill();
            Web web = running.web;
            web.get("/health");
            web.get("/metrics");
            web.get("/openapi.yaml");
            web.get("/api/v1/collections");
            web.get("/api/v1/collections/plane");
            web.get("/api/v1/collections/plane/records/a");
            web.post("/api/v1/collections/plane/search", "{\"vector\":[1,2]}");
            web.post("/api/v1/collections/plane/scan", "{\"vectors\":true}");
            web.post("/api/v1/snapshots", "{\"name\":\"now\"}");
            web.get("/api/v1/memory");
            web.get("/api/v1/snapshots");
            web.delete("/api/v1/snapshots/now");
            web.patch("/api/v1/collections/plane", "{\"index\":\"flat\"}");
            web.get("/api/v1/jobs");
            web.patch("/api/v1/jobs", "{\"paused\":false}");
            web.delete("/api/v1/collections/plane/records/a");
            web.delete("/api/v1/collections/plane");
        }
        assertThat(new TreeSet<>(OpenApi.DOCUMENT.seen())).isEqualTo(OpenApi.DOCUMENT.operations());
    }
}
