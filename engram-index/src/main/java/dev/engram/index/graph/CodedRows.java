package dev.engram.index.graph;

import dev.engram.error.CorruptException;
import dev.engram.index.Codes;
import dev.engram.index.IndexSpec;
import dev.engram.index.Metric;
import dev.engram.index.Vectors;
import dev.engram.index.Workers;
import dev.engram.index.codes.ProductRows;
import dev.engram.index.codes.RaBitQ;
import dev.engram.index.codes.RowCodes;
import dev.engram.index.codes.Sq8;
import dev.engram.index.kernel.Crew;
import dev.engram.storage.SegmentWriter;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * The two sections of a graph's file that hold codes: what they learnt, and a row for each vector.
 * What is written does not depend on the number of threads.
 */
final class CodedRows {

    /** Few enough that a batch of rows is small beside the graph. */
    private static final int BATCH = 1024;

    private CodedRows() {}

    /** Makes the codes that {@code spec} asks for and writes both sections. */
    static void write(
            SegmentWriter writer,
            IndexSpec.Hnsw spec,
            Vectors vectors,
            Metric metric,
            Workers workers) {
        RowCodes codes = train(spec, vectors, metric, workers);
        try (Arena arena = Arena.ofShared()) {
            MemorySegment model = arena.allocate(codes.modelBytes());
            codes.writeModel(model);
            writer.section(HnswLayout.SECTION_MODEL);
            writer.write(model);
            writer.section(HnswLayout.SECTION_ROWS);
            writeRows(writer, codes, vectors, new Crew(workers), arena);
        }
    }

    private static RowCodes train(
            IndexSpec.Hnsw spec, Vectors vectors, Metric metric, Workers workers) {
        return switch (spec.codes()) {
            case SQ8 -> Sq8.of(vectors);
            case RABITQ1 -> RaBitQ.of(vectors, metric, 1, spec.seed());
            case RABITQ2 -> RaBitQ.of(vectors, metric, 2, spec.seed());
            case RABITQ3 -> RaBitQ.of(vectors, metric, 3, spec.seed());
            case RABITQ4 -> RaBitQ.of(vectors, metric, 4, spec.seed());
            case PQ -> ProductRows.train(vectors, metric, spec.seed(), workers);
            case NONE, BLOCKS -> throw new AssertionError("no rows of " + spec.codes());
        };
    }

    private static void writeRows(
            SegmentWriter writer, RowCodes codes, Vectors vectors, Crew crew, Arena arena) {
        ConcurrentLinkedQueue<Task> idle = new ConcurrentLinkedQueue<>();
        long rowBytes = codes.rowBytes();
        MemorySegment batch = arena.allocate(BATCH * rowBytes, 64);
        for (int first = 0; first < vectors.count(); first += BATCH) {
            int start = first;
            int count = Math.min(BATCH, vectors.count() - first);
            MemorySegment bytes = batch.asSlice(0, count * rowBytes);
            bytes.fill((byte) 0);
            crew.run(
                    count,
                    i -> {
                        Task task = idle.poll();
                        if (task == null) {
                            task = new Task(codes.encoder(), new float[vectors.dimension()]);
                        }
                        vectors.copyRow(start + i, task.vector);
                        task.encoder.encode(task.vector, bytes, i * rowBytes);
                        idle.add(task);
                    });
            writer.write(bytes);
        }
        long tail = codes.bytes(vectors.count()) - vectors.count() * rowBytes;
        if (tail > 0) {
            writer.write(arena.allocate(tail));
        }
    }

    /** What a thread needs to encode vectors one after another. */
    private record Task(RowCodes.Encoder encoder, float[] vector) {}

    /**
     * Reads what the codes learnt.
     *
     * @throws CorruptException where it cannot have been learnt from vectors
     */
    static RowCodes read(
            Codes codes, MemorySegment model, Metric metric, int dimension, FileCheck check) {
        return switch (codes) {
            case SQ8 -> check.ranges(model, dimension);
            case RABITQ1 -> rabitq(model, metric, dimension, 1, check);
            case RABITQ2 -> rabitq(model, metric, dimension, 2, check);
            case RABITQ3 -> rabitq(model, metric, dimension, 3, check);
            case RABITQ4 -> rabitq(model, metric, dimension, 4, check);
            case PQ -> product(model, metric, dimension, check);
            case NONE, BLOCKS -> throw new AssertionError("no rows of " + codes);
        };
    }

    private static RaBitQ rabitq(
            MemorySegment model, Metric metric, int dimension, int bits, FileCheck check) {
        check.equal("bytes of the model", model.byteSize(), RaBitQ.modelBytes(dimension));
        RaBitQ read = RaBitQ.read(model, metric, dimension);
        check.equal("bits a component", read.bits(), bits);
        if (!read.isSane()) {
            throw new CorruptException(check.file(), 0, "a mean that is not finite");
        }
        return read;
    }

    private static ProductRows product(
            MemorySegment model, Metric metric, int dimension, FileCheck check) {
        if (!ProductRows.isSane(model, dimension)) {
            throw new CorruptException(check.file(), 0, "a model that no vectors have");
        }
        return ProductRows.read(model, metric, dimension);
    }
}
