package dev.engram.text.embed;

import dev.engram.db.ModelIdentity;
import dev.engram.error.CorruptException;
import dev.engram.text.chunk.Slabs;
import dev.engram.text.chunk.Tokenizer;
import dev.engram.text.embed.Safetensors.Tensor;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.jspecify.annotations.Nullable;

/**
 * A static model as Model2Vec lays it out: a text's vector is the mean of the vectors of its
 * tokens, looked up in a table. No network runs, so a passage takes microseconds; and word order
 * does not matter, so it understands less than a network.
 *
 * <p>Unknown tokens do not count, and no special tokens are added. A text of unknown tokens only
 * has one fixed direction.
 */
final class StaticEmbedder implements TextEmbedder {

    private final ModelIdentity identity;
    private final NativeTokenizer tokenizer;
    private final Safetensors file;
    private final Tensor table;
    private final @Nullable Tensor weights;
    private final @Nullable Tensor mapping;
    private final long unknown;
    private final boolean normalise;
    private final ReentrantReadWriteLock life = new ReentrantReadWriteLock();
    private boolean closed;

    private StaticEmbedder(ModelFolder folder, Safetensors file) {
        this.file = file;
        table = file.tensor(file.has("embeddings") ? "embeddings" : "embedding.weight");
        weights = file.has("weights") ? file.tensor("weights") : null;
        mapping = file.has("mapping") ? file.tensor("mapping") : null;
        normalise = folder.config().at("normalize").flagOr(true);
        byte[] json = folder.tokenizer();
        Vocabulary vocabulary = Vocabulary.of(folder.tokenizerFile().toString(), json);
        unknown = vocabulary.unknown();
        check(folder.table(), vocabulary.size());
        tokenizer =
                new NativeTokenizer(
                        folder.name(), new String(json, StandardCharsets.UTF_8), Manner.WINDOW_MAX);
        MessageDigest sha = ModelFiles.sha256();
        ModelFiles.digest(sha, folder.table());
        ModelFiles.digest(sha, json);
        String words = "engram-static/1 pooling=mean normalise=" + (normalise ? "l2" : "none");
        ModelFiles.digest(sha, words.getBytes(StandardCharsets.UTF_8));
        identity =
                new ModelIdentity(
                        "static",
                        folder.name(),
                        folder.revision(),
                        table.columns(),
                        Pooling.MEAN.word(),
                        "",
                        "",
                        normalise,
                        HexFormat.of().formatHex(sha.digest(), 0, 16));
    }

    /** Opens the model of a folder; the native tokenizer is unpacked into {@code cache}. */
    static StaticEmbedder open(ModelFolder folder, Path cache) {
        Natives.load(cache);
        Safetensors file = Safetensors.open(folder.table());
        boolean opened = false;
        try {
            StaticEmbedder embedder = new StaticEmbedder(folder, file);
            opened = true;
            return embedder;
        } finally {
            if (!opened) {
                file.close();
            }
        }
    }

    /** Every token must have a row: what is looked up later is not checked any more. */
    private void check(Path path, int tokens) {
        if (table.columns() > Manner.DIMENSION_MAX) {
            throw new CorruptException(
                    path.toString(), 0, "dimension: " + table.columns() + " is too large");
        }
        int rows = mapping == null ? table.rows() : mapping.rows();
        if (rows < tokens || (weights != null && weights.rows() < tokens)) {
            throw new CorruptException(
                    path.toString(), 0, rows + " rows for " + tokens + " tokens");
        }
        for (int i = 0; mapping != null && i < mapping.rows(); i++) {
            double row = mapping.at(i);
            if (row < 0 || row >= table.rows()) {
                throw new CorruptException(
                        path.toString(), 0, "mapping of token " + i + " to row " + row);
            }
        }
    }

    @Override
    public ModelIdentity identity() {
        return identity;
    }

    @Override
    public Tokenizer tokenizer() {
        return tokenizer;
    }

    @Override
    public List<float[]> embed(List<String> passages) {
        return passages.stream().map(this::embedQuery).toList();
    }

    @Override
    public float[] embedQuery(String query) {
        if (query.isBlank()) {
            throw new IllegalArgumentException("text: blank (expected: something to embed)");
        }
        Lock lock = life.readLock();
        lock.lock();
        try {
            if (closed) {
                throw new IllegalStateException(
                        "the embedder of " + identity.name() + " is closed");
            }
            return vector(query);
        } finally {
            lock.unlock();
        }
    }

    private float[] vector(String text) {
        double[] sum = new double[table.columns()];
        long count = 0;
        for (int start = 0; start < text.length(); ) {
            int end = Slabs.end(text, start);
            for (long id : tokenizer.ids(text.substring(start, end))) {
                if (id != unknown) {
                    add((int) id, sum);
                    count++;
                }
            }
            start = end;
        }
        return finish(sum, count);
    }

    private void add(int token, double[] sum) {
        int row = mapping == null ? token : (int) mapping.at(token);
        table.add(row, weights == null ? 1 : weights.at(token), sum);
    }

    private float[] finish(double[] sum, long count) {
        double squares = 0;
        for (double x : sum) {
            squares += x * x;
        }
        float[] vector = new float[sum.length];
        double scale = normalise ? Math.sqrt(squares) : count;
        for (int i = 0; i < vector.length; i++) {
            vector[i] =
                    squares == 0
                            ? (float) (1 / Math.sqrt(vector.length))
                            : (float) (sum[i] / scale);
        }
        return vector;
    }

    @Override
    public void close() {
        life.writeLock().lock();
        try {
            if (!closed) {
                closed = true;
                tokenizer.close();
                file.close();
            }
        } finally {
            life.writeLock().unlock();
        }
    }
}
