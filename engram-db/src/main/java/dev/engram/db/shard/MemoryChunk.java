package dev.engram.db.shard;

import dev.engram.index.FlatIndex;
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

    private static final int ROWS_MIN = 8;
    private static final int ROWS_MAX = 1024;
    private static final long BYTES = 1L << 20;

    private static final ValueLayout.OfFloat FLOAT =
            ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final ShardSettings settings;
    private final MemorySegment floats;
    private final long[] rows;
    private final Births.Growing births = new Births.Growing();
    private Expiries expiries = Expiries.NONE;
    private int count;

    MemoryChunk(ShardSettings settings) {
        this.settings = settings;
        this.rows = new long[rowsMax(settings)];
        this.floats = Arena.ofAuto().allocate(rows.length * settings.vectorBytes(), 64);
    }

    /** How many rows a chunk has room for: few where vectors are long. */
    static int rowsMax(ShardSettings settings) {
        return Math.clamp(BYTES / settings.vectorBytes(), ROWS_MIN, ROWS_MAX);
    }

    /** How many more rows there is room for. */
    int room() {
        return rows.length - count;
    }

    void add(Shard.NewRow row) {
        float[] vector = row.vector();
        MemorySegment.copy(vector, 0, floats, FLOAT, count * settings.vectorBytes(), vector.length);
        births.add(row.ts());
        if (row.expires() != 0) {
            expiries = expiries.plus(count, row.expires());
        }
        rows[count++] = row.number();
    }

    /**
     * The rows so far.
     *
     * @param before the last part shown of this chunk, whose deaths go on; null for none
     */
    Part part(@Nullable Part before) {
        Vectors vectors =
                new Vectors(
                        floats.asSlice(0, count * settings.vectorBytes()),
                        count,
                        settings.dimension());
        Ordinals live = null;
        if (before != null && before.live() != null) {
            live = before.live().extended(count);
        }
        return new Part(
                vectors::row,
                new FlatIndex(vectors, settings.metric()),
                numbers(),
                births.births(),
                live,
                before == null ? Deaths.NONE : before.deaths(),
                expiries,
                null);
    }

    private RowNumbers numbers() {
        // A reader's numbers must not change under it, so only the common case goes uncopied.
        boolean dense = rows[count - 1] - rows[0] == count - 1;
        return dense
                ? RowNumbers.contiguous(rows[0], count)
                : RowNumbers.of(Arrays.copyOf(rows, count));
    }
}
