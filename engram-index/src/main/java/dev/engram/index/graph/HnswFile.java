package dev.engram.index.graph;

import dev.engram.error.CorruptException;
import dev.engram.index.Codes;
import dev.engram.index.IndexSpec;
import dev.engram.index.Metric;
import dev.engram.index.VectorSource;
import dev.engram.index.Vectors;
import dev.engram.index.Workers;
import dev.engram.index.codes.RowCodes;
import dev.engram.index.codes.RowQuery;
import dev.engram.index.kernel.Instructions;
import dev.engram.storage.Guarded;
import dev.engram.storage.Kind;
import dev.engram.storage.SegmentFile;
import dev.engram.storage.SegmentWriter;
import dev.engram.storage.Storage;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/** Writes a graph to a file, with or without codes, and maps it again. */
final class HnswFile {

    private HnswFile() {}

    /** Returns the size of the file, which is durable then; after a failure there is none. */
    static long write(
            HnswGraph graph,
            IndexSpec.Hnsw spec,
            Vectors vectors,
            Metric metric,
            Storage storage,
            String name,
            Workers workers) {
        boolean done = false;
        SegmentWriter writer = SegmentWriter.create(storage, name, kind(spec.codes()));
        try (writer;
                Arena arena = Arena.ofConfined()) {
            Links links = graph.links();
            write(writer, HnswLayout.SECTION_SHAPE, shape(graph, spec, vectors, metric, arena));
            int degree = links.degree();
            writer.section(HnswLayout.SECTION_BASE);
            PackedLists.write(writer, links.base(), vectors.count(), 2 * degree);
            write(writer, HnswLayout.SECTION_SLOTS, links.slots());
            writer.section(HnswLayout.SECTION_UPPER);
            PackedLists.write(writer, links.upper(), links.slotCount(), degree);
            write(writer, HnswLayout.SECTION_TWINS, links.twins().pairs().all());
            if (spec.codes().areRows()) {
                CodedRows.write(writer, spec, vectors, metric, workers);
            }
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

    private static Kind kind(Codes codes) {
        return switch (codes) {
            case NONE -> HnswLayout.KIND;
            case SQ8 -> HnswLayout.KIND_LEAN;
            case RABITQ1, RABITQ2, RABITQ3, RABITQ4 -> HnswLayout.KIND_RABITQ;
            case PQ -> HnswLayout.KIND_PRODUCT;
            case BLOCKS -> throw new AssertionError("blocks are written by BlocksFile");
        };
    }

    private static void write(SegmentWriter writer, int section, MemorySegment bytes) {
        writer.section(section);
        writer.write(bytes);
    }

    private static MemorySegment shape(
            HnswGraph graph, IndexSpec.Hnsw spec, Vectors vectors, Metric metric, Arena arena) {
        MemorySegment shape = arena.allocate(HnswLayout.SHAPE_BYTES);
        HnswLayout.setShape(shape, HnswLayout.SHAPE_COUNT, vectors.count());
        HnswLayout.setShape(shape, HnswLayout.SHAPE_DIMENSION, vectors.dimension());
        HnswLayout.setShape(shape, HnswLayout.SHAPE_METRIC, HnswLayout.code(metric));
        HnswLayout.setShape(shape, HnswLayout.SHAPE_DEGREE, spec.degree());
        HnswLayout.setShape(shape, HnswLayout.SHAPE_BEAM, spec.beamBuild());
        HnswLayout.setShape(shape, HnswLayout.SHAPE_LEVELS, graph.levels());
        HnswLayout.setSeed(shape, spec.seed());
        HnswLayout.setShape(shape, HnswLayout.SHAPE_ENTRY, graph.entry());
        HnswLayout.setShape(shape, HnswLayout.SHAPE_SLOTS, graph.links().slotCount());
        HnswLayout.setShape(shape, HnswLayout.SHAPE_LISTS, graph.links().listCount());
        HnswLayout.setShape(shape, HnswLayout.SHAPE_TWINS, graph.links().twins().count());
        return shape;
    }

    /**
     * A graph that was mapped.
     *
     * @param codes of the vectors, null where there are none
     * @param rows the codes; empty where there are none
     */
    record Opened(SealedGraph graph, @Nullable RowCodes codes, Guarded rows) {

        /** Explores the graph by its codes where it has some, by the vectors where not. */
        GraphExplorer explorer(VectorSource source, Metric metric, Instructions instructions) {
            if (codes == null) {
                Ruler ruler = new Ruler.OfVectors(source);
                Walk walk = new Walk(graph.links(), source.count(), ruler);
                return new GraphExplorer(graph, walk, null);
            }
            // The ruler has every row checked before the query reads it.
            RowQuery query = codes.query(metric, instructions, rows.range(0, 0));
            Ruler ruler = new Ruler.OfCodes(query, rows, codes.rowBytes());
            return new GraphExplorer(
                    graph,
                    new Walk(graph.links(), source.count(), ruler),
                    new GraphExplorer.Coded(query, new Rescore(source)));
        }
    }

    /**
     * Maps the graph of these vectors. Nothing is copied, and little is read.
     *
     * @throws CorruptException where the file is not what was written, or belongs to other vectors
     */
    static Opened open(
            Codes codes,
            VectorSource source,
            Metric metric,
            Storage storage,
            String name,
            Arena arena) {
        SegmentFile file = SegmentFile.open(storage, name, kind(codes), arena);
        MemorySegment shape = file.verified(HnswLayout.SECTION_SHAPE);
        FileCheck check = new FileCheck(file.file());
        GraphCheck graphCheck = new GraphCheck(check);
        graphCheck.shape(shape, source, metric);
        SealedGraph graph =
                new SealedGraph(
                        links(file, shape, source.count()),
                        HnswLayout.shape(shape, HnswLayout.SHAPE_ENTRY),
                        HnswLayout.shape(shape, HnswLayout.SHAPE_LEVELS));
        graphCheck.sizes(graph, shape);
        if (!codes.areRows()) {
            return new Opened(graph, null, Guarded.made(MemorySegment.NULL));
        }
        RowCodes read =
                CodedRows.read(
                        codes,
                        file.verified(HnswLayout.SECTION_MODEL),
                        metric,
                        source.dimension(),
                        check);
        Guarded rows = file.guard(HnswLayout.SECTION_ROWS);
        check.equal("bytes of rows", rows.byteSize(), read.bytes(source.count()));
        return new Opened(graph, read, rows);
    }

    private static SealedLinks links(SegmentFile file, MemorySegment shape, int count) {
        int degree = HnswLayout.shape(shape, HnswLayout.SHAPE_DEGREE);
        int slots = HnswLayout.shape(shape, HnswLayout.SHAPE_SLOTS);
        int lists = HnswLayout.shape(shape, HnswLayout.SHAPE_LISTS);
        return new SealedLinks(
                new PackedLists(file.guard(HnswLayout.SECTION_BASE), count, count, 2 * degree),
                file.guard(HnswLayout.SECTION_SLOTS),
                new PackedLists(file.guard(HnswLayout.SECTION_UPPER), lists, slots, degree),
                new TwinTable(file.guard(HnswLayout.SECTION_TWINS), count),
                degree,
                count);
    }

    /** Reads the whole file, and refuses it where a byte or a link is wrong. */
    static void verify(
            Codes codes, VectorSource source, Metric metric, Storage storage, String name) {
        try (Arena arena = Arena.ofConfined()) {
            Opened opened = open(codes, source, metric, storage, name, arena);
            SegmentFile file = SegmentFile.open(storage, name, kind(codes), arena);
            file.verify();
            new GraphCheck(new FileCheck(file.file())).all(opened.graph());
        }
    }
}
