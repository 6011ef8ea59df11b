package dev.engram.index.kernel;

import dev.engram.index.Workers;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntConsumer;

/** Does the items of a list on the threads of {@link Workers}, the caller's among them. */
public final class Crew {

    private final Workers workers;

    /** Of the threads given. */
    public Crew(Workers workers) {
        this.workers = workers;
    }

    /**
     * Returns when all of {@code 0..items-1} are done; what they wrote is then visible.
     *
     * <p>A thread that comes late, or never, is not waited for: the others do its part.
     */
    public void run(int items, IntConsumer body) {
        int helpers = Math.min(workers.threads(), items) - 1;
        if (helpers <= 0) {
            for (int item = 0; item < items; item++) {
                body.accept(item);
            }
            return;
        }
        Round round = new Round(items, body);
        for (int i = 0; i < helpers; i++) {
            workers.executor().execute(round);
        }
        round.run();
        round.await();
    }

    private static final class Round implements Runnable {

        private final int items;
        private final IntConsumer body;
        private final AtomicInteger next = new AtomicInteger();
        private final CountDownLatch open;
        private final AtomicReference<Throwable> failure = new AtomicReference<>();

        Round(int items, IntConsumer body) {
            this.items = items;
            this.body = body;
            this.open = new CountDownLatch(items);
        }

        @Override
        public void run() {
            for (int item = next.getAndIncrement(); item < items; item = next.getAndIncrement()) {
                try {
                    if (failure.get() == null) {
                        body.accept(item);
                    }
                } catch (RuntimeException | Error e) {
                    // The caller throws it again, once nobody works on this round any more.
                    failure.compareAndSet(null, e);
                } finally {
                    open.countDown();
                }
            }
        }

        /** Waits without giving up: others still write to memory that the caller would free. */
        void await() {
            boolean interrupted = false;
            while (open.getCount() > 0) {
                try {
                    open.await();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
            switch (failure.get()) {
                case null -> {}
                case RuntimeException e -> throw e;
                case Throwable e -> throw (Error) e;
            }
        }
    }
}
