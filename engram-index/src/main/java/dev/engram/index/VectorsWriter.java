package dev.engram.index;

import dev.engram.storage.SegmentWriter;
import dev.engram.storage.Storage;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Writes the vectors of one segment to a file, row by row. Not safe for several threads at once,
 * but one may go on where another stopped.
 */
public final class VectorsWriter implements AutoCloseable {

    private final Arena arena = Arena.ofShared();
    private final SegmentWriter writer;
    private final MemorySegment row;
    private final int dimension;
    private int count;

    /** Starts a new file; fails where the name is taken. */
    public VectorsWriter(Storage storage, String name, int dimension) {
        this.writer = SegmentWriter.create(storage, name, Vectors.KIND);
        this.row = arena.allocate((long) dimension * Float.BYTES);
        this.dimension = dimension;
        boolean started = false;
        try {
            writer.section(Vectors.SECTION_ROWS);
            started = true;
        } finally {
            if (!started) {
                close();
            }
        }
    }

    /** Appends a row of {@code dimension} components; returns its ordinal. */
    public int add(float[] vector) {
        if (vector.length != dimension) {
            throw new IllegalArgumentException(
                    "vector: " + vector.length + " components (expected: " + dimension + ")");
        }
        MemorySegment.copy(vector, 0, row, Vectors.FLOAT, 0, dimension);
        writer.write(row);
        return count++;
    }

    /** How many rows were added. */
    public int count() {
        return count;
    }

    /** Ends the file; durable when it returns. */
    public void finish() {
        MemorySegment shape = arena.allocate(Vectors.SHAPE_BYTES);
        shape.set(Vectors.INT, Vectors.SHAPE_COUNT, count);
        shape.set(Vectors.INT, Vectors.SHAPE_DIMENSION, dimension);
        writer.section(Vectors.SECTION_SHAPE);
        writer.write(shape);
        writer.finish();
    }

    /** Frees the file's handle; a second call does nothing. */
    @Override
    public void close() {
        if (!arena.scope().isAlive()) {
            return;
        }
        try {
            writer.close();
        } finally {
            arena.close();
        }
    }
}
