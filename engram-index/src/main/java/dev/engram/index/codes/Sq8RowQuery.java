package dev.engram.index.codes;

import dev.engram.index.Metric;
import dev.engram.index.kernel.Instructions;
import java.lang.foreign.MemorySegment;

/** Compares queries with rows of {@link Sq8}. */
final class Sq8RowQuery implements RowQuery {

    private final Sq8Query query;
    private final Sq8Kernel kernel;
    private final MemorySegment rows;

    Sq8RowQuery(Sq8 codes, Metric metric, Instructions instructions, MemorySegment rows) {
        this.query = new Sq8Query(codes, metric);
        this.kernel = Sq8Kernel.of(metric, instructions);
        this.rows = rows;
    }

    @Override
    public void set(float[] vector) {
        query.set(vector);
    }

    @Override
    public void distances(int[] ordinals, int count, float[] out) {
        kernel.distances(query, rows, query.rowBytes(), ordinals, count, out);
    }

    @Override
    public float slack(int ordinal, float distance) {
        return query.slack(ordinal, distance);
    }
}
