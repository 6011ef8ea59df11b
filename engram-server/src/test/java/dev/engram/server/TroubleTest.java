package dev.engram.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.engram.error.ConflictException;
import dev.engram.error.CorruptException;
import dev.engram.error.DeniedException;
import dev.engram.error.LimitExceededException;
import dev.engram.error.NotFoundException;
import dev.engram.error.UnavailableException;
import dev.engram.server.Web.Reply;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What goes wrong behind the server, not in the request. */
class TroubleTest {

    private static final Logger LOG = Logger.getLogger("dev.engram.server");
    private static final String SEARCH = "/api/v1/collections/planets/search";

    @TempDir Path folder;
    private final List<LogRecord> logged = new CopyOnWriteArrayList<>();
    private final Handler handler = new Listener();

    @BeforeEach
    void listen() {
        LOG.setUseParentHandlers(false);
        LOG.addHandler(handler);
    }

    @AfterEach
    void stopListening() {
        LOG.removeHandler(handler);
        LOG.setUseParentHandlers(true);
    }

    private final class Listener extends Handler {
        @Override
        public void publish(LogRecord record) {
            logged.add(record);
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    }

    static Stream<Arguments> troubles() {
        return Stream.of(
                Arguments.of(new CorruptException("seg", 3, "bad"), 500, "corrupt", true),
                Arguments.of(new ConflictException("other model"), 409, "conflict", false),
                Arguments.of(new NotFoundException("no such"), 404, "not_found", false),
                Arguments.of(new UnavailableException("asleep"), 503, "unavailable", true),
                Arguments.of(new LimitExceededException("disk full"), 507, "limit_exceeded", true),
                Arguments.of(new DeniedException("read only"), 403, "denied", false),
                Arguments.of(new IllegalArgumentException("odd"), 400, "invalid_argument", false));
    }

    @ParameterizedTest
    @MethodSource("troubles")
    void mapsEveryTroubleToAStatus(
            RuntimeException trouble, int status, String code, boolean isLogged) {
        try (Running running = new Running(folder)) {
            running.fill();
            running.models.before = failing(trouble);
            Reply reply = running.web.post(SEARCH, "{\"query\":\"x\"}");
            assertThat(reply.status()).isEqualTo(status);
            assertThat(reply.text("code")).isEqualTo(code);
            assertThat(reply.text("detail")).isEqualTo(trouble.getMessage());
            assertThat(logged).hasSize(isLogged ? 1 : 0);
        }
    }

    private static java.util.function.UnaryOperator<String> failing(RuntimeException trouble) {
        return _ -> {
            throw trouble;
        };
    }

    @Test
    void keepsTheInsideToItselfAndLogsItUnderTheTraceId() {
        try (Running running = new Running(folder)) {
            running.fill();
            running.models.before =
                    _ -> {
                        throw new AssertionError("a secret of the inside");
                    };
            Reply reply = running.web.post(SEARCH, "{\"query\":\"x\"}");
            assertThat(reply.status()).isEqualTo(500);
            assertThat(reply.text("code")).isEqualTo("internal");
            assertThat(reply.raw().body()).doesNotContain("secret");
            assertThat(logged).hasSize(1);
            LogRecord record = logged.getFirst();
            assertThat(record.getMessage()).contains(reply.text("trace_id"), SEARCH);
            assertThat(record.getThrown()).hasMessage("a secret of the inside");
        }
    }

    @Test
    void takesTheTraceIdOfTheCaller() {
        try (Running running = new Running(folder)) {
            String trace = "0af7651916cd43dd8448eb211c80319c";
            Reply reply =
                    running.web.send(
                            "GET",
                            "/api/v1/collections/none",
                            BodyPublishers.noBody(),
                            "traceparent",
                            "00-" + trace + "-b7ad6b7169203331-01");
            assertThat(reply.text("trace_id")).isEqualTo(trace);
        }
    }

    @Test
    void givesUpOnARequestThatTakesTooLong() {
        ServerSettings hasty =
                Running.SETTINGS.withLimits(Integer.MAX_VALUE >> 1, Duration.ofMillis(300));
        CountDownLatch answered = new CountDownLatch(1);
        try (Running running = new Running(folder, hasty)) {
            running.fill();
            running.models.before =
                    text -> {
                        await(answered);
                        return text;
                    };
            Reply reply = running.web.post(SEARCH, "{\"query\":\"x\"}");
            assertThat(reply.status()).isEqualTo(503);
            assertThat(reply.text("code")).isEqualTo("timeout");
            answered.countDown();
        }
    }

    static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
