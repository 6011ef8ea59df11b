package dev.engram.index.scan;

import dev.engram.storage.SegmentWriter;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/** Blocks of codes in memory, in chunks, until they are written. Not safe for several threads. */
final class CodeMemory {

    /** Blocks a chunk, even: a scan takes two at a time. */
    static final int CHUNK_BLOCKS = 128;

    private final Arena arena;
    private final int blockBytes;
    private final List<MemorySegment> chunks = new ArrayList<>();
    private int count;

    /**
     * @param arena owns the chunks; must let the workers' threads in
     */
    CodeMemory(Arena arena, int blockBytes) {
        this.arena = arena;
        this.blockBytes = blockBytes;
    }

    /** How many vectors have codes. */
    int count() {
        return count;
    }

    /** Makes room for more vectors; only the last chunk may hold fewer than fit. */
    void add(int more) {
        int blocks = ScanLayout.blocks(count + more);
        while (chunks.size() * CHUNK_BLOCKS < blocks) {
            chunks.add(arena.allocate((long) CHUNK_BLOCKS * blockBytes, 64));
        }
        count += more;
    }

    /** The memory that a block lies in. */
    MemorySegment of(int block) {
        return chunks.get(block / CHUNK_BLOCKS);
    }

    /** Where in its memory a block starts. */
    long offset(int block) {
        return (long) (block % CHUNK_BLOCKS) * blockBytes;
    }

    /** Writes all blocks to the current section. */
    void write(SegmentWriter writer) {
        int blocks = ScanLayout.blocks(count);
        for (int first = 0; first < blocks; first += CHUNK_BLOCKS) {
            long bytes = (long) Math.min(CHUNK_BLOCKS, blocks - first) * blockBytes;
            writer.write(of(first).asSlice(0, bytes));
        }
    }
}
