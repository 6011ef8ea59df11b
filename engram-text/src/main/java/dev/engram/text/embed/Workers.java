package dev.engram.text.embed;

import dev.engram.error.UnavailableException;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.IntConsumer;
import java.util.stream.Stream;

/**
 * Threads that compute. Which of them does a piece of work must not matter to its result: then
 * results are the same for any number of them.
 */
public final class Workers implements AutoCloseable {

    private final String name;
    private final int threads;
    private final ExecutorService pool;

    /**
     * @param name what they work for
     * @param threads how many pieces of work are done at a time
     */
    public Workers(String name, int threads) {
        if (threads < 1) {
            throw new IllegalArgumentException("threads: " + threads + " (expected: >= 1)");
        }
        this.name = name;
        this.threads = threads;
        var factory = Thread.ofPlatform().name("engram-embed-" + name + "-", 1).daemon().factory();
        pool = Executors.newFixedThreadPool(threads, factory);
    }

    /** The vectors of some texts, in their order. */
    List<float[]> vectors(List<String> texts, Function<String, float[]> vector) {
        float[][] vectors = new float[texts.size()][];
        each(texts.size(), i -> vectors[i] = vector.apply(texts.get(i)));
        return Arrays.asList(vectors);
    }

    /**
     * Does every piece of some work, in any order; the first failure is thrown here.
     *
     * @param count pieces, named 0 to count - 1
     */
    public void each(int count, IntConsumer work) {
        int workers = Math.min(threads, count);
        // The caller waits in any case: where one thread is enough, it is the caller's.
        if (workers <= 1) {
            for (int i = 0; i < count; i++) {
                work.accept(i);
            }
            return;
        }
        AtomicInteger next = new AtomicInteger();
        Callable<Void> share =
                () -> {
                    for (int i = next.getAndIncrement();
                            i < count && !Thread.currentThread().isInterrupted();
                            i = next.getAndIncrement()) {
                        work.accept(i);
                    }
                    return null;
                };
        try {
            await(pool.invokeAll(Stream.generate(() -> share).limit(workers).toList()));
        } catch (RejectedExecutionException e) {
            throw new IllegalStateException("the embedder of " + name + " is closed", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UnavailableException("interrupted while embedding", e);
        }
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

    /** Ends them, once the work they are at is done; does not wait for that. */
    @Override
    public void close() {
        pool.shutdown();
    }
}
