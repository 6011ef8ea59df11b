package dev.engram.text.remote;

import dev.engram.db.ModelIdentity;
import dev.engram.db.Probe;
import dev.engram.error.UnavailableException;
import dev.engram.text.chunk.Tokenizer;
import dev.engram.text.embed.TextEmbedder;
import dev.engram.text.fit.WordTokenizer;
import dev.engram.text.remote.Line.Patience;
import dev.engram.text.remote.Line.TooLong;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * A model that a provider runs. Texts are sent in batches, a few at a time. An answer of another
 * number of vectors, of another dimension, or of no numbers is refused.
 *
 * <p>A text that is longer than the provider takes is halved until it fits, and its vector is the
 * mean of its parts, weighted by their lengths: nothing is cut off, and the others of its batch do
 * not notice.
 */
public final class RemoteEmbedder implements TextEmbedder {

    private static final int AT_A_TIME = 4;
    private static final int BATCH_CHARS_MAX = 100_000;
    private static final int PART_CHARS_MIN = 64;
    private static final double UNIT_TOLERANCE = 1e-3;

    private final String name;
    private final RemoteModel model;
    private final Line line;
    private final Semaphore places = new Semaphore(AT_A_TIME);
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private @Nullable ModelIdentity identity;
    private List<float[]> probed = List.of();

    RemoteEmbedder(String name, RemoteModel model, Line line) {
        this.name = name;
        this.model = model;
        this.line = line;
    }

    /**
     * The model of that name; null where it is not one of a provider. Nobody is asked yet.
     *
     * @param name {@code provider:model}, or with {@code @address}
     * @param environment keys and addresses
     * @throws dev.engram.error.DeniedException where there is no key and the provider wants one
     */
    public static @Nullable RemoteEmbedder open(String name, Map<String, String> environment) {
        RemoteModel model = RemoteModel.of(name);
        if (model == null) {
            return null;
        }
        var jitter = RandomGenerator.getDefault();
        Line line = new Line(model, environment, Patience.DEFAULT, InstantSource.system(), jitter);
        return new RemoteEmbedder(name, model, line);
    }

    /** The names of all providers. */
    public static List<String> providers() {
        return Arrays.stream(Provider.values()).map(Provider::word).toList();
    }

    /** Asks for the vectors of {@link Probe#SENTENCES}, the first time. */
    @Override
    public synchronized ModelIdentity identity() {
        if (identity == null) {
            probed = batches(Probe.SENTENCES, false);
            identity = identity(probed.getFirst());
        }
        return identity;
    }

    private ModelIdentity identity(float[] vector) {
        double squares = 0;
        for (float x : vector) {
            squares += (double) x * x;
        }
        return new ModelIdentity(
                model.provider().word(),
                name,
                "",
                vector.length,
                "",
                "",
                "",
                Math.abs(squares - 1) < UNIT_TOLERANCE,
                fingerprint(vector.length));
    }

    private String fingerprint(int dimension) {
        String words =
                "engram-remote/1 %s %s dimension=%d"
                        .formatted(model.provider().word(), model.model(), dimension);
        try {
            byte[] hash =
                    MessageDigest.getInstance("SHA-256")
                            .digest(words.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash, 0, 16);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every JDK has SHA-256", e);
        }
    }

    @Override
    public Tokenizer tokenizer() {
        return new WordTokenizer(name, model.window());
    }

    @Override
    public List<float[]> embed(List<String> passages) {
        passages.forEach(RemoteEmbedder::requireText);
        if (passages.equals(Probe.SENTENCES)) {
            identity();
            return probed.stream().map(float[]::clone).toList();
        }
        return checked(batches(passages, false));
    }

    @Override
    public float[] embedQuery(String query) {
        requireText(query);
        return checked(batches(List.of(query), true)).getFirst();
    }

    private static void requireText(String text) {
        if (text.isBlank()) {
            throw new IllegalArgumentException("text: blank (expected: something to embed)");
        }
    }

    private List<float[]> checked(List<float[]> vectors) {
        int dimension = identity().dimension();
        for (float[] vector : vectors) {
            if (vector.length != dimension) {
                throw wrong(vector.length + " components", dimension + ", as before");
            }
        }
        return vectors;
    }

    private List<float[]> batches(List<String> texts, boolean query) {
        List<Future<List<float[]>>> asked = new ArrayList<>();
        for (int start = 0; start < texts.size(); ) {
            int end = end(texts, start);
            List<String> batch = texts.subList(start, end);
            asked.add(threads.submit(() -> inPlace(batch, query)));
            start = end;
        }
        List<float[]> vectors = new ArrayList<>(texts.size());
        try {
            for (Future<List<float[]>> answer : asked) {
                vectors.addAll(answer.get());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UnavailableException("interrupted while embedding", e);
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case RuntimeException failure -> throw failure;
                case Error failure -> throw failure;
                case null, default -> throw new AssertionError(e);
            }
        } finally {
            asked.forEach(answer -> answer.cancel(true));
        }
        return vectors;
    }

    private int end(List<String> texts, int start) {
        int chars = 0;
        int end = start;
        while (end < texts.size()
                && end - start < model.provider().batchMax()
                && (end == start || chars + texts.get(end).length() <= BATCH_CHARS_MAX)) {
            chars += texts.get(end++).length();
        }
        return end;
    }

    private List<float[]> inPlace(List<String> batch, boolean query) throws InterruptedException {
        places.acquire();
        try {
            return ask(batch, query);
        } finally {
            places.release();
        }
    }

    private List<float[]> ask(List<String> batch, boolean query) {
        try {
            return check(line.ask(batch, query), batch.size());
        } catch (TooLong e) {
            if (batch.size() == 1) {
                return List.of(halves(batch.getFirst(), query, e));
            }
            List<float[]> vectors = new ArrayList<>();
            int half = batch.size() / 2;
            vectors.addAll(ask(batch.subList(0, half), query));
            vectors.addAll(ask(batch.subList(half, batch.size()), query));
            return vectors;
        }
    }

    private float[] halves(String text, boolean query, TooLong cause) {
        int middle = middle(text);
        if (middle < PART_CHARS_MIN) {
            throw new UnavailableException(
                    line.who()
                            + " does not take a text of "
                            + text.length()
                            + " characters: "
                            + cause.getMessage(),
                    cause);
        }
        float[] sum = ask(List.of(text.substring(0, middle)), query).getFirst();
        float[] rest = ask(List.of(text.substring(middle)), query).getFirst();
        if (rest.length != sum.length) {
            throw wrong(rest.length + " components", String.valueOf(sum.length));
        }
        float share = (float) middle / text.length();
        for (int i = 0; i < sum.length; i++) {
            sum[i] = share * sum[i] + (1 - share) * rest[i];
        }
        return sum;
    }

    /** A place near the middle, best between two words, with text on both sides; 0 for none. */
    private static int middle(String text) {
        int half = text.length() / 2;
        int blank = text.lastIndexOf(' ', half);
        int at = blank > text.length() / 4 ? blank : half;
        if (at > 0 && Character.isLowSurrogate(text.charAt(at))) {
            at--;
        }
        return text.substring(0, at).isBlank() || text.substring(at).isBlank() ? 0 : at;
    }

    private List<float[]> check(List<float[]> vectors, int count) {
        if (vectors.size() != count) {
            throw wrong(vectors.size() + " vectors", String.valueOf(count));
        }
        int dimension = vectors.getFirst().length;
        for (float[] vector : vectors) {
            if (vector.length != dimension || dimension == 0) {
                throw wrong(vector.length + " components", "one dimension for all");
            }
            double squares = 0;
            for (float x : vector) {
                squares += (double) x * x;
            }
            if (squares == 0 || Double.isNaN(squares) || Double.isInfinite(squares)) {
                throw wrong("a vector without a direction", "numbers, not all 0");
            }
        }
        return vectors;
    }

    private UnavailableException wrong(String found, String expected) {
        return new UnavailableException(
                line.who() + " gave " + found + " (expected: " + expected + ")");
    }

    @Override
    public void close() {
        line.close();
        threads.close();
    }
}
