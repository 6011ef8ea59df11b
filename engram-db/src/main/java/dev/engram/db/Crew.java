package dev.engram.db;

import dev.engram.index.Workers;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;

/** The threads that a database computes with beside the calls: one bounded pool, or a test's. */
final class Crew implements AutoCloseable {

    private static final System.Logger LOG = System.getLogger(Crew.class.getName());

    private final Executor executor;
    private final int threads;
    private final Runnable end;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private volatile boolean paused;

    private Crew(Executor executor, int threads, Runnable end) {
        this.executor = executor;
        this.threads = threads;
        this.end = end;
    }

    /**
     * Half of the processors, so that the calls keep the others; but a merge never holds up a seal.
     */
    static Crew pool() {
        int threads = Math.max(2, Runtime.getRuntime().availableProcessors() / 2);
        ExecutorService pool =
                Executors.newFixedThreadPool(
                        threads,
                        Thread.ofPlatform()
                                .daemon()
                                .name("engram-job-", 0)
                                .uncaughtExceptionHandler(Crew::report)
                                .factory());
        return new Crew(pool, threads, pool::close);
    }

    /** What no job expects is an error of engram's own: its trace belongs into the log. */
    private static void report(Thread thread, Throwable error) {
        LOG.log(System.Logger.Level.ERROR, thread.getName() + " ended by an error", error);
    }

    /** One thread at a time, whichever that is; not ended with the database. */
    static Crew of(Executor executor) {
        return new Crew(executor, 1, () -> {});
    }

    void execute(Runnable work) {
        executor.execute(work);
    }

    /** The threads a build may use, the one it is started on included. */
    Workers workers() {
        return new Workers(executor, threads);
    }

    boolean isPaused() {
        return paused;
    }

    /** Has work wait, where it says how far it is, until it is resumed. */
    void pause() {
        paused = true;
    }

    void resume() {
        lock.lock();
        try {
            paused = false;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Returns once work may go on, or is not wanted any more. */
    void awaitResumed(BooleanSupplier unwanted) {
        lock.lock();
        try {
            while (paused && !unwanted.getAsBoolean()) {
                changed.awaitUninterruptibly();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Has those who wait look whether their work is wanted. */
    void look() {
        lock.lock();
        try {
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Ends the threads, once their work is done. */
    @Override
    public void close() {
        end.run();
    }
}
