package dev.engram.index.scan;

import dev.engram.error.CorruptException;
import dev.engram.index.IndexSpec;
import dev.engram.index.Metric;
import dev.engram.index.Rotation;
import dev.engram.index.VectorSource;
import dev.engram.index.Vectors;
import dev.engram.index.codes.ByteRows;
import dev.engram.index.codes.CodeBlock;
import dev.engram.index.codes.ProductQuantizer;
import dev.engram.index.codes.Scales;
import dev.engram.index.graph.FileCheck;
import dev.engram.index.graph.HnswLayout;
import dev.engram.storage.Guarded;
import dev.engram.storage.SegmentFile;
import dev.engram.storage.SegmentWriter;
import dev.engram.storage.Storage;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/**
 * A coded scan, mapped from its file. Of the blocks only the checksum is checked: whatever else
 * they may hold, a search only ranks by it.
 *
 * @param file as a person would call it
 * @param count of the vectors
 */
record ScanFile(String file, int count, ScanModel model, Calibration calibration, Guarded blocks) {

    /** Writes a file, which is durable then; after a failure there is none. */
    static void write(
            ScanModel model,
            Metric metric,
            Calibration calibration,
            CodeMemory codes,
            Storage storage,
            String name) {
        boolean done = false;
        SegmentWriter writer = SegmentWriter.create(storage, name, ScanLayout.KIND);
        try (writer;
                Arena arena = Arena.ofConfined()) {
            section(writer, ScanLayout.SECTION_SHAPE, shape(model, metric, codes.count(), arena));
            int lists = model.lists().count();
            MemorySegment listBytes = arena.allocate(ByteRows.bytes(lists, model.dimension()));
            model.writeLists(listBytes);
            section(writer, ScanLayout.SECTION_LISTS, listBytes);
            MemorySegment codebook =
                    arena.allocate(ScanModel.codebookBytes(model.quantizer().shape()));
            ScanModel.writeCodebook(model.quantizer(), codebook);
            section(writer, ScanLayout.SECTION_CODEBOOK, codebook);
            List<Calibration.Setting> settings = calibration.settings();
            MemorySegment bytes = arena.allocate((long) settings.size() * ScanLayout.SETTING_BYTES);
            for (int i = 0; i < settings.size(); i++) {
                ScanLayout.setSetting(bytes, i, settings.get(i));
            }
            section(writer, ScanLayout.SECTION_SETTINGS, bytes);
            writer.section(ScanLayout.SECTION_BLOCKS);
            codes.write(writer);
            writer.finish();
            storage.sync();
            done = true;
        } finally {
            if (!done) {
                storage.delete(name);
            }
        }
    }

    private static void section(SegmentWriter writer, int section, MemorySegment bytes) {
        writer.section(section);
        writer.write(bytes);
    }

    private static MemorySegment shape(ScanModel model, Metric metric, int count, Arena arena) {
        MemorySegment shape = arena.allocate(ScanLayout.SHAPE_BYTES);
        ScanLayout.setShape(shape, ScanLayout.SHAPE_COUNT, count);
        ScanLayout.setShape(shape, ScanLayout.SHAPE_DIMENSION, model.dimension());
        ScanLayout.setShape(shape, ScanLayout.SHAPE_METRIC, HnswLayout.code(metric));
        ScanLayout.setShape(shape, ScanLayout.SHAPE_LISTS, model.lists().count());
        ScanLayout.setShape(shape, ScanLayout.SHAPE_CODES, model.codes());
        int settings = Calibration.ANSWERS.length * Calibration.THOUSANDTHS.length;
        ScanLayout.setShape(shape, ScanLayout.SHAPE_SETTINGS, settings);
        ScanLayout.setSeed(shape, model.seed());
        ScanLayout.setScales(shape, model.scales());
        return shape;
    }

    /**
     * Maps the codes of these vectors. Only what is small is copied.
     *
     * @throws CorruptException where the file is not what was written, or belongs to other vectors
     */
    static ScanFile open(
            VectorSource source, Metric metric, Storage storage, String name, Arena arena) {
        SegmentFile file = SegmentFile.open(storage, name, ScanLayout.KIND, arena);
        FileCheck check = new FileCheck(file.file());
        MemorySegment shape = file.verified(ScanLayout.SECTION_SHAPE);
        check.equal("shape", shape.byteSize(), ScanLayout.SHAPE_BYTES);
        check(check, shape, source, metric);
        ScanModel model = model(check, file, shape, source.dimension(), arena);
        Calibration calibration = calibration(check, file, shape, source.count());
        // The one section that grows with the vectors; all others are some hundred kilobytes.
        Guarded blocks = file.guard(ScanLayout.SECTION_BLOCKS);
        long wanted = (long) ScanLayout.blocks(source.count()) * model.blockBytes();
        check.equal("bytes of blocks", blocks.byteSize(), wanted);
        return new ScanFile(file.file(), source.count(), model, calibration, blocks);
    }

    private static void check(
            FileCheck check, MemorySegment shape, VectorSource source, Metric metric) {
        int count = ScanLayout.shape(shape, ScanLayout.SHAPE_COUNT);
        check.equal("vectors", count, source.count());
        int dimension = ScanLayout.shape(shape, ScanLayout.SHAPE_DIMENSION);
        check.equal("dimension", dimension, source.dimension());
        int found = ScanLayout.shape(shape, ScanLayout.SHAPE_METRIC);
        check.equal("metric", found, HnswLayout.code(metric));
        int lists = ScanLayout.shape(shape, ScanLayout.SHAPE_LISTS);
        check.within("lists", lists, 1, CodeBlock.LISTS_MAX);
        int codes = ScanLayout.shape(shape, ScanLayout.SHAPE_CODES);
        check.within("codes", codes, 4, 2L * IndexSpec.Scan.CODE_BYTES_MAX);
        check.equal("codes beyond a multiple of 4", codes % 4, 0);
    }

    private static ScanModel model(
            FileCheck check, SegmentFile file, MemorySegment shape, int dimension, Arena arena) {
        int lists = ScanLayout.shape(shape, ScanLayout.SHAPE_LISTS);
        int codes = ScanLayout.shape(shape, ScanLayout.SHAPE_CODES);
        long seed = ScanLayout.seed(shape);
        MemorySegment listBytes = file.verified(ScanLayout.SECTION_LISTS);
        check.equal("bytes of lists", listBytes.byteSize(), ByteRows.bytes(lists, dimension));
        ProductQuantizer.Shape cut =
                new ProductQuantizer.Shape(dimension, codes, 4, Rotation.NONE, seed);
        MemorySegment codebook = file.verified(ScanLayout.SECTION_CODEBOOK);
        check.equal("bytes of the codebook", codebook.byteSize(), ScanModel.codebookBytes(cut));
        Scales scales = ScanLayout.scales(shape);
        boolean sane = ByteRows.isSane(listBytes, lists) && ByteRows.isSane(codebook, codes);
        if (!sane || !scales.isSane()) {
            throw new CorruptException(check.file(), 0, "a scale that is not finite");
        }
        Vectors centroids = ScanModel.readLists(listBytes, lists, dimension, arena);
        return new ScanModel(centroids, ScanModel.readCodebook(codebook, cut), scales, seed);
    }

    private static Calibration calibration(
            FileCheck check, SegmentFile file, MemorySegment shape, int count) {
        int wanted = ScanLayout.shape(shape, ScanLayout.SHAPE_SETTINGS);
        MemorySegment bytes = file.verified(ScanLayout.SECTION_SETTINGS);
        check.equal(
                "bytes of settings", bytes.byteSize(), (long) wanted * ScanLayout.SETTING_BYTES);
        List<Calibration.Setting> settings = new ArrayList<>();
        for (int i = 0; i < wanted; i++) {
            settings.add(ScanLayout.setting(bytes, i));
        }
        Calibration calibration = new Calibration(settings);
        if (!calibration.isSane(count)) {
            throw new CorruptException(check.file(), 0, "settings that cannot be right");
        }
        return calibration;
    }

    /** Reads the whole file, and refuses it where a byte or a list is wrong. */
    static void verify(VectorSource source, Metric metric, Storage storage, String name) {
        try (Arena arena = Arena.ofConfined()) {
            SegmentFile.open(storage, name, ScanLayout.KIND, arena).verify();
            ScanFile opened = open(source, metric, storage, name, arena);
            MemorySegment all = opened.blocks.all();
            int lists = opened.model.lists().count();
            for (int ordinal = 0; ordinal < opened.count; ordinal++) {
                long block = (long) (ordinal / CodeBlock.LANES) * opened.model.blockBytes();
                int place = ordinal % CodeBlock.LANES;
                int list = CodeBlock.list(all, block, opened.model.codes(), place);
                if (list >= lists) {
                    throw opened.blocks.corrupt(
                            block, "list: " + list + " (expected: 0.." + (lists - 1) + ")");
                }
            }
        }
    }
}
