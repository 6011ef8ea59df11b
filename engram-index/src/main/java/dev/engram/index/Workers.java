package dev.engram.index;

import java.util.concurrent.Executor;

/**
 * The threads a build may use: the caller's own, and more from an executor. What is built does not
 * depend on their number.
 *
 * @param executor lends the threads; a build ends also where it lends fewer or none
 * @param threads how many at most, the caller's included, >= 1
 */
public record Workers(Executor executor, int threads) {

    public Workers {
        if (threads < 1) {
            throw new IllegalArgumentException("threads: " + threads + " (expected: >= 1)");
        }
    }

    /** Only the thread that calls. */
    public static Workers caller() {
        return new Workers(Runnable::run, 1);
    }
}
