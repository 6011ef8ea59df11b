package dev.engram.text.hub;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/** A real HTTP server that speaks as the hub of Hugging Face does: large files lie elsewhere. */
final class TestHub implements AutoCloseable {

    static final String ID = "org/tiny-model";
    static final String REVISION = "0123456789abcdef0123456789abcdef01234567";

    final Map<String, byte[]> files = new TreeMap<>();
    final List<String> asked = new CopyOnWriteArrayList<>();

    /** After so many bytes of a large file the line breaks; -1 for never. */
    volatile int breaksAfter = -1;

    /** Served in the place of the large file. */
    volatile byte @Nullable [] forged;

    private final HttpServer hub = start();
    private final HttpServer store = start();

    TestHub() {
        hub.createContext("/", this::answer);
        store.createContext("/", this::answerStore);
    }

    private static HttpServer start() {
        try {
            InetAddress here = InetAddress.getLoopbackAddress();
            HttpServer server = HttpServer.create(new InetSocketAddress(here, 0), 0);
            server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
            server.start();
            return server;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    String endpoint() {
        return "http://127.0.0.1:" + hub.getAddress().getPort();
    }

    private static boolean isLarge(String name) {
        return name.endsWith(".onnx") || name.endsWith(".safetensors");
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            String path = exchange.getRequestURI().getPath();
            note("hub", exchange);
            String raw = "/" + ID + "/resolve/" + REVISION + "/";
            if (path.startsWith("/api/models/" + ID + "/revision/")) {
                String revision = path.substring(path.lastIndexOf('/') + 1);
                boolean known = revision.equals("main") || revision.equals(REVISION);
                send(exchange, known ? 200 : 404, known ? listing() : new byte[0]);
            } else if (path.startsWith(raw) && files.containsKey(path.substring(raw.length()))) {
                String name = path.substring(raw.length());
                if (isLarge(name)) {
                    int port = store.getAddress().getPort();
                    exchange.getResponseHeaders()
                            .set("Location", "http://127.0.0.1:" + port + "/blobs/" + name);
                    send(exchange, 302, new byte[0]);
                } else {
                    send(exchange, 200, files.get(name));
                }
            } else {
                send(exchange, 404, new byte[0]);
            }
        }
    }

    private void answerStore(HttpExchange exchange) throws IOException {
        try (exchange) {
            note("store", exchange);
            String name = exchange.getRequestURI().getPath().substring("/blobs/".length());
            byte[] fake = forged;
            byte[] all = fake == null ? files.get(name) : fake;
            String range = exchange.getRequestHeaders().getFirst("Range");
            int from =
                    range == null ? 0 : Integer.parseInt(range.replaceAll("bytes=(\\d+)-", "$1"));
            int end = breaksAfter < 0 ? all.length : Math.min(all.length, from + breaksAfter);
            exchange.sendResponseHeaders(range == null ? 200 : 206, all.length - from);
            exchange.getResponseBody().write(all, from, end - from);
            exchange.getResponseBody().flush();
        }
    }

    private void note(String server, HttpExchange exchange) {
        String range = exchange.getRequestHeaders().getFirst("Range");
        String token = exchange.getRequestHeaders().getFirst("Authorization");
        asked.add(
                server
                        + " "
                        + exchange.getRequestURI().getPath()
                        + (range == null ? "" : " " + range)
                        + (token == null ? "" : " " + token));
    }

    private static void send(HttpExchange exchange, int status, byte[] body) throws IOException {
        exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
        exchange.getResponseBody().write(body);
    }

    private byte[] listing() {
        List<String> entries = new ArrayList<>();
        files.forEach(
                (name, content) -> {
                    byte[] head =
                            ("blob " + content.length + "\0").getBytes(StandardCharsets.US_ASCII);
                    String blob = hex("SHA-1", head, content);
                    String lfs =
                            isLarge(name)
                                    ? ",\"lfs\":{\"sha256\":\"%s\",\"size\":%d}"
                                            .formatted(hex("SHA-256", content), content.length)
                                    : "";
                    entries.add(
                            "{\"rfilename\":\"%s\",\"size\":%d,\"blobId\":\"%s\"%s}"
                                    .formatted(name, content.length, blob, lfs));
                });
        return ("{\"id\":\""
                        + ID
                        + "\",\"sha\":\""
                        + REVISION
                        + "\",\"siblings\":["
                        + String.join(",", entries)
                        + "]}")
                .getBytes(StandardCharsets.UTF_8);
    }

    private static String hex(String algorithm, byte[]... parts) {
        try {
            MessageDigest digest = MessageDigest.getInstance(algorithm);
            for (byte[] part : parts) {
                digest.update(part);
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() {
        hub.stop(0);
        store.stop(0);
    }
}
