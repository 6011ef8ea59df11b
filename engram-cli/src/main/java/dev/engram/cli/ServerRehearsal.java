package dev.engram.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.engram.db.Database;
import dev.engram.server.EngramServer;
import dev.engram.server.ServerSettings;
import dev.engram.text.EmbeddingModels;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.file.Path;
import java.util.Locale;

/**
 * Serves for a moment, asks what servers are asked, and searches an index of every kind, so that
 * the JVM can note what that loads and compiles: packing the archive makes a start-up cache of it.
 * Not for users.
 */
public final class ServerRehearsal {

    private static final int SEARCHES = 50;
    private static final String COLLECTIONS = "/api/v1/collections";

    private ServerRehearsal() {}

    /**
     * Plays through it.
     *
     * @param args a folder to work in
     */
    public static void main(String[] args) throws IOException {
        Path folder = Path.of(args[0]);
        try (EmbeddingModels models = EmbeddingModels.builtIn();
                Database database = Database.open(folder.resolve("stage"), models);
                EngramServer server =
                        EngramServer.start(database, ServerSettings.DEFAULT.withPort(0))) {
            ask(server.uri(), "/health", "");
            ask(server.uri(), COLLECTIONS, "{\"name\": \"acts\"}");
            String documents = "{\"documents\": [{\"text\": \"The lamps are being lit.\"}]}";
            ask(server.uri(), COLLECTIONS + "/acts/documents", documents);
            ask(server.uri(), COLLECTIONS, "{\"name\": \"props\", \"dimension\": 2}");
            for (int i = 0; i < SEARCHES; i++) {
                play(server.uri(), i);
            }
            ask(server.uri(), COLLECTIONS, "");
            ask(server.uri(), "/metrics", "");
        }
        Rehearsal.run(Rehearsal.nowhere(folder), Rehearsal.searches(folder));
    }

    private static void play(URI server, int turn) throws IOException {
        String props = COLLECTIONS + "/props";
        String record =
                String.format(
                        Locale.ROOT,
                        "{\"id\": \"p%d\", \"vector\": [%d, 1], \"metadata\": {\"act\": %d}}",
                        turn,
                        turn,
                        turn % 3);
        ask(server, props + "/records", "{\"records\": [" + record + "]}");
        ask(server, props + "/search", "{\"vector\": [1, 0], \"filter\": \"act < 2\"}");
        ask(server, COLLECTIONS + "/acts/search", "{\"query\": \"is it dark?\"}");
    }

    /** Gets where there is no body, posts where there is one. */
    private static void ask(URI server, String path, String body) throws IOException {
        HttpURLConnection connection =
                (HttpURLConnection) server.resolve(path).toURL().openConnection();
        if (!body.isEmpty()) {
            connection.setDoOutput(true);
            connection.setRequestProperty("content-type", "application/json");
            connection.getOutputStream().write(body.getBytes(UTF_8));
        }
        int status = connection.getResponseCode();
        if (status >= HttpURLConnection.HTTP_MULT_CHOICE) {
            throw new IllegalStateException(path + " " + body + " was answered with " + status);
        }
        try (InputStream answer = connection.getInputStream()) {
            answer.readAllBytes();
        }
    }
}
