package dev.engram.index.disk;

import dev.engram.index.Ordinals;
import dev.engram.index.SearchCost;
import dev.engram.index.VectorIndex.Query;
import dev.engram.index.kernel.Kernel;
import dev.engram.index.kernel.Keys;
import dev.engram.index.kernel.Nearest;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Compares a query with every accepted vector, read from the blocks of a file. Not safe for several
 * threads.
 */
final class ExactScan {

    /** Accepted vectors that are looked up at a time. */
    private static final int CHUNK = 1024;

    private final DiskFile file;
    private final DiskLayout layout;
    private final Blocks blocks;
    private final Kernel kernel;
    private final MemorySegment memory;
    private final int width;
    private final float[] distances;
    private final long[] chunk = new long[CHUNK];
    private final Nearest answers = new Nearest();
    private int pages;
    private int placeBlock;

    /**
     * @param memory of some blocks, at least one
     */
    ExactScan(DiskFile file, Blocks blocks, Kernel kernel, MemorySegment memory) {
        this.file = file;
        this.layout = file.layout();
        this.blocks = blocks;
        this.kernel = kernel;
        this.memory = memory;
        this.width = (int) (memory.byteSize() / layout.blockBytes());
        this.distances = new float[Math.max(Kernel.BLOCK, layout.nodesPerBlock())];
    }

    /** The memory that a scan takes besides that of the blocks and the answers. */
    static long bytes() {
        return CHUNK * Long.BYTES;
    }

    /** How many 4 KiB a scan reads at most, places of accepted vectors aside. */
    static long pages(DiskFile file, int accepted) {
        return Math.min(accepted, file.blocks()) * (long) file.layout().pagesPerBlock();
    }

    /** The nearest {@code limit} of the accepted vectors; there are as many. */
    Nearest search(Query query, int accepted, int limit, SearchCost cost) {
        pages = 0;
        answers.reset(limit);
        Ordinals ordinals = query.accepted();
        if (ordinals == null || accepted >= file.blocks()) {
            scanAll(query.vector(), ordinals == null || accepted == file.count() ? null : ordinals);
        } else {
            scan(query.vector(), ordinals);
        }
        cost.addDistances(accepted);
        cost.addPages(pages);
        return answers;
    }

    private void scanAll(float[] query, @Nullable Ordinals accepted) {
        for (int first = 0; first < file.blocks(); first += width) {
            int count = Math.min(width, file.blocks() - first);
            pages += blocks.read(first, count, memory);
            for (int i = 0; i < count; i++) {
                long at = (long) i * layout.blockBytes();
                MemorySegment block = memory.asSlice(at, layout.blockBytes());
                int nodes = measure(query, first + i, block);
                for (int slot = 0; slot < nodes; slot++) {
                    int ordinal = layout.ordinal(block, slot);
                    file.twins().offer(distances[slot], ordinal, accepted, answers);
                }
            }
        }
    }

    /** Distances to all nodes of a block; returns their number. */
    private int measure(float[] query, int number, MemorySegment block) {
        int count =
                Math.min(layout.nodesPerBlock(), file.nodes() - number * layout.nodesPerBlock());
        kernel.scan(query, block, layout.dimension(), 0, count, distances);
        return count;
    }

    private void scan(float[] query, Ordinals accepted) {
        placeBlock = -1;
        int next = accepted.next(0);
        while (next >= 0) {
            int count = 0;
            while (next >= 0 && count < CHUNK) {
                chunk[count++] = ((long) place(next) << 32) | next;
                next = accepted.next(next + 1);
            }
            scan(query, count);
            placeBlock = -1;
        }
    }

    /** Where a vector is; asked for in ascending order, so that each block is read once. */
    private int place(int ordinal) {
        int block = ordinal / DiskLayout.PLACES;
        if (block != placeBlock) {
            blocks.readPlaces(block, memory);
            placeBlock = block;
            pages++;
        }
        return DiskLayout.place(memory, ordinal % DiskLayout.PLACES);
    }

    /** Compares those whose places and ordinals are in the chunk, block after block. */
    private void scan(float[] query, int count) {
        Arrays.sort(chunk, 0, count);
        MemorySegment block = memory.asSlice(0, layout.blockBytes());
        int number = -1;
        for (int i = 0; i < count; i++) {
            int place = (int) (chunk[i] >>> 32);
            if (place / layout.nodesPerBlock() != number) {
                number = place / layout.nodesPerBlock();
                blocks.read(number, block);
                pages += layout.pagesPerBlock();
                measure(query, number, block);
            }
            answers.offer(Keys.of(distances[place % layout.nodesPerBlock()], (int) chunk[i]));
        }
    }
}
