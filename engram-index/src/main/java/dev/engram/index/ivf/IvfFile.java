package dev.engram.index.ivf;

import dev.engram.error.CorruptException;
import dev.engram.index.IndexSpec;
import dev.engram.index.Metric;
import dev.engram.index.VectorSource;
import dev.engram.index.Vectors;
import dev.engram.index.Workers;
import dev.engram.index.codes.BlockLayout;
import dev.engram.index.codes.PqCodebook;
import dev.engram.index.codes.ProductQuantizer;
import dev.engram.index.graph.FileCheck;
import dev.engram.index.graph.HnswLayout;
import dev.engram.index.kernel.Instructions;
import dev.engram.storage.Guarded;
import dev.engram.storage.SegmentFile;
import dev.engram.storage.SegmentWriter;
import dev.engram.storage.Storage;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.function.IntConsumer;

/**
 * Inverted lists, mapped from their file. Of their codes only the checksum was checked: an id is
 * looked at when a search finds it.
 *
 * @param file as a person would call it
 * @param count of the vectors
 * @param assignments lists a vector stands in, at most
 * @param lengths of the lists
 * @param starts the first block of each list
 */
record IvfFile(
        String file,
        int count,
        int assignments,
        ProductQuantizer quantizer,
        PqCodebook codebook,
        Vectors centroids,
        float[] biases,
        int[] lengths,
        int[] starts,
        Guarded blocks) {

    /** Returns the size of the file, which is durable then; after a failure there is none. */
    static long build(
            IndexSpec.IvfPq spec,
            Vectors vectors,
            Metric metric,
            Storage storage,
            String name,
            Workers workers,
            IntConsumer progress) {
        spec.checkMetric(metric);
        Instructions instructions = Instructions.best();
        try (Arena arena = Arena.ofShared()) {
            Division division = Division.of(spec, vectors, workers, instructions, progress, arena);
            IvfBuilder builder =
                    new IvfBuilder(spec, vectors, metric, division, workers, instructions);
            write(spec, vectors, metric, division, builder, storage, name);
        }
        return storage.size(name);
    }

    private static void write(
            IndexSpec.IvfPq spec,
            Vectors vectors,
            Metric metric,
            Division division,
            IvfBuilder builder,
            Storage storage,
            String name) {
        boolean done = false;
        SegmentWriter writer = SegmentWriter.create(storage, name, IvfLayout.KIND);
        try (writer;
                Arena arena = Arena.ofConfined()) {
            ProductQuantizer quantizer = builder.quantizer();
            MemorySegment quantizerBytes = arena.allocate(quantizer.shape().bytes());
            quantizer.write(quantizerBytes);
            MemorySegment mean = arena.allocate((long) quantizer.shape().padded() * Float.BYTES);
            IvfLayout.set(mean, builder.codebook().mean());
            MemorySegment biases = arena.allocate((long) division.lists() * Float.BYTES);
            IvfLayout.set(biases, builder.biases());
            MemorySegment lengths = arena.allocate((long) division.lists() * Integer.BYTES);
            IvfLayout.set(lengths, builder.lengths());
            MemorySegment shape = shape(spec, vectors, metric, builder, arena);
            write(writer, IvfLayout.SECTION_SHAPE, shape);
            write(writer, IvfLayout.SECTION_QUANTIZER, quantizerBytes);
            write(writer, IvfLayout.SECTION_MEAN, mean);
            write(writer, IvfLayout.SECTION_CENTROIDS, division.clusters().centroids().rows());
            write(writer, IvfLayout.SECTION_BIASES, biases);
            write(writer, IvfLayout.SECTION_LENGTHS, lengths);
            writer.section(IvfLayout.SECTION_BLOCKS);
            builder.writeBlocks(writer);
            writer.finish();
            storage.sync();
            done = true;
        } finally {
            if (!done) {
                storage.delete(name);
            }
        }
    }

    private static void write(SegmentWriter writer, int section, MemorySegment bytes) {
        writer.section(section);
        writer.write(bytes);
    }

    private static MemorySegment shape(
            IndexSpec.IvfPq spec, Vectors vectors, Metric metric, IvfBuilder builder, Arena arena) {
        int[] lengths = builder.lengths();
        int blocks = 0;
        for (int length : lengths) {
            blocks = Math.addExact(blocks, IvfLayout.blocks(length));
        }
        MemorySegment shape = arena.allocate(IvfLayout.SHAPE_BYTES);
        IvfLayout.setShape(shape, IvfLayout.SHAPE_COUNT, vectors.count());
        IvfLayout.setShape(shape, IvfLayout.SHAPE_DIMENSION, vectors.dimension());
        IvfLayout.setShape(shape, IvfLayout.SHAPE_METRIC, HnswLayout.code(metric));
        IvfLayout.setShape(shape, IvfLayout.SHAPE_LISTS, lengths.length);
        IvfLayout.setShape(shape, IvfLayout.SHAPE_CODES, builder.quantizer().shape().parts());
        IvfLayout.setShape(
                shape, IvfLayout.SHAPE_ASSIGNMENTS, Math.min(spec.assignments(), lengths.length));
        IvfLayout.setSeed(shape, spec.seed());
        IvfLayout.setShape(shape, IvfLayout.SHAPE_BLOCKS, blocks);
        return shape;
    }

    /**
     * Maps the lists of these vectors. Only what is small is copied.
     *
     * @throws CorruptException where the file is not what was written, or belongs to other vectors
     */
    static IvfFile open(
            VectorSource source, Metric metric, Storage storage, String name, Arena arena) {
        SegmentFile file = SegmentFile.open(storage, name, IvfLayout.KIND, arena);
        FileCheck check = new FileCheck(file.file());
        MemorySegment shape = file.verified(IvfLayout.SECTION_SHAPE);
        check.equal("shape", shape.byteSize(), IvfLayout.SHAPE_BYTES);
        check(check, shape, source, metric);
        ProductQuantizer quantizer = quantizer(check, file, source.dimension());
        int codes = quantizer.shape().parts();
        check.equal("codes", IvfLayout.shape(shape, IvfLayout.SHAPE_CODES), codes);
        check.equal("codes beyond a multiple of 4", codes % 4, 0);
        int lists = IvfLayout.shape(shape, IvfLayout.SHAPE_LISTS);
        int padded = quantizer.shape().padded();
        MemorySegment mean = sized(check, file, IvfLayout.SECTION_MEAN, 4L * padded);
        MemorySegment centroids =
                sized(
                        check,
                        file,
                        IvfLayout.SECTION_CENTROIDS,
                        IvfLayout.centroidBytes(lists, source.dimension()));
        MemorySegment biases = sized(check, file, IvfLayout.SECTION_BIASES, 4L * lists);
        int[] lengths = IvfLayout.ints(sized(check, file, IvfLayout.SECTION_LENGTHS, 4L * lists));
        int assignments = IvfLayout.shape(shape, IvfLayout.SHAPE_ASSIGNMENTS);
        int[] starts = starts(check, lengths, (long) source.count() * assignments);
        int blockCount = IvfLayout.shape(shape, IvfLayout.SHAPE_BLOCKS);
        check.equal("blocks", starts[lists], blockCount);
        // The one section that grows with the vectors; all others are a few megabytes.
        Guarded blocks = file.guard(IvfLayout.SECTION_BLOCKS);
        check.equal(
                "bytes of blocks", blocks.byteSize(), (long) blockCount * BlockLayout.bytes(codes));
        PqCodebook codebook = quantizer.directions(IvfLayout.floats(mean));
        if (!codebook.isSane()) {
            throw new CorruptException(file.file(), 0, "a mean that is not finite");
        }
        return new IvfFile(
                file.file(),
                source.count(),
                assignments,
                quantizer,
                codebook,
                IvfLayout.centroids(centroids, lists, source.dimension()),
                IvfLayout.floats(biases),
                lengths,
                starts,
                blocks);
    }

    /** Reads the whole file, and refuses it where a byte or an id is wrong. */
    static void verify(VectorSource source, Metric metric, Storage storage, String name) {
        try (Arena arena = Arena.ofConfined()) {
            SegmentFile.open(storage, name, IvfLayout.KIND, arena).verify();
            IvfFile opened = open(source, metric, storage, name, arena);
            MemorySegment all = opened.blocks.all();
            int codes = opened.quantizer.shape().parts();
            for (int block = 0; block < opened.starts[opened.lists()]; block++) {
                long ids = (long) block * BlockLayout.bytes(codes) + BlockLayout.idsOffset(codes);
                for (int place = 0; place < BlockLayout.LANES; place++) {
                    opened.checked(BlockLayout.id(all, ids, place));
                }
            }
        }
    }

    private static void check(
            FileCheck check, MemorySegment shape, VectorSource source, Metric metric) {
        check.equal("vectors", IvfLayout.shape(shape, IvfLayout.SHAPE_COUNT), source.count());
        check.equal(
                "dimension", IvfLayout.shape(shape, IvfLayout.SHAPE_DIMENSION), source.dimension());
        check.equal(
                "metric", IvfLayout.shape(shape, IvfLayout.SHAPE_METRIC), HnswLayout.code(metric));
        int lists = IvfLayout.shape(shape, IvfLayout.SHAPE_LISTS);
        check.within("lists", lists, 1, IndexSpec.IvfPq.LISTS_MAX);
        check.within(
                "assignments",
                IvfLayout.shape(shape, IvfLayout.SHAPE_ASSIGNMENTS),
                1,
                Math.min(lists, IndexSpec.IvfPq.ASSIGNMENTS_MAX));
    }

    private static ProductQuantizer quantizer(FileCheck check, SegmentFile file, int dimension) {
        MemorySegment bytes = file.verified(IvfLayout.SECTION_QUANTIZER);
        if (!ProductQuantizer.isSane(bytes, dimension)) {
            throw new CorruptException(check.file(), 0, "a quantiser that cannot be right");
        }
        ProductQuantizer quantizer = ProductQuantizer.read(bytes);
        check.equal("bits", quantizer.shape().bits(), 4);
        return quantizer;
    }

    private static MemorySegment sized(FileCheck check, SegmentFile file, int id, long bytes) {
        MemorySegment section = file.verified(id);
        check.equal("bytes of section " + id, section.byteSize(), bytes);
        return section;
    }

    /** The first block of each list, and at last the number of blocks. */
    private static int[] starts(FileCheck check, int[] lengths, long members) {
        int[] starts = new int[lengths.length + 1];
        long sum = 0;
        for (int list = 0; list < lengths.length; list++) {
            check.within("length of a list", lengths[list], 0, members - sum);
            sum += lengths[list];
            starts[list + 1] = starts[list] + IvfLayout.blocks(lengths[list]);
        }
        check.equal("vectors in all lists", sum, members);
        return starts;
    }

    /** How many lists there are. */
    int lists() {
        return lengths.length;
    }

    /** How many components a code has, by what it has by default. */
    double coarseness() {
        int usual = IvfBuilder.codes(new IndexSpec.IvfPq(), centroids.dimension());
        return usual / (double) codebook.parts();
    }

    /** Refuses an id that no vector has. */
    int checked(int id) {
        if (id < 0 || id >= count) {
            throw new CorruptException(
                    file, 0, "id: " + id + " (expected: 0.." + (count - 1) + ")");
        }
        return id;
    }
}
