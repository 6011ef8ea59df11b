package dev.engram.cli.vectors;

import dev.engram.error.CorruptException;

/**
 * Where the rows of a vector file lie.
 *
 * <pre>
 *   start                 start + stride
 *   [dimension] numbers   [dimension] numbers   ...
 * </pre>
 *
 * @param element what a number is
 * @param start of the first row, in bytes
 * @param prefixBytes before the numbers of each row: 4 where the row says its dimension, else 0
 * @param count number of rows
 * @param dimension numbers a row
 */
record RowLayout(Element element, long start, int prefixBytes, int count, int dimension) {

    static final int DIMENSION_MAX = 65_536;

    long stride() {
        return prefixBytes + (long) dimension * element.bytes();
    }

    /** Where the numbers of a row start. */
    long numbers(int row) {
        return start + row * stride() + prefixBytes;
    }

    long end() {
        return start + count * stride();
    }

    /**
     * The layout of a file whose header says how many rows there are.
     *
     * @param exact whether nothing may follow the rows
     * @throws CorruptException where the header cannot be true of a file of this size
     */
    static RowLayout declared(
            String file,
            Element element,
            long start,
            long count,
            long dimension,
            long fileBytes,
            boolean exact) {
        if (dimension < 1 || dimension > DIMENSION_MAX) {
            throw new CorruptException(
                    file, 0, "dimension: " + dimension + " (expected: 1.." + DIMENSION_MAX + ")");
        }
        if (count < 1 || count > Integer.MAX_VALUE) {
            throw new CorruptException(
                    file, 0, "rows: " + count + " (expected: 1.." + Integer.MAX_VALUE + ")");
        }
        RowLayout layout = new RowLayout(element, start, 0, (int) count, (int) dimension);
        if (start < 0 || start > fileBytes || layout.end() > fileBytes) {
            long left = Math.max(0, fileBytes - start);
            long row = left / layout.stride();
            throw new CorruptException(
                    file, fileBytes, "truncated in row " + row + ": " + layout.said(fileBytes));
        }
        if (exact && layout.end() != fileBytes) {
            throw new CorruptException(file, layout.end(), "bytes left: " + layout.said(fileBytes));
        }
        return layout;
    }

    private String said(long fileBytes) {
        return "the file has "
                + fileBytes
                + " bytes (expected: "
                + end()
                + " for "
                + count
                + " rows of "
                + dimension
                + " "
                + element
                + ")";
    }
}
