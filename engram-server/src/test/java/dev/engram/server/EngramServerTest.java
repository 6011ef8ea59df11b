package dev.engram.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.engram.db.Database;
import dev.engram.error.UnavailableException;
import dev.engram.server.Web.Reply;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EngramServerTest {

    @TempDir Path folder;

    @Test
    void refusesToBeReachedFromOtherMachines() {
        try (Database database = Database.open(folder)) {
            ServerSettings open = Running.SETTINGS.withHost("0.0.0.0", false);
            assertThatThrownBy(() -> EngramServer.start(database, open))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage(
                            "host: 0.0.0.0 is reachable from other machines, and this server has"
                                    + " no access control yet (expected: a loopback address, or"
                                    + " say so with --allow-remote)");
        }
    }

    @Test
    void refusesAnUnknownHost() {
        try (Database database = Database.open(folder)) {
            ServerSettings nowhere = Running.SETTINGS.withHost("no-such-host.invalid", false);
            assertThatThrownBy(() -> EngramServer.start(database, nowhere))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("no-such-host.invalid is unknown");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "localhost", "127.1.2.3"})
    void listensOnLoopbackAddresses(String host) {
        try (Running running = new Running(folder, Running.SETTINGS.withHost(host, false))) {
            assertThat(running.web.get("/health").status()).isEqualTo(200);
        }
    }

    @Test
    void listensEverywhereWhenToldSo() {
        ServerSettings everywhere = Running.SETTINGS.withHost("0.0.0.0", true);
        try (Running running = new Running(folder, everywhere)) {
            assertThat(running.web.get("/health").status()).isEqualTo(200);
            assertThat(raw(running, "evil.example")).startsWith("HTTP/1.1 200");
        }
    }

    @Test
    void refusesRequestsForAnotherHost() {
        try (Running running = new Running(folder)) {
            assertThat(raw(running, "evil.example:80")).startsWith("HTTP/1.1 403");
            assertThat(raw(running, "127.0.0.1.evil.example")).startsWith("HTTP/1.1 403");
            assertThat(raw(running, "localhost:99")).startsWith("HTTP/1.1 200");
            assertThat(raw(running, "[::1]:8080")).startsWith("HTTP/1.1 200");
        }
    }

    /** The first line of the answer to a request under that name. */
    private static String raw(Running running, String host) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), running.server.port())) {
            socket.getOutputStream()
                    .write(
                            ("GET /health HTTP/1.1\r\nHost: " + host + "\r\n\r\n")
                                    .getBytes(StandardCharsets.US_ASCII));
            return line(socket);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static String line(Socket socket) throws IOException {
        return new BufferedReader(
                        new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII))
                .readLine();
    }

    @Test
    void namesThePortThatIsInUse(@TempDir Path other) {
        try (Running running = new Running(folder);
                Database database = Database.open(other)) {
            int port = running.server.port();
            assertThatThrownBy(() -> EngramServer.start(database, Running.SETTINGS.withPort(port)))
                    .isInstanceOf(UnavailableException.class)
                    .hasMessageContaining("port " + port);
        }
    }

    @Test
    void answersManyRequestsOverOneConnection() throws IOException {
        try (Running running = new Running(folder);
                Socket socket =
                        new Socket(InetAddress.getLoopbackAddress(), running.server.port())) {
            BufferedReader in =
                    new BufferedReader(
                            new InputStreamReader(
                                    socket.getInputStream(), StandardCharsets.US_ASCII));
            for (int i = 0; i < 5; i++) {
                socket.getOutputStream()
                        .write(
                                "HEAD /health HTTP/1.1\r\nHost: localhost\r\n\r\n"
                                        .getBytes(StandardCharsets.US_ASCII));
                assertThat(in.readLine()).isEqualTo("HTTP/1.1 200 OK");
                while (!in.readLine().isEmpty()) {
                    // The other headers.
                }
            }
        }
    }

    @Test
    void answersRequestsUnderWayBeforeItStops() {
        CountDownLatch arrived = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        try (Running running = new Running(folder)) {
            running.fill();
            running.models.before =
                    text -> {
                        arrived.countDown();
                        TroubleTest.await(go);
                        return text;
                    };
            CompletableFuture<Reply> search =
                    CompletableFuture.supplyAsync(
                            () ->
                                    running.web.post(
                                            "/api/v1/collections/planets/search",
                                            "{\"query\":\"desert\"}"));
            TroubleTest.await(arrived);
            CompletableFuture<Void> stopped = CompletableFuture.runAsync(running.server::close);
            String refused = raw(running, "localhost");
            while (refused.startsWith("HTTP/1.1 200")) {
                refused = raw(running, "localhost");
            }
            assertThat(refused).startsWith("HTTP/1.1 503");
            assertThat(stopped).isNotDone();
            go.countDown();
            assertThat(search.join().json().at("/results/0/id").asText()).isEqualTo("mars");
            assertThat(stopped).succeedsWithin(Duration.ofSeconds(20));
        }
    }

    @Test
    void stopsAtOnceWhereNothingIsUnderWayAndTwiceIsOnce() {
        Running running = new Running(folder);
        int port = running.server.port();
        running.server.close();
        running.server.close();
        assertThatThrownBy(() -> new Socket(InetAddress.getLoopbackAddress(), port).close())
                .isInstanceOf(IOException.class);
        running.close();
    }

    @Test
    void refusesSettingsOutOfRange() {
        ServerSettings usual = ServerSettings.DEFAULT;
        assertThatThrownBy(() -> usual.withPort(65_536)).hasMessageContaining("port: 65536");
        assertThatThrownBy(() -> usual.withHost(" ", false)).hasMessageContaining("host: blank");
        assertThatThrownBy(() -> usual.withLimits(0, Duration.ofSeconds(1)))
                .hasMessageContaining("body bytes: 0");
        assertThatThrownBy(() -> usual.withLimits(1, Duration.ZERO))
                .hasMessageContaining("request timeout");
    }
}
