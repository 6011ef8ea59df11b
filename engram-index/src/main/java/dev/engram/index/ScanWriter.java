package dev.engram.index;

import dev.engram.index.scan.ScanBuilder;
import dev.engram.storage.Storage;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Writes a coded scan of vectors that come one by one and are kept nowhere: it learns from the
 * first 20,000 and codes the others as they come. Memory: those, and some bytes of codes a vector.
 * Not safe for several threads at once, but one may go on where another stopped.
 *
 * <p>The first vectors should be a fair sample of all; {@link Indexes#build}, which has all of them
 * before it, draws its own.
 */
public final class ScanWriter implements AutoCloseable {

    private final IndexSpec.Scan spec;
    private final Metric metric;
    private final int dimension;
    private final int countExpected;
    private final Workers workers;
    private final Arena arena = Arena.ofShared();

    /** Vectors that are not coded yet. */
    private MemorySegment rows;

    private int waiting;
    private int count;
    private @Nullable ScanBuilder builder;

    /**
     * @param countExpected how many vectors there will be, as far as it is known: suits the tables
     *     to them
     * @throws IllegalArgumentException where the codes do not go with the metric
     */
    public ScanWriter(
            IndexSpec.Scan spec, int dimension, Metric metric, int countExpected, Workers workers) {
        spec.checkMetric(metric);
        this.spec = spec;
        this.metric = metric;
        this.dimension = dimension;
        this.countExpected = countExpected;
        this.workers = workers;
        int first = Math.clamp(countExpected, 1, ScanBuilder.sampleMax());
        this.rows = arena.allocate(offset(Math.max(first, ScanBuilder.BATCH)), 64);
    }

    private long offset(int row) {
        return (long) row * dimension * Float.BYTES;
    }

    /** Appends a vector of {@code dimension} components; returns its ordinal. */
    public int add(float[] vector) {
        if (vector.length != dimension) {
            throw new IllegalArgumentException(
                    "vector: " + vector.length + " components (expected: " + dimension + ")");
        }
        if (builder == null && waiting == ScanBuilder.sampleMax()) {
            fit();
        }
        if (offset(waiting + 1) > rows.byteSize()) {
            grow();
        }
        MemorySegment.copy(vector, 0, rows, Vectors.FLOAT, offset(waiting), dimension);
        waiting++;
        if (builder != null && waiting == ScanBuilder.BATCH) {
            builder.add(new Vectors(rows.asSlice(0, offset(waiting)), waiting, dimension));
            waiting = 0;
        }
        return count++;
    }

    private void grow() {
        MemorySegment more = arena.allocate(offset(ScanBuilder.sampleMax()), 64);
        MemorySegment.copy(rows, 0, more, 0, offset(waiting));
        rows = more;
    }

    /** Learns from what is there, and codes of it what fills batches. */
    private ScanBuilder fit() {
        Vectors sample = new Vectors(rows.asSlice(0, offset(waiting)), waiting, dimension);
        int[] ordinals = IntStream.range(0, waiting).toArray();
        int expected = Math.max(countExpected, waiting);
        ScanBuilder made = new ScanBuilder(spec, sample, ordinals, expected, metric, workers);
        builder = made;
        int done = 0;
        while (waiting - done >= ScanBuilder.BATCH) {
            MemorySegment batch = rows.asSlice(offset(done), offset(ScanBuilder.BATCH));
            made.add(new Vectors(batch, ScanBuilder.BATCH, dimension));
            done += ScanBuilder.BATCH;
        }
        MemorySegment.copy(rows, offset(done), rows, 0, offset(waiting - done));
        waiting -= done;
        return made;
    }

    /** How many vectors were added. */
    public int count() {
        return count;
    }

    /**
     * Writes the file, which {@link Indexes#open} opens; durable when it returns.
     *
     * @return its size in bytes
     */
    public long finish(Storage storage, String name) {
        ScanBuilder made = builder == null ? fit() : builder;
        if (waiting > 0) {
            made.add(new Vectors(rows.asSlice(0, offset(waiting)), waiting, dimension));
            waiting = 0;
        }
        return made.write(storage, name);
    }

    /** Frees the memory; a second call does nothing. */
    @Override
    public void close() {
        if (!arena.scope().isAlive()) {
            return;
        }
        try (arena) {
            if (builder != null) {
                builder.close();
            }
        }
    }
}
