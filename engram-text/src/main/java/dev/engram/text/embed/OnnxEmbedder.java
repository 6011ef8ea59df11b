package dev.engram.text.embed;

import dev.engram.db.ModelIdentity;
import dev.engram.error.UnavailableException;
import dev.engram.text.chunk.Slabs;
import dev.engram.text.chunk.Tokenizer;
import dev.engram.text.chunk.Tokens;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.stream.LongStream;

/**
 * An embedding model that runs in this process, on the processor.
 *
 * <p>A text longer than the model's window is read window by window, and its vector is the mean of
 * the windows' vectors, weighted by their tokens and scaled as the model's are: no word is cut off.
 */
public final class OnnxEmbedder implements TextEmbedder {

    private final ModelIdentity identity;
    private final Manner manner;
    private final NativeTokenizer tokenizer;

    /** The tokens of each prefix, for all windows of a long text but the first. */
    private final long[] queryPrefix;

    private final long[] passagePrefix;
    private final OnnxModel model;
    private final Workers workers;
    private final ReentrantReadWriteLock life = new ReentrantReadWriteLock();
    private boolean closed;

    /**
     * Opens a model.
     *
     * @param files of the model
     * @param threads how many texts are embedded at a time, each by one thread
     * @param cache the folder for native libraries
     */
    public OnnxEmbedder(ModelFiles files, int threads, Path cache) {
        Natives.load(cache);
        String json = new String(files.tokenizer(), StandardCharsets.UTF_8);
        manner = files.manner();
        tokenizer = new NativeTokenizer(files.name(), json, manner.window());
        boolean opened = false;
        try {
            queryPrefix = tokenizer.ids(manner.queryPrefix().stripTrailing());
            passagePrefix = tokenizer.ids(manner.passagePrefix().stripTrailing());
            checkPrefixes(files.name());
            model = new OnnxModel(files);
            opened = true;
        } finally {
            if (!opened) {
                tokenizer.close();
            }
        }
        identity = files.identity();
        workers = new Workers(files.name(), threads);
    }

    private void checkPrefixes(String name) {
        int prefix = Math.max(queryPrefix.length, passagePrefix.length);
        if (tokenizer.specialTokens() + prefix > manner.window() / 2) {
            throw new UnavailableException(
                    "the prefix of model "
                            + name
                            + " has "
                            + prefix
                            + " tokens (expected: at most half of its window of "
                            + manner.window()
                            + ")");
        }
    }

    @Override
    public ModelIdentity identity() {
        return identity;
    }

    /** The model's own tokenizer, whose window leaves room for the prefix of passages. */
    @Override
    public Tokenizer tokenizer() {
        return passagePrefix.length == 0
                ? tokenizer
                : new Reserved(tokenizer, passagePrefix.length);
    }

    /**
     * A tokenizer whose window is smaller.
     *
     * @param inner the tokenizer
     * @param tokens that are not to be had
     */
    private record Reserved(Tokenizer inner, int tokens) implements Tokenizer {

        @Override
        public String model() {
            return inner.model();
        }

        @Override
        public int window() {
            return inner.window() - tokens;
        }

        @Override
        public int specialTokens() {
            return inner.specialTokens();
        }

        @Override
        public Tokens tokenize(String text) {
            return inner.tokenize(text);
        }
    }

    @Override
    public List<float[]> embed(List<String> passages) {
        passages.forEach(OnnxEmbedder::requireText);
        return workers.vectors(passages, this::passage);
    }

    @Override
    public float[] embedQuery(String query) {
        requireText(query);
        return vector(query, manner.queryPrefix(), queryPrefix);
    }

    private float[] passage(String text) {
        return vector(text, manner.passagePrefix(), passagePrefix);
    }

    private static void requireText(String text) {
        if (text.isBlank()) {
            throw new IllegalArgumentException("text: blank (expected: something to embed)");
        }
    }

    // Each text holds the lock by itself: were a whole list to hold it, a close that waits for the
    // list would stop the threads that work on it.
    private float[] vector(String text, String prefix, long[] prefixIds) {
        Lock lock = enter();
        try {
            return pooled(text, prefix, prefixIds);
        } finally {
            lock.unlock();
        }
    }

    private float[] pooled(String text, String prefix, long[] prefixIds) {
        int content = tokenizer.window() - tokenizer.specialTokens();
        long[] ids = ids(prefix + text);
        if (ids.length <= content) {
            return scaled(model.run(tokenizer.row(ids, 0, ids.length)));
        }
        if (prefixIds.length > 0) {
            ids = ids(text);
            content -= prefixIds.length;
        }
        float[] sum = new float[manner.dimension()];
        for (int start = 0; start < ids.length; start += content) {
            int end = Math.min(start + content, ids.length);
            long[] window = window(prefixIds, ids, start, end);
            Pooling.add(sum, scaled(model.run(window)), (float) (end - start));
        }
        return manner.normalise() ? Pooling.normalise(sum) : mean(sum, ids.length);
    }

    private long[] window(long[] prefixIds, long[] ids, int start, int end) {
        if (prefixIds.length == 0) {
            return tokenizer.row(ids, start, end);
        }
        long[] all = Arrays.copyOf(prefixIds, prefixIds.length + end - start);
        System.arraycopy(ids, start, all, prefixIds.length, end - start);
        return tokenizer.row(all, 0, all.length);
    }

    private float[] scaled(float[] vector) {
        return manner.normalise() ? Pooling.normalise(vector) : vector;
    }

    private static float[] mean(float[] sum, int count) {
        for (int i = 0; i < sum.length; i++) {
            sum[i] /= count;
        }
        return sum;
    }

    private long[] ids(String text) {
        if (text.length() <= Slabs.CHARS_MAX) {
            return tokenizer.ids(text);
        }
        var ids = LongStream.builder();
        for (int start = 0; start < text.length(); ) {
            int end = Slabs.end(text, start);
            for (long id : tokenizer.ids(text.substring(start, end))) {
                ids.add(id);
            }
            start = end;
        }
        return ids.build().toArray();
    }

    private Lock enter() {
        Lock lock = life.readLock();
        lock.lock();
        if (closed) {
            lock.unlock();
            throw new IllegalStateException("the embedder of " + identity.name() + " is closed");
        }
        return lock;
    }

    /** Frees the model, once the texts in work are done. */
    @Override
    public void close() {
        life.writeLock().lock();
        try {
            if (!closed) {
                closed = true;
                workers.close();
                model.close();
                tokenizer.close();
            }
        } finally {
            life.writeLock().unlock();
        }
    }
}
