package dev.engram.text.embed;

import dev.engram.db.Embedder;
import dev.engram.db.ModelIdentity;
import dev.engram.error.UnavailableException;
import dev.engram.text.chunk.Slabs;
import dev.engram.text.chunk.Tokenizer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * An embedding model that runs in this process, on the processor.
 *
 * <p>A text longer than the model's window is read window by window, and its vector is the mean of
 * the windows' unit vectors, weighted by their tokens and scaled to length 1: no word is cut off.
 */
public final class OnnxEmbedder implements Embedder {

    private final ModelIdentity identity;
    private final NativeTokenizer tokenizer;
    private final OnnxModel model;
    private final ExecutorService pool;
    private final int threads;
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
        if (threads < 1) {
            throw new IllegalArgumentException("threads: " + threads + " (expected: >= 1)");
        }
        Natives.load(cache);
        this.threads = threads;
        String json = new String(files.tokenizer(), StandardCharsets.UTF_8);
        tokenizer = new NativeTokenizer(files.name(), json, files.window());
        model = new OnnxModel(files);
        identity = new ModelIdentity(files.name(), files.dimension(), files.fingerprint());
        var factory =
                Thread.ofPlatform()
                        .name("engram-embed-" + files.name() + "-", 1)
                        .daemon()
                        .factory();
        pool = Executors.newFixedThreadPool(threads, factory);
    }

    @Override
    public ModelIdentity identity() {
        return identity;
    }

    /** The model's own tokenizer; closed with the embedder. */
    public Tokenizer tokenizer() {
        return tokenizer;
    }

    @Override
    public List<float[]> embed(List<String> passages) {
        passages.forEach(OnnxEmbedder::requireText);
        if (passages.isEmpty()) {
            return List.of();
        }
        int workers = Math.min(threads, passages.size());
        // The caller waits in any case: where one thread is enough, it is the caller's.
        if (workers == 1) {
            return passages.stream().map(this::vector).toList();
        }
        float[][] vectors = new float[passages.size()][];
        AtomicInteger next = new AtomicInteger();
        Callable<Void> work =
                () -> {
                    for (int i = next.getAndIncrement();
                            i < vectors.length && !Thread.currentThread().isInterrupted();
                            i = next.getAndIncrement()) {
                        vectors[i] = vector(passages.get(i));
                    }
                    return null;
                };
        try {
            await(pool.invokeAll(Stream.generate(() -> work).limit(workers).toList()));
        } catch (RejectedExecutionException e) {
            throw closed(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UnavailableException("interrupted while embedding", e);
        }
        return Arrays.asList(vectors);
    }

    private static void await(List<Future<Void>> futures) throws InterruptedException {
        for (Future<Void> future : futures) {
            try {
                future.get();
            } catch (ExecutionException e) {
                switch (e.getCause()) {
                    case RuntimeException failure -> throw failure;
                    case Error failure -> throw failure;
                    case null, default -> throw new AssertionError(e);
                }
            }
        }
    }

    @Override
    public float[] embedQuery(String query) {
        requireText(query);
        return vector(query);
    }

    private static void requireText(String text) {
        if (text.isBlank()) {
            throw new IllegalArgumentException("text: blank (expected: something to embed)");
        }
    }

    // Each text holds the lock by itself: were a whole list to hold it, a close that waits for the
    // list would stop the threads that work on it.
    private float[] vector(String text) {
        Lock lock = enter();
        try {
            return pooled(text);
        } finally {
            lock.unlock();
        }
    }

    private float[] pooled(String text) {
        long[] ids = ids(text);
        int content = tokenizer.window() - tokenizer.specialTokens();
        if (ids.length <= content) {
            return Pooling.normalise(model.run(tokenizer.row(ids, 0, ids.length)));
        }
        float[] sum = new float[identity.dimension()];
        for (int start = 0; start < ids.length; start += content) {
            int end = Math.min(start + content, ids.length);
            float[] window = Pooling.normalise(model.run(tokenizer.row(ids, start, end)));
            Pooling.add(sum, window, end - start);
        }
        return Pooling.normalise(sum);
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
            throw closed(null);
        }
        return lock;
    }

    private IllegalStateException closed(@Nullable Throwable cause) {
        return new IllegalStateException(
                "the embedder of " + identity.name() + " is closed", cause);
    }

    /** Frees the model, once the texts in work are done. */
    @Override
    public void close() {
        life.writeLock().lock();
        try {
            if (!closed) {
                closed = true;
                pool.shutdown();
                model.close();
                tokenizer.close();
            }
        } finally {
            life.writeLock().unlock();
        }
    }
}
