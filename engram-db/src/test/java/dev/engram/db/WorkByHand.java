package dev.engram.db;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;

/** Keeps work until a test does it, on the test's own thread. */
final class WorkByHand implements Executor {

    private final Queue<Runnable> waiting = new ConcurrentLinkedQueue<>();

    @Override
    public void execute(Runnable work) {
        waiting.add(work);
    }

    /** Whether there is anything to do. */
    boolean isWaiting() {
        return !waiting.isEmpty();
    }

    /** Does all that waits, and what comes of it. */
    void doAll() {
        for (Runnable work = waiting.poll(); work != null; work = waiting.poll()) {
            work.run();
        }
    }
}
