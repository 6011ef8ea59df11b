package dev.engram.index;

import java.util.Arrays;

/** An immutable set of ordinals of one segment, as a bitmap. */
public final class Ordinals {

    private final long[] words;
    private final int size;
    private final int count;

    private Ordinals(int size, long[] words) {
        this.words = words;
        this.size = size;
        int bits = 0;
        for (long word : words) {
            bits += Long.bitCount(word);
        }
        this.count = bits;
    }

    /** All of {@code 0..size-1}. */
    public static Ordinals all(int size) {
        long[] words = new long[(size + 63) >>> 6];
        Arrays.fill(words, -1L);
        if ((size & 63) != 0) {
            words[words.length - 1] = (1L << (size & 63)) - 1;
        }
        return new Ordinals(size, words);
    }

    /**
     * Those given.
     *
     * @param size of the segment; every ordinal is in {@code 0..size-1}
     */
    public static Ordinals of(int size, int... ordinals) {
        long[] words = new long[(size + 63) >>> 6];
        for (int ordinal : ordinals) {
            check(ordinal, size);
            words[ordinal >>> 6] |= 1L << ordinal;
        }
        return new Ordinals(size, words);
    }

    private static void check(int ordinal, int size) {
        if (ordinal < 0 || ordinal >= size) {
            throw new IllegalArgumentException(
                    "ordinal: " + ordinal + " (expected: 0.." + (size - 1) + ")");
        }
    }

    /** This set without those given. */
    public Ordinals without(int... ordinals) {
        long[] copy = words.clone();
        for (int ordinal : ordinals) {
            check(ordinal, size);
            copy[ordinal >>> 6] &= ~(1L << ordinal);
        }
        return new Ordinals(size, copy);
    }

    /** This set with those given, too. */
    public Ordinals with(int... ordinals) {
        long[] copy = words.clone();
        for (int ordinal : ordinals) {
            check(ordinal, size);
            copy[ordinal >>> 6] |= 1L << ordinal;
        }
        return new Ordinals(size, copy);
    }

    /** Those of this set that are {@code < end}. */
    public Ordinals below(int end) {
        long[] copy = words.clone();
        int word = end >>> 6;
        if (word < copy.length) {
            copy[word] &= (1L << end) - 1;
            Arrays.fill(copy, word + 1, copy.length, 0);
        }
        return new Ordinals(size, copy);
    }

    /** This set of {@code 0..size()-1} with {@code size()..sizeAfter-1} added. */
    public Ordinals extended(int sizeAfter) {
        if (sizeAfter < size) {
            throw new IllegalArgumentException(
                    "sizeAfter: " + sizeAfter + " (expected: >= " + size + ")");
        }
        long[] copy = Arrays.copyOf(words, (sizeAfter + 63) >>> 6);
        for (int ordinal = size; ordinal < sizeAfter; ordinal++) {
            copy[ordinal >>> 6] |= 1L << ordinal;
        }
        return new Ordinals(sizeAfter, copy);
    }

    /** How many ordinals there are, in the set or not. */
    public int size() {
        return size;
    }

    /** Whether the ordinal, one of {@code 0..size()-1}, is in the set. */
    public boolean contains(int ordinal) {
        return (words[ordinal >>> 6] & 1L << ordinal) != 0;
    }

    /** The smallest ordinal of the set that is {@code >= from}, or -1 where there is none. */
    public int next(int from) {
        int at = from >>> 6;
        if (at >= words.length) {
            return -1;
        }
        long word = words[at] & (-1L << from);
        while (word == 0) {
            if (++at == words.length) {
                return -1;
            }
            word = words[at];
        }
        return (at << 6) + Long.numberOfTrailingZeros(word);
    }

    /** How many there are. */
    public int count() {
        return count;
    }
}
