package dev.engram.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.engram.server.Web.Reply;
import dev.engram.testkit.SeededTest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.io.TempDir;

/** Bodies that were damaged at random are done or refused, but never break the server. */
class GarbledRequestTest {

    private static final int REQUESTS = 400;

    private static final List<Map.Entry<String, String>> WHOLE =
            List.of(
                    Map.entry(
                            "/api/v1/collections",
                            "{\"name\":\"n\",\"dimension\":3,\"metric\":\"l2\",\"index\":"
                                    + "{\"kind\":\"hnsw\",\"degree\":8,\"seed\":1}}"),
                    Map.entry(
                            "/api/v1/collections/planets/documents",
                            "{\"documents\":[{\"id\":\"i\",\"text\":\"t ä😀\",\"metadata\":"
                                    + "{\"a\":[1,-2.5e3,null,true,{\"b\":\"\\u00e4\"}]}}]}"),
                    Map.entry(
                            "/api/v1/collections/plane/records",
                            "{\"records\":[{\"id\":\"x\",\"vector\":[1,-2e-3]},"
                                    + "{\"id\":\"y\",\"vector\":\"AAAAAAAAgD8=\"}]}"),
                    Map.entry(
                            "/api/v1/collections/plane/search",
                            "{\"vector\":[0.5,0.25],\"k\":3,\"beam\":10}"));

    private static final byte[] TELLING =
            "{}[]:,\"\\0123456789eE.+-ntfu \u00ff".getBytes(StandardCharsets.ISO_8859_1);

    @TempDir Path folder;

    @SeededTest
    void neverBreakTheServer(RandomGenerator random) {
        try (Running running = new Running(folder)) {
            running.fill();
            for (int i = 0; i < REQUESTS; i++) {
                Map.Entry<String, String> whole = WHOLE.get(random.nextInt(WHOLE.size()));
                byte[] body = garbled(whole.getValue().getBytes(StandardCharsets.UTF_8), random);
                Reply reply =
                        running.web.send(
                                "POST",
                                whole.getKey(),
                                BodyPublishers.ofByteArray(body),
                                "content-type",
                                "application/json");
                assertThat(reply.status())
                        .as(new String(body, StandardCharsets.ISO_8859_1))
                        .isLessThan(500);
            }
        }
    }

    private static byte[] garbled(byte[] whole, RandomGenerator random) {
        byte[] body = whole.clone();
        int changes = random.nextInt(1, 4);
        for (int i = 0; i < changes; i++) {
            int at = random.nextInt(body.length);
            switch (random.nextInt(3)) {
                case 0 -> body[at] = TELLING[random.nextInt(TELLING.length)];
                case 1 -> body[at] = (byte) random.nextInt(256);
                default -> System.arraycopy(body, at, body, at / 2, body.length - at);
            }
        }
        return body;
    }
}
