package dev.engram.index.kernel;

import dev.engram.index.Neighbour;
import java.util.Arrays;
import java.util.List;

/** The nearest so many {@link Keys} of all that were offered: a heap with the farthest on top. */
public final class Nearest {

    private static final int FIRST_CAPACITY = 64;

    private long[] heap = new long[FIRST_CAPACITY];
    private int limit;
    private int size;

    /** Forgets all keys. */
    public void reset(int limit) {
        if (limit < 1) {
            throw new AssertionError("limit: " + limit);
        }
        this.limit = limit;
        size = 0;
    }

    /** How many keys are held. */
    public int size() {
        return size;
    }

    /** A key must be smaller than this to be taken. */
    public long bound() {
        return size < limit ? Long.MAX_VALUE : heap[0];
    }

    /** Takes a key if it is among the nearest so far. */
    public void offer(long key) {
        if (size < limit) {
            add(key);
        } else if (key < heap[0]) {
            sink(key);
        }
    }

    /** The nearest key held; there must be one. Looks at half of all. */
    public long least() {
        // In a heap with the farthest on top, the nearest has no children.
        long least = Long.MAX_VALUE;
        for (int at = size >>> 1; at < size; at++) {
            least = Math.min(least, heap[at]);
        }
        return least;
    }

    /**
     * The keys held, nearest first, at {@code 0..size()-1} of an array that is valid until the next
     * call. Afterwards only {@link #reset} may follow.
     */
    public long[] sorted() {
        Arrays.sort(heap, 0, size);
        return heap;
    }

    /** The keys held as answers, nearest first. Afterwards only {@link #reset} may follow. */
    public List<Neighbour> neighbours() {
        long[] keys = sorted();
        Neighbour[] answers = new Neighbour[size];
        for (int i = 0; i < size; i++) {
            answers[i] = new Neighbour(Keys.id(keys[i]), Keys.distance(keys[i]));
        }
        return List.of(answers);
    }

    private void add(long key) {
        if (size == heap.length) {
            heap = Arrays.copyOf(heap, size * 2);
        }
        int at = size++;
        while (at > 0) {
            int parent = (at - 1) >>> 1;
            if (heap[parent] >= key) {
                break;
            }
            heap[at] = heap[parent];
            at = parent;
        }
        heap[at] = key;
    }

    /** Puts a key in the place of the farthest. */
    private void sink(long key) {
        int at = 0;
        while (true) {
            int child = 2 * at + 1;
            if (child >= size) {
                break;
            }
            if (child + 1 < size && heap[child + 1] > heap[child]) {
                child++;
            }
            if (heap[child] <= key) {
                break;
            }
            heap[at] = heap[child];
            at = child;
        }
        heap[at] = key;
    }
}
