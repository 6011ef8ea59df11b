package dev.engram.text.remote;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.engram.text.embed.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingDeque;
import java.util.function.Function;

/** A real HTTP server that answers as a provider of embeddings would, and as one in trouble. */
final class TestProvider implements AutoCloseable {

    /**
     * What was asked.
     *
     * @param path with which query
     * @param headers of the request
     * @param body of the request
     * @param nanos when
     */
    record Asked(String path, Headers headers, Json body, long nanos) {}

    /**
     * What is answered in the place of vectors.
     *
     * @param status of the answer
     * @param body of the answer
     * @param retryAfter the header of that name; empty for none
     * @param promised how many bytes too many the answer announces
     */
    record Trouble(int status, String body, String retryAfter, int promised) {

        static Trouble of(int status, String body) {
            return new Trouble(status, body, "", 0);
        }
    }

    final List<Asked> asked = new CopyOnWriteArrayList<>();
    final LinkedBlockingDeque<Trouble> troubles = new LinkedBlockingDeque<>();

    private final HttpServer server;
    private final Function<Json, String> answer;

    TestProvider(Function<Json, String> answer) {
        this.answer = answer;
        try {
            server =
                    HttpServer.create(
                            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", this::handle);
        server.start();
    }

    String address() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            Json body = Json.of("request", exchange.getRequestBody().readAllBytes());
            asked.add(
                    new Asked(
                            exchange.getRequestURI().toString(),
                            exchange.getRequestHeaders(),
                            body,
                            System.nanoTime()));
            Trouble trouble = troubles.poll();
            Trouble given = trouble == null ? Trouble.of(200, answer.apply(body)) : trouble;
            byte[] bytes = given.body.getBytes(StandardCharsets.UTF_8);
            if (!given.retryAfter.isEmpty()) {
                exchange.getResponseHeaders().set("Retry-After", given.retryAfter);
            }
            exchange.sendResponseHeaders(given.status, bytes.length + given.promised);
            exchange.getResponseBody().write(bytes);
        }
    }

    /** The vectors of some texts: how often each has an e, a t, and how long it is. */
    static List<String> vectors(List<Json> texts) {
        List<String> vectors = new ArrayList<>();
        for (Json text : texts) {
            String value = text.text();
            long e = value.chars().filter(c -> c == 'e').count();
            long t = value.chars().filter(c -> c == 't').count();
            vectors.add("[" + e + "," + t + "," + value.length() + ",1]");
        }
        return vectors;
    }

    /** The answer of an OpenAI-compatible server, its items in another order. */
    static String openAi(Json request) {
        List<String> vectors = vectors(request.at("input").items());
        StringBuilder items = new StringBuilder();
        for (int i = vectors.size() - 1; i >= 0; i--) {
            items.append(i == vectors.size() - 1 ? "" : ",")
                    .append("{\"object\":\"embedding\",\"index\":")
                    .append(i)
                    .append(",\"embedding\":")
                    .append(vectors.get(i))
                    .append('}');
        }
        return "{\"object\":\"list\",\"data\":[" + items + "],\"usage\":{\"total_tokens\":1}}";
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
