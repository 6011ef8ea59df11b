package dev.engram.db.commit;

import dev.engram.error.EngramException;
import dev.engram.error.UnavailableException;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Lets commits that come at the same time share one wait for the disk.
 *
 * <p>Whoever gets the latch does the work of all who wait by then, in the order in which they came;
 * they find it done.
 *
 * @param <T> what is to be committed
 */
public final class GroupCommit<T> {

    /** More would make the first of a group wait too long for the last. */
    private static final int GROUP_MAX = 256;

    private static final String BROKEN =
            "a commit beside this one failed, and whether this one counts is unknown; open the"
                    + " database again";

    private final ReentrantLock latch = new ReentrantLock();
    private final Queue<Entry<T>> waiting = new ConcurrentLinkedQueue<>();
    private final Consumer<List<Entry<T>>> work;

    /**
     * @param work commits a group, and tells each entry what came of it; one at a time
     */
    public GroupCommit(Consumer<List<Entry<T>>> work) {
        this.work = work;
    }

    /**
     * One that waits.
     *
     * @param <T> what is to be committed
     */
    public static final class Entry<T> {
        private final T wanted;
        private boolean done;
        private long ts;
        private @Nullable EngramException refused;

        Entry(T wanted) {
            this.wanted = wanted;
        }

        /** What is to be committed. */
        public T wanted() {
            return wanted;
        }

        /** It counts from this timestamp on. */
        public void committed(long at) {
            ts = at;
            done = true;
        }

        /** It does not count, and changed nothing. */
        public void refuse(EngramException why) {
            refused = why;
            done = true;
        }
    }

    /** Commits, together with others where some wait; returns the commit timestamp. */
    public long commit(T wanted) {
        Entry<T> entry = new Entry<>(wanted);
        waiting.add(entry);
        latch.lock();
        try {
            while (!entry.done) {
                commitGroup();
            }
        } finally {
            latch.unlock();
        }
        if (entry.refused != null) {
            throw entry.refused;
        }
        return entry.ts;
    }

    private void commitGroup() {
        List<Entry<T>> group = new ArrayList<>();
        Entry<T> next = waiting.poll();
        while (next != null) {
            group.add(next);
            next = group.size() < GROUP_MAX ? waiting.poll() : null;
        }
        try {
            work.accept(group);
        } catch (EngramException e) {
            refuse(group, e);
        } finally {
            // An error of ours goes to the thread that met it; the others must not wait for ever.
            refuse(group, new UnavailableException(BROKEN));
        }
    }

    private static <T> void refuse(List<Entry<T>> group, EngramException why) {
        for (Entry<T> entry : group) {
            if (!entry.done) {
                entry.refuse(why);
            }
        }
    }

    /** How many wait for those before them. */
    int waiting() {
        return waiting.size();
    }

    /** Does something while no commit is at work. */
    public <R> R alone(Supplier<R> other) {
        latch.lock();
        try {
            return other.get();
        } finally {
            latch.unlock();
        }
    }
}
