package dev.engram.index.graph;

import dev.engram.error.CorruptException;
import dev.engram.index.IndexSpec;
import dev.engram.index.Metric;
import dev.engram.index.VectorSource;
import dev.engram.index.Vectors;
import dev.engram.index.Workers;
import dev.engram.index.codes.BlockLayout;
import dev.engram.index.codes.PqCodebook;
import dev.engram.index.codes.Sq8;
import dev.engram.storage.Guarded;
import dev.engram.storage.SegmentFile;
import dev.engram.storage.SegmentWriter;
import dev.engram.storage.Storage;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * A graph of neighbour blocks, mapped from its file. Its records are checked as they are met.
 *
 * @param pivots an even number of blocks
 * @param records one a vector
 */
record BlocksFile(
        BlocksLayout layout,
        int count,
        Sq8 ranges,
        PqCodebook codebook,
        MemorySegment pivots,
        Guarded records,
        TwinTable twins) {

    /** How many bytes of the records are links. */
    long linkBytes() {
        return (long) count * BlockLayout.LANES * Integer.BYTES;
    }

    /** Returns the size of the file, which is durable then; after a failure there is none. */
    static long write(
            HnswGraph graph,
            IndexSpec.Hnsw spec,
            Vectors vectors,
            Metric metric,
            Storage storage,
            String name,
            Workers workers) {
        BlocksBuilder builder = new BlocksBuilder(graph, spec, vectors, metric, workers);
        boolean done = false;
        SegmentWriter writer = SegmentWriter.create(storage, name, BlocksLayout.KIND);
        try (writer;
                Arena arena = Arena.ofConfined()) {
            MemorySegment pivots = builder.pivots(arena);
            MemorySegment shape = shape(graph, spec, vectors, metric, pivots, arena);
            MemorySegment ranges = arena.allocate((long) vectors.dimension() * Sq8.RANGE_BYTES);
            builder.ranges().write(ranges);
            MemorySegment codebook = arena.allocate(PqCodebook.bytes(vectors.dimension()));
            builder.codebook().write(codebook);
            write(writer, BlocksLayout.SECTION_SHAPE, shape);
            write(writer, BlocksLayout.SECTION_RANGES, ranges);
            write(writer, BlocksLayout.SECTION_CODEBOOK, codebook);
            write(writer, BlocksLayout.SECTION_PIVOTS, pivots);
            writer.section(BlocksLayout.SECTION_RECORDS);
            builder.writeRecords(writer);
            write(writer, BlocksLayout.SECTION_TWINS, graph.links().twins().pairs().all());
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

    private static MemorySegment shape(
            HnswGraph graph,
            IndexSpec.Hnsw spec,
            Vectors vectors,
            Metric metric,
            MemorySegment pivots,
            Arena arena) {
        BlocksLayout layout = BlocksLayout.of(vectors.dimension());
        MemorySegment shape = arena.allocate(BlocksLayout.SHAPE_BYTES);
        HnswLayout.setShape(shape, BlocksLayout.SHAPE_COUNT, vectors.count());
        HnswLayout.setShape(shape, BlocksLayout.SHAPE_DIMENSION, vectors.dimension());
        HnswLayout.setShape(shape, BlocksLayout.SHAPE_METRIC, HnswLayout.code(metric));
        HnswLayout.setShape(shape, BlocksLayout.SHAPE_DEGREE, spec.degree());
        HnswLayout.setShape(shape, BlocksLayout.SHAPE_BEAM, spec.beamBuild());
        HnswLayout.setShape(shape, BlocksLayout.SHAPE_CODES, layout.codes());
        HnswLayout.setSeed(shape, spec.seed());
        HnswLayout.setShape(shape, BlocksLayout.SHAPE_WIDTH, PqCodebook.width(vectors.dimension()));
        HnswLayout.setShape(
                shape, BlocksLayout.SHAPE_PIVOTS, (int) (pivots.byteSize() / layout.blockBytes()));
        HnswLayout.setShape(shape, BlocksLayout.SHAPE_TWINS, graph.links().twins().count());
        return shape;
    }

    /**
     * Maps the graph of these vectors. Nothing but the tables is copied, and little is read.
     *
     * @throws CorruptException where the file is not what was written, or belongs to other vectors
     */
    static BlocksFile open(
            VectorSource source, Metric metric, Storage storage, String name, Arena arena) {
        SegmentFile file = SegmentFile.open(storage, name, BlocksLayout.KIND, arena);
        FileCheck check = new FileCheck(file.file());
        MemorySegment shape = file.verified(BlocksLayout.SECTION_SHAPE);
        check.equal("shape", shape.byteSize(), BlocksLayout.SHAPE_BYTES);
        BlocksLayout layout = BlocksLayout.of(source.dimension());
        check(check, shape, layout, source, metric);
        MemorySegment codebookBytes = file.verified(BlocksLayout.SECTION_CODEBOOK);
        check.equal(
                "bytes of codebook",
                codebookBytes.byteSize(),
                PqCodebook.bytes(source.dimension()));
        PqCodebook codebook = PqCodebook.read(codebookBytes, source.dimension());
        if (!codebook.isSane()) {
            throw new CorruptException(file.file(), 0, "a centroid that is not finite");
        }
        BlocksFile opened =
                new BlocksFile(
                        layout,
                        source.count(),
                        check.ranges(
                                file.verified(BlocksLayout.SECTION_RANGES), source.dimension()),
                        codebook,
                        file.verified(BlocksLayout.SECTION_PIVOTS),
                        file.guard(BlocksLayout.SECTION_RECORDS),
                        new TwinTable(file.guard(BlocksLayout.SECTION_TWINS), source.count()));
        opened.check(check, shape);
        return opened;
    }

    private static void check(
            FileCheck check,
            MemorySegment shape,
            BlocksLayout layout,
            VectorSource source,
            Metric metric) {
        check.equal("vectors", HnswLayout.shape(shape, BlocksLayout.SHAPE_COUNT), source.count());
        check.equal(
                "dimension",
                HnswLayout.shape(shape, BlocksLayout.SHAPE_DIMENSION),
                source.dimension());
        check.equal(
                "metric",
                HnswLayout.shape(shape, BlocksLayout.SHAPE_METRIC),
                HnswLayout.code(metric));
        check.equal("codes", HnswLayout.shape(shape, BlocksLayout.SHAPE_CODES), layout.codes());
        check.equal(
                "components a code",
                HnswLayout.shape(shape, BlocksLayout.SHAPE_WIDTH),
                PqCodebook.width(source.dimension()));
    }

    private void check(FileCheck check, MemorySegment shape) {
        int blocks = HnswLayout.shape(shape, BlocksLayout.SHAPE_PIVOTS);
        check.equal("blocks of pivots, odd", blocks & 1, 0);
        check.equal("bytes of pivots", pivots.byteSize(), (long) blocks * layout.blockBytes());
        check.equal("bytes of records", records.byteSize(), count * layout.recordBytes());
        int twinCount = HnswLayout.shape(shape, BlocksLayout.SHAPE_TWINS);
        check.equal(
                "bytes of twins",
                twins.pairs().byteSize(),
                (long) twinCount * HnswLayout.PAIR_BYTES);
        for (int block = 0; block < blocks; block++) {
            long ids = (long) block * layout.blockBytes() + BlockLayout.idsOffset(layout.codes());
            check(check, pivots, ids);
        }
    }

    /** Reads the whole file, and refuses it where a byte or a link is wrong. */
    static void verify(VectorSource source, Metric metric, Storage storage, String name) {
        try (Arena arena = Arena.ofConfined()) {
            BlocksFile opened = open(source, metric, storage, name, arena);
            SegmentFile file = SegmentFile.open(storage, name, BlocksLayout.KIND, arena);
            file.verify();
            opened.verify(new FileCheck(file.file()));
        }
    }

    private void verify(FileCheck check) {
        MemorySegment all = records.all();
        for (int ordinal = 0; ordinal < count; ordinal++) {
            check(check, all, ordinal * layout.recordBytes() + layout.idsOffset());
        }
        twins.verify();
    }

    private void check(FileCheck check, MemorySegment blocks, long ids) {
        for (int place = 0; place < BlockLayout.LANES; place++) {
            check.within("link", BlockLayout.id(blocks, ids, place), 0, count - 1);
        }
    }
}
