package dev.engram.text.remote;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.engram.error.DeniedException;
import dev.engram.error.LimitExceededException;
import dev.engram.error.NotFoundException;
import dev.engram.error.UnavailableException;
import dev.engram.text.embed.Json;
import dev.engram.text.remote.Provider.Question;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.InstantSource;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The line to a provider: asks, and asks again where that may help, at growing distances or when
 * the provider says. The key is in no message, whatever the provider answers.
 */
final class Line implements AutoCloseable {

    private static final JsonFactory JSON = new JsonFactory();
    private static final int ATTEMPTS = 6;
    private static final int ANSWER_BYTES_MAX = 64 << 20;
    private static final int SHOWN_MAX = 300;
    private static final Duration WAIT_MAX = Duration.ofSeconds(90);
    private static final Duration CONNECT_MAX = Duration.ofSeconds(10);
    private static final List<String> TOO_LONG =
            List.of("context length", "too long", "too large", "maximum", "token limit", "tokens");

    /** Thrown where a text is longer than the provider takes. */
    static final class TooLong extends Exception {

        private static final long serialVersionUID = 1L;

        TooLong(String message) {
            super(message);
        }
    }

    /**
     * How long to wait, and for what.
     *
     * @param answer for an answer
     * @param backoff before the second try; twice as long before each further one
     */
    record Patience(Duration answer, Duration backoff) {

        static final Patience DEFAULT = new Patience(Duration.ofMinutes(2), Duration.ofMillis(500));
    }

    private final RemoteModel model;
    private final URI address;
    private final @Nullable String key;
    private final Patience patience;
    private final InstantSource clock;
    private final RandomGenerator jitter;
    private final HttpClient client;
    private final CountDownLatch closed = new CountDownLatch(1);

    Line(
            RemoteModel model,
            Map<String, String> environment,
            Patience patience,
            InstantSource clock,
            RandomGenerator jitter) {
        this.model = model;
        this.patience = patience;
        this.clock = clock;
        this.jitter = jitter;
        Provider provider = model.provider();
        address =
                model.address() == null
                        ? RemoteModel.uri(provider.address(environment))
                        : model.address();
        key = provider.key(environment);
        if (key == null && provider.needsKey(address.toString())) {
            throw new DeniedException(
                    provider.word()
                            + " wants a key: set "
                            + String.join(" or ", provider.keyVariables()));
        }
        if (key != null && address.getScheme().equals("http") && !isLoopback(address.getHost())) {
            throw new DeniedException(
                    "the key for "
                            + address.getHost()
                            + " would cross the network unencrypted; use https, or unset "
                            + String.join(", ", provider.keyVariables()));
        }
        client =
                HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        // A key must not follow a redirect to another host.
                        .followRedirects(HttpClient.Redirect.NEVER)
                        .connectTimeout(CONNECT_MAX)
                        .build();
    }

    private static boolean isLoopback(String host) {
        return host.equals("localhost") || host.startsWith("127.") || host.equals("[::1]");
    }

    /** Embeds some texts; what comes back may be of any number and length. */
    List<float[]> ask(List<String> texts, boolean query) throws TooLong {
        HttpRequest request = request(new Question(model.model(), texts, query));
        String trouble = "";
        for (int attempt = 1; ; attempt++) {
            Duration wait = backoff(attempt);
            try {
                HttpResponse<InputStream> response =
                        client.send(request, BodyHandlers.ofInputStream());
                byte[] body = body(response);
                if (response.statusCode() == 200) {
                    return model.provider().vectors(Json.of("answer of " + who(), body));
                }
                trouble = response.statusCode() + " " + said(body);
                refuse(response.statusCode(), said(body));
                wait = longer(wait, retryAfter(response));
            } catch (IOException e) {
                trouble = clean(String.valueOf(e.getMessage() == null ? e : e.getMessage()));
                if (attempt == ATTEMPTS) {
                    throw new UnavailableException(gaveUp(attempt, trouble), e);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new UnavailableException("interrupted while waiting for " + who(), e);
            }
            if (attempt == ATTEMPTS) {
                throw new UnavailableException(gaveUp(attempt, trouble));
            }
            await(wait, trouble);
        }
    }

    private String gaveUp(int attempts, String trouble) {
        return who() + " did not answer, asked " + attempts + " times: " + trouble;
    }

    private HttpRequest request(Question asked) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JsonGenerator out = JSON.createGenerator(bytes)) {
            out.writeStartObject();
            model.provider().body(out, asked);
            out.writeEndObject();
        } catch (IOException e) {
            throw new AssertionError("writing to memory failed", e);
        }
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(address + model.provider().path(model.model())))
                        .timeout(patience.answer())
                        .header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofByteArray(bytes.toByteArray()));
        if (key != null) {
            model.provider().headers(key).forEach(request::header);
        }
        return request.build();
    }

    private static byte[] body(HttpResponse<InputStream> response) throws IOException {
        try (InputStream in = response.body()) {
            byte[] body = in.readNBytes(ANSWER_BYTES_MAX + 1);
            if (body.length > ANSWER_BYTES_MAX) {
                throw new IOException("more than " + ANSWER_BYTES_MAX + " bytes");
            }
            return body;
        }
    }

    /** Throws what cannot be mended by asking again. */
    private void refuse(int status, String said) throws TooLong {
        String lower = said.toLowerCase(Locale.ROOT);
        switch (status) {
            case 401, 403 ->
                    throw new DeniedException(
                            who()
                                    + (key == null
                                            ? " wants a key: set "
                                            : " refused the key that is set in ")
                                    + String.join(" or ", model.provider().keyVariables())
                                    + " ("
                                    + status
                                    + " "
                                    + said
                                    + ")");
            case 404 ->
                    throw new NotFoundException(
                            who()
                                    + " has no model '"
                                    + model.model()
                                    + "' ("
                                    + said
                                    + ")"
                                    + (model.provider() == Provider.OLLAMA
                                            ? "; fetch it with: ollama pull " + model.model()
                                            : ""));
            case 429 -> {
                if (lower.contains("insufficient_quota")) {
                    throw new LimitExceededException(who() + ": " + said);
                }
            }
            case 400, 413, 422 -> {
                if (status == 413 || TOO_LONG.stream().anyMatch(lower::contains)) {
                    throw new TooLong(status + " " + said);
                }
                throw new UnavailableException(who() + " refused: " + status + " " + said);
            }
            case 408 -> {}
            default -> {
                if (status < 500) {
                    throw new UnavailableException(who() + " answered " + status + " " + said);
                }
            }
        }
    }

    private Duration backoff(int attempt) {
        double times = (1 << (attempt - 1)) * (0.5 + jitter.nextDouble() / 2);
        return Duration.ofNanos((long) (patience.backoff().toNanos() * times));
    }

    private static Duration longer(Duration a, Duration b) {
        return a.compareTo(b) < 0 ? b : a;
    }

    /** Seconds, or a date. */
    private Duration retryAfter(HttpResponse<?> response) {
        String given = response.headers().firstValue("Retry-After").orElse("").strip();
        if (given.matches("\\d{1,9}")) {
            return Duration.ofSeconds(Long.parseLong(given));
        }
        try {
            var until = ZonedDateTime.parse(given, DateTimeFormatter.RFC_1123_DATE_TIME);
            return Duration.between(clock.instant(), until.toInstant());
        } catch (DateTimeException _) {
            return Duration.ZERO;
        }
    }

    private void await(Duration wait, String trouble) {
        if (wait.compareTo(WAIT_MAX) > 0) {
            throw new LimitExceededException(
                    who() + " asks to wait " + wait.toSeconds() + " s: " + trouble);
        }
        try {
            if (closed.await(wait.toNanos(), TimeUnit.NANOSECONDS)) {
                throw new UnavailableException("closed while waiting for " + who());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UnavailableException("interrupted while waiting for " + who(), e);
        }
    }

    /** Who is asked, in messages. */
    String who() {
        return model.provider().word() + " at " + address;
    }

    /** What an answer says of an error, whatever the provider's form. */
    private String said(byte[] body) {
        try {
            Json json = Json.of("error", body);
            for (Json place :
                    List.of(
                            json.at("error").at("message"),
                            json.at("error"),
                            json.at("message"),
                            json.at("detail"))) {
                if (place.value() instanceof String text) {
                    String code =
                            json.at("error").at("code").value() instanceof String c ? c + ": " : "";
                    return clean(code + text);
                }
            }
        } catch (IOException _) {
            // No JSON: shown as it is.
        }
        return clean(new String(body, StandardCharsets.UTF_8));
    }

    private String clean(String text) {
        String shown = key == null ? text : text.replace(key, "***");
        String line = shown.replaceAll("\\s+", " ").strip();
        return line.length() > SHOWN_MAX ? line.substring(0, SHOWN_MAX) + "..." : line;
    }

    @Override
    public void close() {
        closed.countDown();
        client.close();
    }
}
