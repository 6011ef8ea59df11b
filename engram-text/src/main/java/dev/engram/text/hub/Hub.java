package dev.engram.text.hub;

import dev.engram.error.DeniedException;
import dev.engram.error.NotFoundException;
import dev.engram.error.UnavailableException;
import dev.engram.text.embed.Json;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A hub of models that speaks as Hugging Face's does. A file that broke off is fetched on from
 * where it broke; one whose checksum is wrong is thrown away.
 */
final class Hub implements AutoCloseable {

    private static final int ATTEMPTS = 5;
    private static final int HOPS_MAX = 5;
    private static final int BUFFER = 1 << 16;
    private static final long LISTING_BYTES_MAX = 16 << 20;
    private static final Set<String> YES = Set.of("1", "true", "yes", "on");

    /**
     * A file of a model.
     *
     * @param name with {@code /} between folders
     * @param bytes its length
     * @param sha256 of its content; null where the hub tells the next instead
     * @param gitBlob SHA-1 of its content as a blob of git; null where the hub tells the other
     */
    record RemoteFile(String name, long bytes, @Nullable String sha256, @Nullable String gitBlob) {}

    /**
     * What a model consists of.
     *
     * @param revision the commit
     * @param files all there are
     */
    record Listing(String revision, List<RemoteFile> files) {}

    private final URI endpoint;
    private final @Nullable String token;
    private final boolean offline;
    private final HttpClient client;

    Hub(Map<String, String> environment) {
        String given = environment.getOrDefault("HF_ENDPOINT", "").strip();
        endpoint =
                URI.create(
                        (given.isEmpty() ? "https://huggingface.co" : given).replaceAll("/+$", ""));
        String secret = environment.getOrDefault("HF_TOKEN", "").strip();
        token = secret.isEmpty() ? null : secret;
        offline =
                YES.contains(
                        environment
                                .getOrDefault("HF_HUB_OFFLINE", "")
                                .strip()
                                .toLowerCase(Locale.ROOT));
        client =
                HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .followRedirects(HttpClient.Redirect.NEVER)
                        .connectTimeout(Duration.ofSeconds(10))
                        .build();
    }

    /** The files of a model at a revision. */
    Listing listing(String id, String revision) {
        checkOnline("model " + id);
        URI uri =
                URI.create(
                        endpoint + "/api/models/" + id + "/revision/" + revision + "?blobs=true");
        try {
            HttpResponse<InputStream> response = get(uri, 0);
            try (InputStream in = response.body()) {
                refuse(response.statusCode(), "model " + id + " at revision " + revision);
                byte[] body = in.readNBytes((int) LISTING_BYTES_MAX);
                return listing(Json.of(uri.toString(), body));
            }
        } catch (IOException e) {
            throw new UnavailableException("cannot reach " + endpoint + ": " + why(e), e);
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    private static Listing listing(Json json) {
        List<RemoteFile> files = new ArrayList<>();
        for (Json file : json.at("siblings").items()) {
            Json lfs = file.at("lfs");
            String sha =
                    lfs.at("sha256").isThere()
                            ? lfs.at("sha256").text()
                            : lfs.at("oid").isThere() ? lfs.at("oid").text() : null;
            files.add(
                    new RemoteFile(
                            file.at("rfilename").text(),
                            file.at("size").numberOr(-1),
                            sha,
                            file.at("blobId").isThere() ? file.at("blobId").text() : null));
        }
        String revision = json.at("sha").text();
        if (!revision.matches("[0-9a-f]{7,64}")) {
            throw new UnavailableException(json.what() + ".sha: " + revision);
        }
        return new Listing(revision, files);
    }

    /**
     * Fetches a file, or what is missing of it.
     *
     * @param part where it is written; what is there already is kept
     * @param progress is told how many bytes are there
     */
    void fetch(String id, String revision, RemoteFile file, Path part, LongConsumer progress) {
        checkOnline(file.name() + " of model " + id);
        URI uri = URI.create(endpoint + "/" + id + "/resolve/" + revision + "/" + file.name());
        for (int attempt = 1; ; attempt++) {
            try {
                if (append(uri, file, part, progress)) {
                    return;
                }
                if (attempt == ATTEMPTS) {
                    throw new UnavailableException(
                            uri + " broke off " + attempt + " times; pull again to go on");
                }
            } catch (IOException e) {
                if (attempt == ATTEMPTS) {
                    throw new UnavailableException(
                            "cannot fetch " + uri + ": " + why(e) + "; pull again to go on", e);
                }
            } catch (InterruptedException e) {
                throw interrupted(e);
            }
        }
    }

    /** Whether the file is whole now. */
    private boolean append(URI uri, RemoteFile file, Path part, LongConsumer progress)
            throws IOException, InterruptedException {
        long there = Files.exists(part) ? Files.size(part) : 0;
        if (there > 0 && there == file.bytes()) {
            return true;
        }
        HttpResponse<InputStream> response = get(uri, there);
        try (InputStream in = response.body()) {
            int status = response.statusCode();
            if (status >= 500 || status == 429) {
                throw new IOException("status " + status);
            }
            // A server that knows no ranges sends all of it again.
            boolean resumed = status == 206;
            refuse(resumed ? 200 : status, uri.toString());
            StandardOpenOption manner =
                    resumed ? StandardOpenOption.APPEND : StandardOpenOption.TRUNCATE_EXISTING;
            long most = file.bytes() < 0 ? Long.MAX_VALUE : file.bytes();
            try (OutputStream out =
                    Files.newOutputStream(
                            part, StandardOpenOption.CREATE, StandardOpenOption.WRITE, manner)) {
                copy(in, out, resumed ? there : 0, most, progress);
            }
        }
        return file.bytes() < 0 || Files.size(part) == file.bytes();
    }

    private static void copy(
            InputStream in, OutputStream out, long from, long most, LongConsumer progress)
            throws IOException {
        byte[] buffer = new byte[BUFFER];
        long at = from;
        for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
            at += read;
            if (at > most) {
                throw new UnavailableException(
                        "more than the " + most + " bytes that the hub announced");
            }
            out.write(buffer, 0, read);
            progress.accept(at);
        }
    }

    /** Follows redirects; the token goes to the hub itself and to nobody else. */
    private HttpResponse<InputStream> get(URI first, long from)
            throws IOException, InterruptedException {
        URI uri = first;
        for (int hop = 0; hop < HOPS_MAX; hop++) {
            HttpRequest.Builder request =
                    HttpRequest.newBuilder(uri).timeout(Duration.ofMinutes(2)).GET();
            if (from > 0) {
                request.header("Range", "bytes=" + from + "-");
            }
            if (token != null && Objects.equals(uri.getAuthority(), endpoint.getAuthority())) {
                request.header("Authorization", "Bearer " + token);
            }
            HttpResponse<InputStream> response =
                    client.send(request.build(), BodyHandlers.ofInputStream());
            if (response.statusCode() / 100 != 3) {
                return response;
            }
            response.body().close();
            URI next = uri.resolve(response.headers().firstValue("Location").orElse(""));
            boolean safe =
                    "https".equals(next.getScheme())
                            || Objects.equals(next.getScheme(), endpoint.getScheme());
            if (!safe) {
                throw new DeniedException(uri + " leads to " + next + ", which is not encrypted");
            }
            uri = next;
        }
        throw new UnavailableException(first + " leads in circles");
    }

    private void refuse(int status, String what) {
        switch (status) {
            case 200 -> {}
            case 401, 403 ->
                    throw new DeniedException(
                            endpoint
                                    + " does not give "
                                    + what
                                    + (token == null
                                            ? ": it is not there, or set HF_TOKEN"
                                            : " to the token in HF_TOKEN"));
            case 404 -> throw new NotFoundException("no " + what + " at " + endpoint);
            default ->
                    throw new UnavailableException(
                            endpoint + " answered " + status + " for " + what);
        }
    }

    private void checkOnline(String what) {
        if (offline) {
            throw new UnavailableException(
                    "not fetching "
                            + what
                            + ": HF_HUB_OFFLINE is set; unset it, or copy the"
                            + " model's folder and name that");
        }
    }

    private static String why(IOException e) {
        return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    }

    private static UnavailableException interrupted(InterruptedException e) {
        Thread.currentThread().interrupt();
        return new UnavailableException("interrupted while fetching a model", e);
    }

    @Override
    public void close() {
        client.close();
    }
}
