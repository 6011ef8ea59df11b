package dev.engram.index.graph;

import dev.engram.index.kernel.Keys;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;

/**
 * The lists of links of a graph that one thread changes while others read it. Nodes are numbered by
 * their ordinals on all levels.
 *
 * <pre>
 *   a record of a list with room for n links, in the machine's order of bytes
 *      0  u32  version << 10 | number of links
 *      4  n x u32  links of even versions
 *      .. n x u32  links of odd versions
 *      .. n x f32  lengths of the newest links: only the writer's
 *   and behind that on the base only
 *      .. u32  1 + the number of the node's upper list on level 1, those above follow; 0 for none
 *      .. u32  1 + a twin of the vector, the newest; 0 for none
 * </pre>
 *
 * The writer fills the half that nobody reads and then turns the version; a reader that finds the
 * version turned after it copied a list copies the other half. So nobody waits, and nobody sees a
 * list half written. A link is published after all of the node that it leads to.
 */
final class GrowingLinks {

    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;
    private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT;
    private static final VarHandle SHARED = INT.varHandle();
    private static final int COUNT_BITS = 10;
    private static final int COUNT_MASK = (1 << COUNT_BITS) - 1;

    private final int degree;
    private final GrowingBlocks base;
    private final GrowingBlocks upper;

    /** Known to the writer only. */
    private int listCount;

    GrowingLinks(int degree) {
        this.degree = degree;
        this.base = new GrowingBlocks(listBytes(2 * degree) + 2 * Integer.BYTES);
        this.upper = new GrowingBlocks(listBytes(degree));
    }

    private static long listBytes(int capacity) {
        return Integer.BYTES * (1 + 3L * capacity);
    }

    int capacity(int level) {
        return level == 0 ? 2 * degree : degree;
    }

    int degree() {
        return degree;
    }

    /** How many lists there are above the base; for the writer. */
    int listCount() {
        return listCount;
    }

    /** Makes room for a node that stands so high; for the writer. */
    void add(int node, int height) {
        base.reserve(node + 1L);
        if (height > 0) {
            upper.reserve((long) listCount + height);
            SHARED.setRelease(base.bytes(base.chunk(node)), firstUpperOffset(node), listCount + 1);
            listCount += height;
        }
    }

    private long firstUpperOffset(int node) {
        return base.offset(node) + listBytes(2 * degree);
    }

    /** The number of a node's list on level 1, or -1. */
    int firstUpper(int node) {
        return (int) SHARED.getAcquire(base.bytes(base.chunk(node)), firstUpperOffset(node)) - 1;
    }

    /** The newest twin of a vector, or -1. The next is the twin's own newest twin. */
    int twin(int ordinal) {
        long at = firstUpperOffset(ordinal) + Integer.BYTES;
        return (int) SHARED.getAcquire(base.bytes(base.chunk(ordinal)), at) - 1;
    }

    /** Adds a twin, for which there is room; for the writer. */
    void addTwin(int original, int twin) {
        long at = firstUpperOffset(twin) + Integer.BYTES;
        base.bytes(base.chunk(twin)).set(INT, at, twin(original) + 1);
        at = firstUpperOffset(original) + Integer.BYTES;
        SHARED.setRelease(base.bytes(base.chunk(original)), at, twin + 1);
    }

    private GrowingBlocks blocks(int level) {
        return level == 0 ? base : upper;
    }

    private int record(int level, int node) {
        return level == 0 ? node : firstUpper(node) + level - 1;
    }

    /**
     * Copies a list.
     *
     * @return the number of links
     */
    int read(int level, int node, int[] into) {
        GrowingBlocks blocks = blocks(level);
        int record = record(level, node);
        MemorySegment chunk = blocks.bytes(blocks.chunk(record));
        long at = blocks.offset(record);
        int header = (int) SHARED.getAcquire(chunk, at);
        while (true) {
            int count = header & COUNT_MASK;
            long links = at + half(level, header >>> COUNT_BITS);
            for (int i = 0; i < count; i++) {
                into[i] = chunk.get(INT, links + (long) i * Integer.BYTES);
            }
            // The version must not be read before the links.
            VarHandle.acquireFence();
            int after = (int) SHARED.getAcquire(chunk, at);
            if (after == header) {
                return count;
            }
            header = after;
        }
    }

    private long half(int level, int version) {
        return Integer.BYTES * (1 + (long) (version & 1) * capacity(level));
    }

    /** Copies a list with its lengths as keys; for the writer. */
    int readKeys(int level, int node, int[] links, long[] keys) {
        int count = read(level, node, links);
        GrowingBlocks blocks = blocks(level);
        int record = record(level, node);
        MemorySegment chunk = blocks.bytes(blocks.chunk(record));
        long lengths =
                blocks.offset(record) + half(level, 0) + 2L * capacity(level) * Integer.BYTES;
        for (int i = 0; i < count; i++) {
            keys[i] = Keys.of(chunk.get(FLOAT, lengths + (long) i * Float.BYTES), links[i]);
        }
        return count;
    }

    /** Replaces a list; for the writer. */
    void write(int level, int node, long[] keys, int count) {
        GrowingBlocks blocks = blocks(level);
        int record = record(level, node);
        MemorySegment chunk = blocks.bytes(blocks.chunk(record));
        long at = blocks.offset(record);
        int version = (chunk.get(INT, at) >>> COUNT_BITS) + 1;
        long links = at + half(level, version);
        long lengths = at + half(level, 0) + 2L * capacity(level) * Integer.BYTES;
        // A reader that sees one of the links below must see the version that went before, too.
        VarHandle.releaseFence();
        for (int i = 0; i < count; i++) {
            chunk.set(INT, links + (long) i * Integer.BYTES, Keys.id(keys[i]));
            chunk.set(FLOAT, lengths + (long) i * Float.BYTES, Keys.distance(keys[i]));
        }
        SHARED.setRelease(chunk, at, version << COUNT_BITS | count);
    }

    long bytes() {
        return base.bytes() + upper.bytes();
    }

    /** The graph as one thread sees it, up to a bound. Not safe for several threads. */
    static final class View implements Adjacency {

        private final GrowingLinks links;
        private int bound = Integer.MAX_VALUE;

        View(GrowingLinks links) {
            this.links = links;
        }

        /** From now on no node from this one on is named. */
        void setBound(int bound) {
            this.bound = bound;
        }

        @Override
        public int read(int level, int node, int[] into) {
            int count = links.read(level, node, into);
            int kept = 0;
            for (int i = 0; i < count; i++) {
                if (into[i] < bound) {
                    into[kept++] = into[i];
                }
            }
            return kept;
        }

        @Override
        public int capacity(int level) {
            return links.capacity(level);
        }

        @Override
        public int ordinal(int level, int node) {
            return node;
        }
    }
}
