package dev.engram.index.disk;

import dev.engram.index.IndexSpec;
import dev.engram.index.Metric;
import dev.engram.index.Rotation;
import dev.engram.index.Vectors;
import dev.engram.index.Workers;
import dev.engram.index.codes.ProductQuantizer;
import dev.engram.index.graph.Vamana;
import dev.engram.index.kernel.Crew;
import dev.engram.index.kernel.Instructions;
import dev.engram.storage.SegmentWriter;
import dev.engram.storage.Storage;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** Writes a graph, its vectors and their codes to a file of kind DISK. */
final class DiskWriter {

    /** Enough to place 256 centroids a part, by about a hundred vectors each. */
    private static final int SAMPLES_MAX = 32_768;

    /** Rows that one thread encodes at a time. */
    private static final int ROWS = 256;

    private static final int BITS = 8;

    private final IndexSpec.DiskAnn spec;
    private final Vectors vectors;
    private final Metric metric;
    private final Workers workers;
    private final Vamana graph;
    private final DiskLayout layout;
    private final Packing packing;
    private final Arena arena;

    /**
     * @param arena of the graph; gets the codes too
     */
    DiskWriter(
            IndexSpec.DiskAnn spec,
            Vectors vectors,
            Metric metric,
            Workers workers,
            Vamana graph,
            Arena arena) {
        this.spec = spec;
        this.vectors = vectors;
        this.metric = metric;
        this.workers = workers;
        this.graph = graph;
        this.layout = DiskLayout.of(vectors.dimension(), spec.degree());
        this.packing = Packing.of(graph, vectors.count(), layout.nodesPerBlock());
        this.arena = arena;
    }

    /** Returns the size of the file, which is durable then; after a failure there is none. */
    long write(Storage storage, String name) {
        ProductQuantizer quantizer = train();
        MemorySegment codebook = arena.allocate(quantizer.shape().bytes());
        quantizer.write(codebook);
        MemorySegment codes = encode(quantizer);
        int stamp = DiskLayout.stamp(codebook, codes);
        boolean done = false;
        SegmentWriter writer = SegmentWriter.create(storage, name, DiskLayout.KIND);
        try (writer) {
            writer.section(DiskLayout.SECTION_BLOCKS);
            writeBlocks(writer, stamp);
            writer.section(DiskLayout.SECTION_PLACES);
            writePlaces(writer, stamp);
            write(writer, DiskLayout.SECTION_SHAPE, shape(stamp));
            write(writer, DiskLayout.SECTION_CODEBOOK, codebook);
            write(writer, DiskLayout.SECTION_CODES, codes);
            write(writer, DiskLayout.SECTION_TWINS, graph.twinPairs());
            writer.finish();
            storage.sync();
            done = true;
        } finally {
            if (!done) {
                storage.delete(name);
            }
        }
        return storage.size(name);
    }

    private static void write(SegmentWriter writer, int section, MemorySegment bytes) {
        writer.section(section);
        writer.write(bytes);
    }

    /** Learns from nodes only: thousands of twins would draw all centroids to one point. */
    private ProductQuantizer train() {
        int nodes = packing.ordinals().length;
        float[][] samples = new float[Math.min(nodes, SAMPLES_MAX)][];
        for (int i = 0; i < samples.length; i++) {
            long place = (long) i * nodes / samples.length;
            samples[i] = vectors.row(packing.ordinals()[(int) place]);
        }
        ProductQuantizer.Shape shape =
                new ProductQuantizer.Shape(
                        vectors.dimension(),
                        spec.codeBytes(vectors.dimension()),
                        BITS,
                        Rotation.NONE,
                        spec.seed());
        return ProductQuantizer.train(shape, samples, workers, Instructions.best());
    }

    private MemorySegment encode(ProductQuantizer quantizer) {
        int rowBytes = quantizer.shape().rowBytes();
        int nodes = packing.ordinals().length;
        long bytes = (long) nodes * rowBytes;
        MemorySegment codes = arena.allocate(Math.max(1, bytes), 64).asSlice(0, bytes);
        new Crew(workers)
                .run(
                        Math.ceilDiv(nodes, ROWS),
                        group -> {
                            float[] row = new float[vectors.dimension()];
                            int end = Math.min(nodes, (group + 1) * ROWS);
                            for (int place = group * ROWS; place < end; place++) {
                                vectors.copyRow(packing.ordinals()[place], row);
                                quantizer.encode(
                                        row, codes, (long) place * rowBytes, Instructions.best());
                            }
                        });
        return codes;
    }

    private void writeBlocks(SegmentWriter writer, int stamp) {
        writer.write(arena.allocate(DiskLayout.LEAD_BYTES));
        MemorySegment block = arena.allocate(layout.blockBytes());
        float[] row = new float[vectors.dimension()];
        int nodes = packing.ordinals().length;
        for (int number = 0; number < layout.blocks(nodes); number++) {
            block.fill((byte) 0);
            int first = number * layout.nodesPerBlock();
            for (int slot = 0; slot < layout.nodesPerBlock() && first + slot < nodes; slot++) {
                int ordinal = packing.ordinals()[first + slot];
                vectors.copyRow(ordinal, row);
                layout.setVector(block, slot, row);
                layout.setHead(block, slot, ordinal, graph.linkCount(ordinal));
                for (int i = 0; i < graph.linkCount(ordinal); i++) {
                    layout.setLink(block, slot, i, packing.places()[graph.link(ordinal, i)]);
                }
            }
            DiskLayout.seal(block, stamp, number);
            writer.write(block);
        }
    }

    private void writePlaces(SegmentWriter writer, int stamp) {
        MemorySegment block = arena.allocate(DiskLayout.PAGE_BYTES);
        int number = layout.blocks(packing.ordinals().length);
        for (int first = 0; first < vectors.count(); first += DiskLayout.PLACES) {
            block.fill((byte) 0);
            int count = Math.min(DiskLayout.PLACES, vectors.count() - first);
            for (int i = 0; i < count; i++) {
                DiskLayout.setPlace(block, i, packing.places()[first + i]);
            }
            DiskLayout.seal(block, stamp, number++);
            writer.write(block);
        }
    }

    private MemorySegment shape(int stamp) {
        MemorySegment shape = arena.allocate(DiskLayout.SHAPE_BYTES);
        int entry = vectors.count() == 0 ? 0 : packing.places()[graph.entry()];
        DiskLayout.setShape(shape, DiskLayout.SHAPE_COUNT, vectors.count());
        DiskLayout.setShape(shape, DiskLayout.SHAPE_DIMENSION, vectors.dimension());
        DiskLayout.setShape(shape, DiskLayout.SHAPE_METRIC, DiskLayout.code(metric));
        DiskLayout.setShape(shape, DiskLayout.SHAPE_DEGREE, spec.degree());
        DiskLayout.setShape(shape, DiskLayout.SHAPE_BEAM, spec.beamBuild());
        DiskLayout.setShape(shape, DiskLayout.SHAPE_ENTRY, entry);
        DiskLayout.setSeed(shape, spec.seed());
        DiskLayout.setAlpha(shape, spec.alpha());
        DiskLayout.setShape(shape, DiskLayout.SHAPE_NODES, packing.ordinals().length);
        DiskLayout.setShape(shape, DiskLayout.SHAPE_TWINS, graph.twins().count());
        DiskLayout.setShape(shape, DiskLayout.SHAPE_STAMP, stamp);
        return shape;
    }
}
