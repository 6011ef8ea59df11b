package dev.engram.index;

import dev.engram.error.CorruptException;
import dev.engram.storage.Guarded;
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
 * <p>Rows of a file are checked when they are first touched. Who reads them says which before, by
 * the {@code rows} it asks for; damage then is a {@link CorruptException}.
 *
 * @param section count * dimension * 4 bytes
 * @param count number of rows
 * @param dimension components a row
 */
public record Vectors(Guarded section, int count, int dimension) {

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
        if (section.byteSize() != (long) count * dimension * Float.BYTES) {
            throw new AssertionError(section.byteSize() + " bytes for " + count + "x" + dimension);
        }
    }

    /** Vectors that this process made. */
    public Vectors(MemorySegment rows, int count, int dimension) {
        this(Guarded.made(rows), count, dimension);
    }

    /**
     * Maps a file of {@link VectorsWriter} and checks its shape.
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
        Guarded rows = file.guard(SECTION_ROWS);
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

    /** Reads a whole file of {@link VectorsWriter}, and refuses it where a byte is wrong. */
    static void verify(Storage storage, String name) {
        try (Arena arena = Arena.ofConfined()) {
            open(storage, name, arena);
            SegmentFile.open(storage, name, KIND, arena).verify();
        }
    }

    /** All rows, every byte checked: the first call reads all of them. */
    public MemorySegment rows() {
        return section.all();
    }

    /** All rows, of which those at {@code ordinals[0..count-1]} are checked and may be read. */
    public MemorySegment rows(int[] ordinals, int count) {
        return section.rows(ordinals, count, offset(1));
    }

    /** All rows, of which {@code first..first+count-1} are checked and may be read. */
    public MemorySegment rows(int first, int count) {
        return section.range(offset(first), offset(count));
    }

    /** A copy of one row. */
    public float[] row(int ordinal) {
        float[] row = new float[dimension];
        copyRow(ordinal, row);
        return row;
    }

    /** Copies one row to the start of {@code into}. */
    public void copyRow(int ordinal, float[] into) {
        MemorySegment.copy(rows(ordinal, 1), FLOAT, offset(ordinal), into, 0, dimension);
    }

    /** Where a row starts, in bytes. */
    public long offset(int ordinal) {
        return (long) ordinal * dimension * Float.BYTES;
    }
}
