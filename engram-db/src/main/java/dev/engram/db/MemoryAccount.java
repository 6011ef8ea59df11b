package dev.engram.db;

import dev.engram.error.LimitExceededException;
import dev.engram.error.UnavailableException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The memory for vectors that are not sealed yet, of all collections of a database together.
 *
 * <pre>
 *   0 ────────── free ────────── half ── large shards are sealed before they are full ── max
 *                                                                        commits wait ────┘
 * </pre>
 *
 * A commit gets its memory here before it queues, so that none begins that cannot be held.
 */
final class MemoryAccount {

    /** How often one that waits has the sealing looked after. */
    private static final long LOOK_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final long bytesMax;
    private final Duration wait;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Map<Records, Long> used = new HashMap<>();
    private long usedBytes;
    private long reservedBytes;

    /**
     * @param bytesMax for all of them
     * @param wait how long a commit waits for its memory
     */
    MemoryAccount(long bytesMax, Duration wait) {
        this.bytesMax = bytesMax;
        this.wait = wait;
    }

    /** Memory that a commit may fill until this is closed. */
    interface Reservation extends AutoCloseable {
        @Override
        void close();
    }

    /** What a collection takes now. */
    void set(Records records, long bytes) {
        lock.lock();
        try {
            Long before = bytes == 0 ? used.remove(records) : used.put(records, bytes);
            usedBytes += bytes - (before == null ? 0 : before);
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Whether a collection is to seal what it has although its own memory is not full. While there
     * is too much in all, this is true for one of them at least: that with the most.
     */
    boolean isPressed(Records records) {
        lock.lock();
        try {
            Long bytes = used.get(records);
            return isScarce() && bytes != null && bytes >= usedBytes / used.size();
        } finally {
            lock.unlock();
        }
    }

    private boolean isScarce() {
        return usedBytes + reservedBytes > bytesMax / 2;
    }

    /** Has large shards sealed where memory is scarce. */
    void relieve() {
        List<Records> all;
        lock.lock();
        try {
            if (!isScarce()) {
                return;
            }
            all = List.copyOf(used.keySet());
        } finally {
            lock.unlock();
        }
        all.stream().filter(this::isPressed).forEach(Records::wake);
    }

    /**
     * Takes memory for a commit, once there is enough.
     *
     * @throws LimitExceededException where it can never be, or is not for a long time
     */
    Reservation reserve(long bytes) {
        if (bytes > bytesMax) {
            throw new LimitExceededException(
                    "the vectors of this commit take %d bytes, and the memory budget allows %d;"
                                    .formatted(bytes, bytesMax)
                            + " nothing was written, write them in several commits");
        }
        long left = wait.toNanos();
        while (bytes > 0 && !take(bytes)) {
            if (left <= 0) {
                throw new LimitExceededException(
                        "the memory for vectors is full: %d of %d bytes, and the commit needs %d;"
                                        .formatted(usedBytes(), bytesMax, bytes)
                                + " nothing was written, try again later");
            }
            relieve();
            left -= await(Math.min(left, LOOK_NANOS), bytes);
        }
        return bytes == 0 ? () -> {} : () -> giveBack(bytes);
    }

    private boolean take(long bytes) {
        lock.lock();
        try {
            boolean enough = hasRoom(bytes);
            reservedBytes += enough ? bytes : 0;
            return enough;
        } finally {
            lock.unlock();
        }
    }

    private boolean hasRoom(long bytes) {
        return usedBytes + reservedBytes + bytes <= bytesMax;
    }

    private void giveBack(long bytes) {
        lock.lock();
        try {
            reservedBytes -= bytes;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private long await(long nanos, long bytes) {
        lock.lock();
        try {
            long left = nanos;
            while (left > 0 && !hasRoom(bytes)) {
                left = changed.awaitNanos(left);
            }
            return nanos - left;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UnavailableException("interrupted while waiting for memory", e);
        } finally {
            lock.unlock();
        }
    }

    long bytesMax() {
        return bytesMax;
    }

    long usedBytes() {
        lock.lock();
        try {
            return usedBytes;
        } finally {
            lock.unlock();
        }
    }

    long reservedBytes() {
        lock.lock();
        try {
            return reservedBytes;
        } finally {
            lock.unlock();
        }
    }
}
