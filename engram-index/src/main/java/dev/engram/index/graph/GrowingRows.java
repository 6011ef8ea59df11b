package dev.engram.index.graph;

import dev.engram.index.Metric;
import dev.engram.index.Ordinals;
import dev.engram.index.kernel.Instructions;
import dev.engram.index.kernel.Kernel;
import dev.engram.index.kernel.Keys;
import dev.engram.index.kernel.Nearest;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/**
 * Vectors in memory, one added after the other. One writer; readers ask only for what they were
 * told is there.
 */
final class GrowingRows {

    private static final ValueLayout.OfFloat FLOAT =
            ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final int dimension;
    private final Kernel kernel;
    private final GrowingBlocks blocks;

    GrowingRows(int dimension, Metric metric, Instructions instructions) {
        this.dimension = dimension;
        this.kernel = Kernel.of(metric, instructions);
        this.blocks = new GrowingBlocks((long) dimension * Float.BYTES);
    }

    int dimension() {
        return dimension;
    }

    void set(int ordinal, float[] vector) {
        blocks.reserve(ordinal + 1L);
        MemorySegment chunk = blocks.bytes(blocks.chunk(ordinal));
        MemorySegment.copy(vector, 0, chunk, FLOAT, blocks.offset(ordinal), dimension);
    }

    void copyRow(int ordinal, float[] into) {
        MemorySegment chunk = blocks.bytes(blocks.chunk(ordinal));
        MemorySegment.copy(chunk, FLOAT, blocks.offset(ordinal), into, 0, dimension);
    }

    /** Whether two vectors are the same bit by bit. */
    boolean areEqual(int a, int b) {
        long bytes = (long) dimension * Float.BYTES;
        long atA = blocks.offset(a);
        long atB = blocks.offset(b);
        MemorySegment chunkA = blocks.bytes(blocks.chunk(a));
        MemorySegment chunkB = blocks.bytes(blocks.chunk(b));
        return MemorySegment.mismatch(chunkA, atA, atA + bytes, chunkB, atB, atB + bytes) < 0;
    }

    long bytes() {
        return blocks.bytes();
    }

    /** One thread's way to distances. */
    Reader reader() {
        return new Reader();
    }

    /** Computes distances, with the memory that takes. Not safe for several threads. */
    final class Reader implements Ruler {

        private final int[] records = new int[Kernel.BLOCK];
        private final int[] places = new int[Kernel.BLOCK];
        private final float[] some = new float[Kernel.BLOCK];
        private final int[] ids = new int[Kernel.BLOCK];
        private final float[] distances = new float[Kernel.BLOCK];
        private float[] query = {};

        @Override
        public void ask(float[] query) {
            this.query = query;
        }

        /**
         * {@inheritDoc}
         *
         * <p>A kernel knows one piece of memory, so those of a chunk go together.
         */
        @Override
        public void distances(int[] ordinals, int count, float[] out) {
            for (int first = 0; first < count; first += Kernel.BLOCK) {
                int last = Math.min(count, first + Kernel.BLOCK);
                int left = last - first;
                for (int chunk = 0; left > 0; chunk++) {
                    left -= measure(chunk, ordinals, first, last, out);
                }
            }
        }

        /** Computes the distances to those of a chunk; returns how many there were. */
        private int measure(int chunk, int[] ordinals, int first, int last, float[] out) {
            int from = (int) blocks.start(chunk);
            long to = blocks.start(chunk + 1);
            int count = 0;
            for (int i = first; i < last; i++) {
                if (ordinals[i] >= from && ordinals[i] < to) {
                    records[count] = ordinals[i] - from;
                    places[count++] = i;
                }
            }
            if (count > 0) {
                kernel.distances(query, blocks.bytes(chunk), dimension, records, count, some);
                for (int i = 0; i < count; i++) {
                    out[places[i]] = some[i];
                }
            }
            return count;
        }

        /**
         * Offers those of {@code first..last-1} that are accepted.
         *
         * @param accepted null for all
         * @return how many were compared
         */
        int scan(int first, int last, @Nullable Ordinals accepted, Nearest nearest) {
            int compared = 0;
            int next = accepted == null ? first : accepted.next(first);
            while (next >= 0 && next < last) {
                int count = 0;
                while (next >= 0 && next < last && count < Kernel.BLOCK) {
                    ids[count++] = next++;
                    if (accepted != null) {
                        next = accepted.next(next);
                    }
                }
                distances(ids, count, distances);
                for (int i = 0; i < count; i++) {
                    nearest.offer(Keys.of(distances[i], ids[i]));
                }
                compared += count;
            }
            return compared;
        }
    }
}
