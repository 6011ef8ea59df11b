package dev.engram.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.engram.cli.Launcher.Ended;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The server as a process: it starts, embeds, is stopped, and has lost nothing. */
final class ServeTest {

    private static final Pattern ADDRESS = Pattern.compile("at (http://\\S+)");

    @TempDir Path folder;
    private final HttpClient http = HttpClient.newHttpClient();

    @Test
    void servesUntilItIsStoppedAndKeepsWhatItWasGiven() throws Exception {
        Process server = Launcher.start(folder, Map.of(), "engram", "serve", "--port", "0");
        try (BufferedReader said =
                new BufferedReader(
                        new InputStreamReader(server.getInputStream(), StandardCharsets.UTF_8))) {
            String base = address(said);
            assertThat(base).startsWith("http://127.0.0.1:");
            post(base + "/api/v1/collections", "{\"name\":\"notes\"}", 201);
            post(
                    base + "/api/v1/collections/notes/documents",
                    "{\"documents\":[{\"text\":\"The cat naps in the sun.\"},"
                            + "{\"text\":\"Stocks fell sharply.\"}]}",
                    200);
            String found =
                    post(
                            base + "/api/v1/collections/notes/search",
                            "{\"query\":\"a sleeping pet\",\"k\":1}",
                            200);
            assertThat(found).contains("The cat naps in the sun.").doesNotContain("Stocks");

            Ended second = Launcher.run(folder, Map.of(), "engram", "search", "notes", "anything");
            assertThat(second.status()).isEqualTo(1);
            assertThat(second.said()).contains("in use").contains("pid");

            server.destroy();
            assertThat(server.waitFor(30, TimeUnit.SECONDS)).isTrue();
        } finally {
            server.destroyForcibly();
        }
        Ended after = Launcher.run(folder, Map.of(), "engram", "search", "notes", "pets");
        assertThat(after.said()).contains("The cat naps in the sun.");
    }

    private static String address(BufferedReader said) throws IOException {
        for (String line = said.readLine(); line != null; line = said.readLine()) {
            Matcher address = ADDRESS.matcher(line);
            if (address.find()) {
                return address.group(1);
            }
        }
        throw new AssertionError("the server ended without an address");
    }

    private String post(String uri, String body, int status) throws Exception {
        HttpRequest request =
                HttpRequest.newBuilder(URI.create(uri))
                        .header("content-type", "application/json")
                        .POST(BodyPublishers.ofString(body))
                        .build();
        var response = http.send(request, BodyHandlers.ofString());
        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        return response.body();
    }

    @Test
    void refusesAnAddressOthersCanReach() throws Exception {
        Ended ended =
                Launcher.run(
                        folder, Map.of(), "engram", "serve", "--host", "0.0.0.0", "--port", "0");
        assertThat(ended.status()).isEqualTo(2);
        assertThat(ended.said()).contains("--allow-remote");
    }

    @Test
    void namesAPortThatIsTaken() throws Exception {
        try (ServerSocket taken =
                new ServerSocket(0, 1, java.net.InetAddress.getLoopbackAddress())) {
            String port = String.valueOf(taken.getLocalPort());
            Ended ended = Launcher.run(folder, Map.of(), "engram", "serve", "--port", port);
            assertThat(ended.status()).isEqualTo(1);
            assertThat(ended.said()).contains(port);
        }
    }
}
