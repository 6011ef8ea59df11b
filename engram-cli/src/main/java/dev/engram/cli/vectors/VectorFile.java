package dev.engram.cli.vectors;

import dev.engram.error.CorruptException;
import dev.engram.storage.DiskStorage;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Locale;
import java.util.zip.CRC32C;

/**
 * Rows of numbers in one of the formats that benchmarks of vector search use. The file is mapped
 * and read row by row; nothing of it is held in memory.
 *
 * <pre>
 *   .fvecs .bvecs .ivecs   a row: u32 dimension, then float32, u8 or i32 numbers
 *   .fbin                  u32 rows, u32 dimension, then float32 numbers
 *   .npy                   a NumPy array of two dimensions in C order
 *   .hdf5 .h5              the datasets of ann-benchmarks, contiguous: see {@link Part}
 * </pre>
 */
public final class VectorFile {

    private static final int CHECKSUM_STEP_BYTES = 1 << 26;

    private final String name;
    private final MemorySegment bytes;
    private final RowLayout layout;

    private VectorFile(String name, MemorySegment bytes, RowLayout layout) {
        this.name = name;
        this.bytes = bytes;
        this.layout = layout;
    }

    /**
     * Maps a file and checks its shape.
     *
     * @param arena owns the mapping
     * @throws IllegalArgumentException where the file's name ends as none of the formats' does
     * @throws CorruptException where the file is not of the format that its name says
     */
    public static VectorFile open(Path path, Part part, Arena arena) {
        String name = String.valueOf(path.getFileName());
        String suffix = name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
        Format format = Format.of(suffix, name);
        Path folder = path.toAbsolutePath().getParent();
        if (folder == null) {
            throw new AssertionError(path + " has a name and no parent");
        }
        MemorySegment bytes = new DiskStorage(folder).map(name, arena);
        String file = path.toString();
        RowLayout layout = format.layout(file, path, bytes, part);
        if (part == Part.TRUTH && !layout.element().isWhole()) {
            throw new CorruptException(
                    file,
                    layout.start(),
                    "numbers of type " + layout.element() + " (expected: whole, they number rows)");
        }
        return new VectorFile(file, bytes, layout);
    }

    /** The file as it was named. */
    public String name() {
        return name;
    }

    /** Number of rows, >= 1. */
    public int count() {
        return layout.count();
    }

    /** Numbers a row, >= 1. */
    public int dimension() {
        return layout.dimension();
    }

    /**
     * Copies a row of {@link #dimension} numbers.
     *
     * @throws CorruptException where one is not finite as a float32
     */
    public void copyRow(int row, float[] into) {
        layout.element().floats(bytes, layout.numbers(row), into);
        for (int i = 0; i < into.length; i++) {
            if (!Float.isFinite(into[i])) {
                throw corrupt(row, i, into[i] + " (expected: a finite float32)");
            }
        }
    }

    /**
     * Copies the first {@code into.length} ids of a row.
     *
     * @param idMax the largest that can be
     * @throws CorruptException where one is not within {@code 0..idMax}
     */
    public void copyIds(int row, int idMax, int[] into) {
        for (int i = 0; i < into.length; i++) {
            long id = layout.element().whole(bytes, place(row, i));
            if (id < 0 || id > idMax) {
                throw corrupt(row, i, "id " + id + " (expected: 0.." + idMax + ")");
            }
            into[i] = (int) id;
        }
    }

    /** Says what is wrong with one number of a row. */
    public CorruptException corrupt(int row, int column, String what) {
        return new CorruptException(
                name, place(row, column), "row " + row + ", component " + column + ": " + what);
    }

    /** The CRC-32C of the whole file, by which it is known again. */
    public int checksum() {
        CRC32C crc = new CRC32C();
        for (long at = 0; at < bytes.byteSize(); at += CHECKSUM_STEP_BYTES) {
            long step = Math.min(CHECKSUM_STEP_BYTES, bytes.byteSize() - at);
            crc.update(bytes.asSlice(at, step).asByteBuffer());
        }
        return (int) crc.getValue();
    }

    private long place(int row, int column) {
        return layout.numbers(row) + (long) column * layout.element().bytes();
    }
}
