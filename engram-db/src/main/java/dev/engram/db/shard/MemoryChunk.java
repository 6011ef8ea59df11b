package dev.engram.db.shard;

import dev.engram.index.FlatIndex;
import dev.engram.index.Metric;
import dev.engram.index.Ordinals;
import dev.engram.index.Vectors;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A fixed room for the vectors of rows that are not sealed yet. One writer appends; readers see
 * what {@link #part} showed when it was called, since later rows lie behind it.
 *
 * <p>The memory is freed by the garbage collector once no snapshot shows it: chunks are short-lived
 * and many, and no file hangs on them.
 */
final class MemoryChunk {

    static final int ROWS = 1024;

    private static final ValueLayout.OfFloat FLOAT =
            ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final int dimension;
    private final Metric metric;
    private final MemorySegment floats;
    private final long[] rows = new long[ROWS];
    private int count;

    MemoryChunk(int dimension, Metric metric) {
        this.dimension = dimension;
        this.metric = metric;
        this.floats = Arena.ofAuto().allocate((long) ROWS * dimension * Float.BYTES, 64);
    }

    boolean isFull() {
        return count == ROWS;
    }

    void add(long row, float[] vector) {
        MemorySegment.copy(
                vector, 0, floats, FLOAT, (long) count * dimension * Float.BYTES, dimension);
        rows[count++] = row;
    }

    /**
     * The rows so far.
     *
     * @param before the last part shown of this chunk, whose deaths go on; null for none
     */
    Part part(@Nullable Part before) {
        Vectors vectors =
                new Vectors(
                        floats.asSlice(0, (long) count * dimension * Float.BYTES),
                        count,
                        dimension);
        Ordinals live = null;
        if (before != null && before.live() != null) {
            live = before.live().extended(before.rows().count(), count);
        }
        return new Part(
                vectors,
                new FlatIndex(vectors, metric),
                RowNumbers.of(Arrays.copyOf(rows, count)),
                live,
                null);
    }
}
