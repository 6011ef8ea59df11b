package dev.engram.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.engram.server.Web.Reply;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConcurrencyTest {

    private static final int CALLERS = 16;
    private static final int ROUNDS = 25;

    @TempDir Path folder;

    @Test
    void bearsManyCallersWhileCollectionsComeAndGo() throws Exception {
        try (Running running = new Running(folder);
                ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
            running.fill();
            List<Future<?>> work = new ArrayList<>();
            for (int i = 0; i < CALLERS; i++) {
                int caller = i;
                work.add(callers.submit(() -> addAndSearch(running.web, caller)));
            }
            work.add(callers.submit(() -> createAndDrop(running.web)));
            join(work);
            assertThat(running.web.get("/api/v1/collections/planets").json().get("records").asInt())
                    .isEqualTo(2 + CALLERS * ROUNDS);
        }
    }

    private static void addAndSearch(Web web, int caller) {
        for (int round = 0; round < ROUNDS; round++) {
            String word = letters(caller) + letters(round);
            Reply added =
                    web.post(
                            "/api/v1/collections/planets/documents",
                            "{\"documents\":[{\"id\":\"%s\",\"text\":\"%s %s\"}]}"
                                    .formatted(word, word, word));
            assertThat(added.status()).isEqualTo(200);
            Reply found =
                    web.post(
                            "/api/v1/collections/planets/search",
                            "{\"query\":\"%s\",\"k\":1000}".formatted(word));
            assertThat(found.json().get("results").findValuesAsText("id")).contains(word);
            int status =
                    web.post("/api/v1/collections/fleeting/search", "{\"vector\":[1,2]}").status();
            assertThat(status).isIn(200, 404);
        }
    }

    private static void createAndDrop(Web web) {
        for (int round = 0; round < ROUNDS; round++) {
            Reply created =
                    web.post(
                            "/api/v1/collections",
                            "{\"name\":\"fleeting\",\"dimension\":2,\"index\":\"flat\"}");
            assertThat(created.status()).isEqualTo(201);
            web.post(
                    "/api/v1/collections/fleeting/records",
                    "{\"records\":[{\"id\":\"r\",\"vector\":[1,2]}]}");
            assertThat(web.get("/api/v1/collections").status()).isEqualTo(200);
            assertThat(web.delete("/api/v1/collections/fleeting").status()).isEqualTo(204);
        }
    }

    private static String letters(int number) {
        return "q" + (char) ('a' + number % 26) + (char) ('a' + number / 26);
    }

    private static void join(List<Future<?>> work) throws InterruptedException {
        for (Future<?> one : work) {
            try {
                one.get();
            } catch (ExecutionException e) {
                throw new AssertionError("a caller failed", e.getCause());
            }
        }
    }
}
