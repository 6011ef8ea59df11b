package dev.engram.cli.ann;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;

/** Waits for other threads; what they threw is thrown here. */
final class Join {

    private Join() {}

    static <T> T of(Future<T> running) {
        try {
            return running.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while measuring", e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException trouble) {
                throw trouble;
            }
            throw new AssertionError("a measuring thread failed", e.getCause());
        }
    }
}
