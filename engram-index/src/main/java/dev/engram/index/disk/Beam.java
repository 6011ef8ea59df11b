package dev.engram.index.disk;

import dev.engram.index.Workers;
import dev.engram.index.kernel.Crew;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * A few blocks that a search wants at the same time. Not safe for several threads.
 *
 * <p>While reads are fast, because the system has the file in its memory, the searching thread does
 * them one after the other: to wake another thread takes longer than a read. Once they take as long
 * as a disk does, virtual threads help, so that the disk has all of them to do at once.
 */
final class Beam {

    /** W of the paper: blocks in flight. More of them take less time, but more are in vain. */
    static final int WIDTH = 4;

    /** Between a read from the system's memory, some 5 us, and one from a disk, 50 us and more. */
    private static final long SLOW_NANOS = 25_000;

    private final Blocks blocks;
    private final int pagesPerBlock;
    private final Crew together = new Crew(new Workers(Thread::startVirtualThread, WIDTH));
    private final MemorySegment memory;
    private final MemorySegment[] buffers = new MemorySegment[WIDTH];
    private final int[] wanted = new int[WIDTH];
    private int count;
    private boolean slow;
    private long pages;

    /**
     * @param arena owns the memory; must let other threads in
     */
    Beam(Blocks blocks, DiskLayout layout, Arena arena) {
        this.blocks = blocks;
        this.pagesPerBlock = layout.pagesPerBlock();
        this.memory = arena.allocate(bytes(layout), DiskLayout.PAGE_BYTES);
        for (int i = 0; i < WIDTH; i++) {
            buffers[i] = memory.asSlice((long) i * layout.blockBytes(), layout.blockBytes());
        }
    }

    /** The memory that a beam takes. */
    static long bytes(DiskLayout layout) {
        return (long) WIDTH * layout.blockBytes();
    }

    /** All the memory, for others to use between two beams. */
    MemorySegment memory() {
        return memory;
    }

    /** How many 4 KiB were read since this was made. */
    long pages() {
        return pages;
    }

    /** Forgets what was wanted. */
    void clear() {
        count = 0;
    }

    /** Whether a block is wanted already. */
    boolean has(int block) {
        for (int i = 0; i < count; i++) {
            if (wanted[i] == block) {
                return true;
            }
        }
        return false;
    }

    /** Wants a block, of at most {@link #WIDTH}. */
    void add(int block) {
        wanted[count++] = block;
    }

    /** How many blocks are wanted. */
    int count() {
        return count;
    }

    /** The number of a wanted block. */
    int number(int index) {
        return wanted[index];
    }

    /** A wanted block; after {@link #fetch}. */
    MemorySegment block(int index) {
        return blocks.isKept(wanted[index]) ? blocks.kept(wanted[index]) : buffers[index];
    }

    /** Reads and checks all that is wanted and not kept. */
    void fetch() {
        int reads = 0;
        for (int i = 0; i < count; i++) {
            reads += blocks.isKept(wanted[i]) ? 0 : 1;
        }
        if (reads == 0) {
            return;
        }
        long start = System.nanoTime();
        if (slow && reads > 1) {
            together.run(count, this::read);
        } else {
            for (int i = 0; i < count; i++) {
                read(i);
            }
        }
        slow = (System.nanoTime() - start) / reads > SLOW_NANOS;
        pages += (long) reads * pagesPerBlock;
    }

    private void read(int index) {
        if (!blocks.isKept(wanted[index])) {
            blocks.read(wanted[index], buffers[index]);
        }
    }
}
