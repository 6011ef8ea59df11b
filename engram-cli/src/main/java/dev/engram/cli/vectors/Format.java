package dev.engram.cli.vectors;

import dev.engram.error.CorruptException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.file.Path;

/** The formats, by the end of a file's name. */
enum Format {
    FVECS,
    BVECS,
    IVECS,
    FBIN,
    NPY,
    HDF5;

    private static final ValueLayout.OfInt INT =
            ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final int FBIN_HEADER_BYTES = 8;

    static Format of(String suffix, String name) {
        return switch (suffix) {
            case "fvecs" -> FVECS;
            case "bvecs" -> BVECS;
            case "ivecs" -> IVECS;
            case "fbin" -> FBIN;
            case "npy" -> NPY;
            case "hdf5", "h5" -> HDF5;
            default ->
                    throw new IllegalArgumentException(
                            "file: "
                                    + name
                                    + " (expected: .fvecs, .bvecs, .ivecs, .fbin, .npy or .hdf5)");
        };
    }

    /**
     * Where the rows are.
     *
     * @throws CorruptException where the file is of another format
     */
    RowLayout layout(String file, Path path, MemorySegment bytes, Part part) {
        return switch (this) {
            case FVECS -> vecs(file, bytes, Element.FLOAT32);
            case BVECS -> vecs(file, bytes, Element.UINT8);
            case IVECS -> vecs(file, bytes, Element.INT32);
            case FBIN -> fbin(file, bytes);
            case NPY -> NpyHeader.layout(file, bytes);
            case HDF5 -> HdfDataset.layout(file, path, bytes.byteSize(), part.dataset());
        };
    }

    /** Every row says its dimension, which has to be that of the first. */
    private static RowLayout vecs(String file, MemorySegment bytes, Element element) {
        long size = bytes.byteSize();
        if (size < Integer.BYTES) {
            throw new CorruptException(file, size, "truncated in row 0: " + size + " bytes");
        }
        int dimension = bytes.get(INT, 0);
        checkDimension(file, 0, 0, dimension, 1, RowLayout.DIMENSION_MAX);
        long stride = Integer.BYTES + (long) dimension * element.bytes();
        long rows = size / stride;
        for (long row = 0; row < rows; row++) {
            long at = row * stride;
            checkDimension(file, row, at, bytes.get(INT, at), dimension, dimension);
        }
        if (rows * stride != size) {
            throw new CorruptException(
                    file,
                    size,
                    "truncated in row "
                            + rows
                            + ": it ends after "
                            + (size - rows * stride)
                            + " bytes (expected: "
                            + stride
                            + ")");
        }
        if (rows > Integer.MAX_VALUE) {
            throw new CorruptException(
                    file, 0, "rows: " + rows + " (expected: 1.." + Integer.MAX_VALUE + ")");
        }
        return new RowLayout(element, 0, Integer.BYTES, (int) rows, dimension);
    }

    private static void checkDimension(
            String file, long row, long at, int dimension, int min, int max) {
        if (dimension < min || dimension > max) {
            throw new CorruptException(
                    file,
                    at,
                    "row "
                            + row
                            + ": dimension "
                            + dimension
                            + " (expected: "
                            + (min == max ? String.valueOf(min) : min + ".." + max)
                            + ")");
        }
    }

    private static RowLayout fbin(String file, MemorySegment bytes) {
        long size = bytes.byteSize();
        if (size < FBIN_HEADER_BYTES) {
            throw new CorruptException(
                    file, size, "truncated header: " + size + " bytes (expected: 8)");
        }
        // Signed on purpose: a negative number is named as such.
        return RowLayout.declared(
                file,
                Element.FLOAT32,
                FBIN_HEADER_BYTES,
                bytes.get(INT, 0),
                bytes.get(INT, Integer.BYTES),
                size,
                true);
    }
}
