package dev.engram.index.kernel;

import java.util.Arrays;

/** {@link Keys} still to be looked at: a heap with the nearest on top, of any size. */
public final class Frontier {

    private static final int FIRST_CAPACITY = 256;

    private long[] heap = new long[FIRST_CAPACITY];
    private int size;

    /** Forgets all keys. */
    public void clear() {
        size = 0;
    }

    /** Whether there is none left. */
    public boolean isEmpty() {
        return size == 0;
    }

    /** Adds a key. */
    public void push(long key) {
        if (size == heap.length) {
            heap = Arrays.copyOf(heap, size * 2);
        }
        int at = size++;
        while (at > 0) {
            int parent = (at - 1) >>> 1;
            if (heap[parent] <= key) {
                break;
            }
            heap[at] = heap[parent];
            at = parent;
        }
        heap[at] = key;
    }

    /** Takes the nearest out; there must be one. */
    public long pop() {
        long top = heap[0];
        long key = heap[--size];
        int at = 0;
        while (true) {
            int child = 2 * at + 1;
            if (child >= size) {
                break;
            }
            if (child + 1 < size && heap[child + 1] < heap[child]) {
                child++;
            }
            if (heap[child] >= key) {
                break;
            }
            heap[at] = heap[child];
            at = child;
        }
        heap[at] = key;
        return top;
    }
}
