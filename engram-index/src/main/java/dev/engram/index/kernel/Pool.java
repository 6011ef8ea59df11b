package dev.engram.index.kernel;

import java.util.Arrays;

/**
 * The nearest so many nodes that a search met, in order, each open until the search goes through
 * it. Candidates and answers in one: what falls out of the answers need not be looked at either.
 *
 * <pre>
 *   63..32  the distance, as in {@link Keys}
 *   31..1   the id
 *   0       1 once the node is closed; last, so that closing one never changes the order
 * </pre>
 */
public final class Pool {

    private static final int FIRST_CAPACITY = 64;
    private static final long CLOSED = 1;
    private static final long DISTANCE = -1L << 32;

    private long[] entries = new long[FIRST_CAPACITY];
    private int limit = 1;
    private int size;

    /** No entry before this one is open. */
    private int cursor;

    /** Forgets all nodes. */
    public void reset(int limit) {
        if (limit < 1) {
            throw new AssertionError("limit: " + limit);
        }
        this.limit = limit;
        size = 0;
        cursor = 0;
        if (entries.length < limit) {
            entries = new long[Math.max(limit, 2 * entries.length)];
        }
    }

    /** From now on as many are held; not fewer than before. */
    public void widen(int limitAfter) {
        if (limitAfter < limit) {
            throw new AssertionError("limit: " + limitAfter + " after " + limit);
        }
        limit = limitAfter;
        if (entries.length < limit) {
            entries = Arrays.copyOf(entries, limit);
        }
    }

    /** How many nodes are held. */
    public int size() {
        return size;
    }

    /** A node must be nearer than this to be taken, or as near with a smaller id. */
    public float worst() {
        return bound(limit);
    }

    /** The distance of the so many-th nearest node; infinite where fewer are held. */
    public float bound(int count) {
        return size < count ? Float.POSITIVE_INFINITY : distance(count - 1);
    }

    /** Takes a node as open if it is among the nearest so far; returns whether. */
    public boolean offer(float distance, int id) {
        long key = Keys.of(distance, 0) | ((long) id << 1);
        int last = size - 1;
        if (size == limit) {
            if (key >= entries[last]) {
                return false;
            }
        } else {
            last = size++;
        }
        int at = placeOf(key, last);
        System.arraycopy(entries, at, entries, at + 1, last - at);
        entries[at] = key;
        cursor = Math.min(cursor, at);
        return true;
    }

    private int placeOf(long key, int end) {
        int low = 0;
        int high = end;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (entries[middle] < key) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    /** Closes the nearest node that is open and returns its id, or -1 where all are closed. */
    public int close() {
        while (cursor < size) {
            long entry = entries[cursor];
            if ((entry & CLOSED) == 0) {
                entries[cursor++] = entry | CLOSED;
                return (int) entry >>> 1;
            }
            cursor++;
        }
        return -1;
    }

    /** The key of the node that {@link #close} returned last. */
    public long closed() {
        return key(cursor - 1);
    }

    /** The distance of the node at a place, nearest first. */
    public float distance(int place) {
        return Keys.distance(entries[place]);
    }

    /** The id of the node at a place, nearest first. */
    public int id(int place) {
        return (int) entries[place] >>> 1;
    }

    /** The {@link Keys} of the node at a place, nearest first. */
    public long key(int place) {
        return (entries[place] & DISTANCE) | id(place);
    }
}
