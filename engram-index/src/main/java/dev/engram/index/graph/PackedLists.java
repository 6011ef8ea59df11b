package dev.engram.index.graph;

import dev.engram.error.CorruptException;
import dev.engram.storage.Guarded;
import dev.engram.storage.SegmentWriter;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * Lists of links as they lie in a file, see {@link PackedLayout}. A list is checked while it is
 * unpacked: what comes out are ids of nodes that are there, or a {@link CorruptException}.
 */
final class PackedLists {

    private final Guarded bytes;
    private final int lists;
    private final int nodes;

    /** Where the first list starts, and where the last one ends. */
    private final long start;

    private final long end;

    /** By the number of links: the lower bits of each, and the bytes of the list. */
    private final int[] lowBits;

    private final int[] lengths;

    /**
     * @param lists how many there are
     * @param nodes how many nodes they may link to
     * @param capacity the most links of a list
     */
    PackedLists(Guarded bytes, int lists, int nodes, int capacity) {
        this.bytes = bytes;
        this.lists = lists;
        this.nodes = nodes;
        this.start = PackedLayout.lineBytes(lists);
        this.end = bytes.byteSize() - PackedLayout.PADDING;
        this.lowBits = new int[capacity + 1];
        this.lengths = new int[capacity + 1];
        for (int count = 0; count <= capacity; count++) {
            lowBits[count] = PackedLayout.lowBits(nodes, count);
            lengths[count] = PackedLayout.bytes(nodes, count);
        }
        if (end < start) {
            throw bytes.corrupt(0, bytes.byteSize() + " bytes for " + lists + " lists of links");
        }
    }

    /** How many lists there are. */
    int count() {
        return lists;
    }

    /**
     * Unpacks a list.
     *
     * @param into gets its links, ascending
     * @return how many there are
     */
    int read(int list, int[] into) {
        if (list < 0 || list >= lists) {
            throw bytes.corrupt(0, "list of links: " + list + " (expected: below " + lists + ")");
        }
        long line = PackedLayout.line(list);
        MemorySegment all = bytes.range(line, PackedLayout.LINE_BYTES);
        long place = PackedLayout.place(list, line);
        int from = PackedLayout.start(all, place);
        int length = PackedLayout.end(all, place) - from;
        if (length == 0) {
            return 0;
        }
        long at = start + PackedLayout.first(all, line) + from;
        if (length < 0 || at + length > end) {
            throw bytes.corrupt(place, "end of list " + list + ": " + length + " bytes at " + at);
        }
        bytes.range(at, length);
        int count = PackedLayout.count(all, at);
        if (count >= lengths.length || lengths[count] != length) {
            throw bytes.corrupt(at, "links: " + count + " in " + length + " bytes");
        }
        if (!unpack(all, at + 1, count, lowBits[count], nodes, into)) {
            throw bytes.corrupt(at, "links that are not below " + nodes);
        }
        return count;
    }

    /**
     * A loop over words, and in it one over the bits that are set, which are the links.
     *
     * @return whether all links are below {@code nodes}, and as many as were asked for
     */
    private static boolean unpack(
            MemorySegment all, long at, int count, int low, int nodes, int[] into) {
        int high = PackedLayout.highBits(nodes, count, low);
        long mask = (1L << low) - 1;
        int last = nodes - 1;
        int beyond = 0;
        int found = 0;
        for (int word = 0; word < high; word += Long.SIZE) {
            long bits = all.get(PackedLayout.LONG, at + (word >>> 3));
            if (high - word < Long.SIZE) {
                bits &= (1L << (high - word)) - 1;
            }
            int until = found + Long.bitCount(bits);
            if (until > count) {
                return false;
            }
            for (; found < until; found++) {
                int lowAt = high + found * low;
                long lower = all.get(PackedLayout.LONG, at + (lowAt >>> 3)) >>> (lowAt & 7) & mask;
                int upper = word + Long.numberOfTrailingZeros(bits) - found;
                int link = upper << low | (int) lower;
                beyond |= last - link;
                into[found] = link;
                bits &= bits - 1;
            }
        }
        return beyond >= 0 && found == count;
    }

    /** Reads every list, and that they follow each other to the end. */
    void verify() {
        int[] links = new int[lengths.length];
        long at = start;
        for (int list = 0; list < lists; list++) {
            long line = PackedLayout.line(list);
            MemorySegment all = bytes.range(line, PackedLayout.LINE_BYTES);
            long place = PackedLayout.place(list, line);
            long found = start + PackedLayout.first(all, line) + PackedLayout.start(all, place);
            if (found != at) {
                throw bytes.corrupt(place, "list at " + found + " (expected: " + at + ")");
            }
            at += lengths[read(list, links)];
        }
        if (at != end) {
            throw bytes.corrupt(at, "end of the lists (expected: at " + end + ")");
        }
    }

    /**
     * Packs lists into the current section.
     *
     * @param from the lists as they are while a graph is built, one after the other
     * @param nodes how many nodes they may link to
     * @param capacity the most links of a list, which each has room for
     */
    static void write(SegmentWriter writer, MemorySegment from, int nodes, int capacity) {
        int lists = (int) (from.byteSize() / HnswLayout.listBytes(capacity));
        try (Arena arena = Arena.ofConfined()) {
            writer.write(lines(from, lists, nodes, capacity, arena));
            MemorySegment packed =
                    arena.allocate(PackedLayout.bytes(nodes, capacity) + PackedLayout.PADDING);
            int[] links = new int[capacity];
            for (int list = 0; list < lists; list++) {
                int count = HnswLayout.links(from, list * HnswLayout.listBytes(capacity), links);
                Arrays.sort(links, 0, count);
                writer.write(packed.asSlice(0, pack(links, count, nodes, packed)));
            }
            writer.write(packed.fill((byte) 0).asSlice(0, PackedLayout.PADDING));
        }
    }

    private static MemorySegment lines(
            MemorySegment from, int lists, int nodes, int capacity, Arena arena) {
        long bytes = PackedLayout.lineBytes(lists);
        MemorySegment lines = arena.allocate(Math.max(1, bytes)).asSlice(0, bytes);
        long at = 0;
        long first = 0;
        for (int list = 0; list < lists; list++) {
            long line = PackedLayout.line(list);
            if (list % PackedLayout.LISTS == 0) {
                first = at;
                PackedLayout.setFirst(lines, line, first);
            }
            int count = HnswLayout.linkCount(from, list * HnswLayout.listBytes(capacity));
            at += PackedLayout.bytes(nodes, count);
            PackedLayout.setEnd(lines, PackedLayout.place(list, line), (int) (at - first));
        }
        return lines;
    }

    /** Packs one list; returns how many bytes it takes. */
    private static int pack(int[] links, int count, int nodes, MemorySegment packed) {
        if (count == 0) {
            return 0;
        }
        packed.fill((byte) 0);
        PackedLayout.setCount(packed, count);
        int low = PackedLayout.lowBits(nodes, count);
        int high = PackedLayout.highBits(nodes, count, low);
        long mask = (1L << low) - 1;
        for (int i = 0; i < count; i++) {
            set(packed, i + (links[i] >>> low), 1);
            set(packed, high + i * low, links[i] & mask);
        }
        return PackedLayout.bytes(nodes, count);
    }

    private static void set(MemorySegment packed, int bit, long value) {
        int at = 1 + (bit >>> 3);
        long before = packed.get(PackedLayout.LONG, at);
        packed.set(PackedLayout.LONG, at, before | value << (bit & 7));
    }
}
