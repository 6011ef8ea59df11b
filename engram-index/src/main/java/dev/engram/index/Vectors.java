package dev.engram.index;

import dev.engram.error.CorruptException;
import dev.engram.storage.Kind;
import dev.engram.storage.SegmentFile;
import dev.engram.storage.Storage;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * The vectors of one segment, row after row: {@code count} rows of {@code dimension} float32 in
 * little-endian order, without gaps. The memory belongs to whoever made it.
 *
 * @param rows count * dimension * 4 bytes
 * @param count number of rows
 * @param dimension components a row
 */
public record Vectors(MemorySegment rows, int count, int dimension) {

    /** The largest dimension a collection can have. */
    public static final int DIMENSION_MAX = 65_536;

    static final ValueLayout.OfFloat FLOAT =
            ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    static final ValueLayout.OfInt INT =
            ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    static final Kind KIND = new Kind("VECT", 1);
    static final int SECTION_SHAPE = 0;
    static final int SECTION_ROWS = 1;
    static final int SHAPE_COUNT = 0;
    static final int SHAPE_DIMENSION = 4;
    static final int SHAPE_BYTES = 8;

    public Vectors {
        if (rows.byteSize() != (long) count * dimension * Float.BYTES) {
            throw new AssertionError(rows.byteSize() + " bytes for " + count + "x" + dimension);
        }
    }

    /**
     * Maps a file of {@link VectorsWriter} and checks every byte of it.
     *
     * @throws CorruptException where the file is not what was written
     */
    public static Vectors open(Storage storage, String name, Arena arena) {
        SegmentFile file = SegmentFile.open(storage, name, KIND, arena);
        MemorySegment shape = file.verified(SECTION_SHAPE);
        if (shape.byteSize() != SHAPE_BYTES) {
            throw new CorruptException(file.file(), 0, "shape of " + shape.byteSize() + " bytes");
        }
        int count = shape.get(INT, SHAPE_COUNT);
        int dimension = shape.get(INT, SHAPE_DIMENSION);
        MemorySegment rows = file.verified(SECTION_ROWS);
        boolean sane =
                count >= 0
                        && dimension >= 1
                        && dimension <= DIMENSION_MAX
                        && rows.byteSize() == (long) count * dimension * Float.BYTES;
        if (!sane) {
            throw new CorruptException(
                    file.file(), 0, count + "x" + dimension + " in " + rows.byteSize() + " bytes");
        }
        return new Vectors(rows, count, dimension);
    }

    /** A copy of one row. */
    public float[] row(int ordinal) {
        float[] row = new float[dimension];
        copyRow(ordinal, row);
        return row;
    }

    /** Copies one row to the start of {@code into}. */
    public void copyRow(int ordinal, float[] into) {
        MemorySegment.copy(rows, FLOAT, offset(ordinal), into, 0, dimension);
    }

    /** Where a row starts, in bytes. */
    public long offset(int ordinal) {
        return (long) ordinal * dimension * Float.BYTES;
    }
}
