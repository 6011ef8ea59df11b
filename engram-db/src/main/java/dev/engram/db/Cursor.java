package dev.engram.db;

import dev.engram.db.commit.Moment;
import dev.engram.db.shard.View;
import dev.engram.error.ConflictException;
import dev.engram.error.LimitExceededException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * Goes through many records of a collection, some at a time, as all of them were when it began.
 * What is committed later is not seen, and what is removed later is.
 *
 * <p>What it shows is kept for it as long as it is used: its lease begins anew with every call.
 * Once that is over, or the cursor is closed or at its end, it holds nothing. One thread at a time;
 * to go through it with {@code for} uses it up. Holds no more in memory than what it hands out at
 * once.
 *
 * @param <T> what it goes through
 */
public final class Cursor<T> implements Iterable<T>, AutoCloseable {

    /** How long nobody needs to call before what a cursor shows is let go. */
    public static final Duration LEASE_DEFAULT = Duration.ofMinutes(1);

    private static final Duration LEASE_MAX = Duration.ofHours(1);

    /** How many are read at once for those who take one after the other. */
    private static final int STEP = 256;

    private final Database database;
    private final Commits commits;
    private final String name;
    private final Duration lease;
    private final Source<T> source;
    private final int collection;
    private final Moment moment;
    private final View view;
    private boolean ended;

    /** Where it gets from what it hands out. */
    @FunctionalInterface
    interface Source<T> {

        /**
         * What comes next, at most so many; fewer only at the end.
         *
         * @param view the same each time
         */
        List<T> next(Records records, View view, int max);
    }

    Cursor(Database database, Commits commits, String name, Duration lease, Source<T> source) {
        if (!lease.isPositive() || lease.compareTo(LEASE_MAX) > 0) {
            throw new IllegalArgumentException(
                    "lease: " + lease + " (expected: above zero, at most " + LEASE_MAX + ")");
        }
        this.database = database;
        this.commits = commits;
        this.name = name;
        this.lease = lease;
        this.source = source;
        this.collection = database.call(name, records -> records.entry().number());
        this.moment = commits.lease(lease);
        this.view = View.at(moment.ts(), commits.millis());
    }

    /**
     * What comes next.
     *
     * @param max how many at most, 1..10000
     * @return fewer than that only at the end; nothing from then on, or once it is closed
     * @throws LimitExceededException past its lease
     * @throws ConflictException where the collection was replaced
     */
    public synchronized List<T> next(int max) {
        if (max < 1 || max > Collection.K_MAX) {
            throw new IllegalArgumentException(
                    "max: " + max + " (expected: 1.." + Collection.K_MAX + ")");
        }
        if (ended) {
            return List.of();
        }
        List<T> found = database.call(name, records -> next(records, max));
        if (found.size() < max) {
            close();
        }
        return found;
    }

    private List<T> next(Records records, int max) {
        if (records.entry().number() != collection) {
            throw new ConflictException(
                    "collection '" + name + "' was replaced since the cursor began; begin again");
        }
        if (!moment.tryHold(commits.clock().now())) {
            throw new LimitExceededException(
                    "nobody used the cursor for "
                            + lease
                            + ", so what it showed was let go; begin again, with a longer lease if"
                            + " need be");
        }
        try {
            List<T> found = source.next(records, view, max);
            moment.leaseUntil(commits.leaseEnd(lease));
            return found;
        } finally {
            moment.letGo();
        }
    }

    /** Whether what it shows is still kept for it. */
    public boolean isLeased() {
        if (moment.tryHold(commits.clock().now())) {
            moment.letGo();
            return true;
        }
        return false;
    }

    /** Whether it has nothing more to hand out, or was closed. */
    public synchronized boolean isAtEnd() {
        return ended;
    }

    @Override
    public Iterator<T> iterator() {
        return new Iterator<>() {
            private final Queue<T> read = new ArrayDeque<>();

            @Override
            public boolean hasNext() {
                if (read.isEmpty()) {
                    read.addAll(Cursor.this.next(STEP));
                }
                return !read.isEmpty();
            }

            @Override
            public T next() {
                @Nullable T next = hasNext() ? read.poll() : null;
                if (next == null) {
                    throw new NoSuchElementException("the cursor is at its end");
                }
                return next;
            }
        };
    }

    /** Lets go of what it shows. A second call does nothing. */
    @Override
    public synchronized void close() {
        ended = true;
        moment.end();
    }
}
