package dev.engram.text;

import dev.engram.db.Embedder;
import dev.engram.error.UnavailableException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;

/**
 * Reads, embeds and hands over, all three at once, in order.
 *
 * <pre>
 *   reading thread ──► queue of {@value #AHEAD} batches being embedded ──► the caller's thread
 *                        (one thread each, waiting for the model)           (sink, listener)
 * </pre>
 *
 * <p>The queue is what bounds memory: the reading thread waits where it is full. More than one
 * batch is embedded at a time so that the model never waits for the last passage of a batch.
 */
final class Pipeline implements AutoCloseable {

    private static final int BATCH = 64;
    private static final int AHEAD = 3;

    private final PassageReader reader;
    private final Embedder embedder;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final BlockingQueue<Future<Batch>> queue = new ArrayBlockingQueue<>(AHEAD);

    /**
     * What goes through the queue.
     *
     * @param passages with their vectors; none in the last batch
     * @param progress of the reader behind these passages
     */
    private record Batch(List<EmbeddedPassage> passages, Progress progress) {}

    Pipeline(PassageReader reader, Embedder embedder) {
        this.reader = reader;
        this.embedder = embedder;
    }

    void start() {
        threads.execute(this::readAll);
    }

    /** Ends by an empty batch, or by one that fails as reading failed. */
    private void readAll() {
        try {
            queue.put(readBatches());
        } catch (InterruptedException e) {
            // Only close() interrupts, and it takes no further batch.
            Thread.currentThread().interrupt();
        }
    }

    private CompletableFuture<Batch> readBatches() throws InterruptedException {
        try {
            while (reader.hasNext()) {
                List<Passage> passages = new ArrayList<>(BATCH);
                while (passages.size() < BATCH && reader.hasNext()) {
                    passages.add(reader.next());
                }
                Progress progress = reader.progress();
                queue.put(threads.submit(() -> embed(passages, progress)));
            }
            return CompletableFuture.completedFuture(new Batch(List.of(), reader.progress()));
        } catch (RuntimeException | Error e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private Batch embed(List<Passage> passages, Progress progress) {
        List<float[]> vectors = embedder.embed(passages.stream().map(Passage::text).toList());
        List<EmbeddedPassage> embedded = new ArrayList<>(passages.size());
        for (int i = 0; i < passages.size(); i++) {
            embedded.add(new EmbeddedPassage(passages.get(i), vectors.get(i)));
        }
        return new Batch(embedded, progress);
    }

    void drain(Consumer<List<EmbeddedPassage>> sink, Consumer<Progress> listener) {
        try {
            Batch batch = queue.take().get();
            while (!batch.passages().isEmpty()) {
                sink.accept(batch.passages());
                listener.accept(batch.progress());
                batch = queue.take().get();
            }
            listener.accept(batch.progress());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UnavailableException("interrupted while documents were read", e);
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case RuntimeException failure -> throw failure;
                case Error failure -> throw failure;
                case null, default -> throw new AssertionError(e);
            }
        }
    }

    /** Stops what is still going on, and waits for it: afterwards nobody uses the model. */
    @Override
    public void close() {
        threads.shutdownNow();
        threads.close();
    }
}
