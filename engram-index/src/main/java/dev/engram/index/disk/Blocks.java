package dev.engram.index.disk;

import dev.engram.storage.Storage;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** The blocks of a file: the first ones in memory, the others read and checked when asked for. */
final class Blocks {

    private final DiskFile file;
    private final Storage.Input input;
    private final MemorySegment kept;
    private final int keptCount;

    private Blocks(DiskFile file, Storage.Input input, MemorySegment kept, int keptCount) {
        this.file = file;
        this.input = input;
        this.kept = kept;
        this.keptCount = keptCount;
    }

    /**
     * Reads the blocks that are kept.
     *
     * @param arena owns them
     */
    static Blocks open(DiskFile file, Storage.Input input, int keptCount, Arena arena) {
        int blockBytes = file.layout().blockBytes();
        long bytes = (long) keptCount * blockBytes;
        MemorySegment kept = arena.allocate(Math.max(1, bytes), DiskLayout.PAGE_BYTES);
        Blocks blocks = new Blocks(file, input, kept.asSlice(0, bytes), keptCount);
        for (int block = 0; block < keptCount; block++) {
            blocks.read(block, kept.asSlice((long) block * blockBytes, blockBytes));
        }
        return blocks;
    }

    /** Whether a block need not be read. */
    boolean isKept(int block) {
        return block < keptCount;
    }

    /** A block that is kept. */
    MemorySegment kept(int block) {
        int blockBytes = file.layout().blockBytes();
        return kept.asSlice((long) block * blockBytes, blockBytes);
    }

    /** Reads and checks a block. */
    void read(int block, MemorySegment into) {
        readOne(block, file.offset(block), into);
    }

    /** Reads and checks blocks that follow each other; returns how many 4 KiB that took. */
    int read(int first, int count, MemorySegment into) {
        int blockBytes = file.layout().blockBytes();
        long offset = file.offset(first);
        input.read(offset, into.asSlice(0, (long) count * blockBytes));
        for (int i = 0; i < count; i++) {
            long at = (long) i * blockBytes;
            DiskLayout.check(
                    into.asSlice(at, blockBytes),
                    file.stamp(),
                    first + i,
                    file.file(),
                    offset + at);
        }
        return count * file.layout().pagesPerBlock();
    }

    /** Reads and checks a block of places. */
    void readPlaces(int block, MemorySegment into) {
        long offset = file.offset(file.blocks()) + (long) block * DiskLayout.PAGE_BYTES;
        readOne(file.blocks() + block, offset, into.asSlice(0, DiskLayout.PAGE_BYTES));
    }

    private void readOne(int number, long offset, MemorySegment into) {
        input.read(offset, into);
        DiskLayout.check(into, file.stamp(), number, file.file(), offset);
    }
}
