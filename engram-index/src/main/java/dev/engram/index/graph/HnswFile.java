package dev.engram.index.graph;

import dev.engram.error.CorruptException;
import dev.engram.index.IndexSpec;
import dev.engram.index.Metric;
import dev.engram.index.Vectors;
import dev.engram.storage.SegmentFile;
import dev.engram.storage.SegmentWriter;
import dev.engram.storage.Storage;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** Writes a graph to a file, and maps it again once every byte and every link was checked. */
final class HnswFile {

    private HnswFile() {}

    /** Returns the size of the file, which is durable then; after a failure there is none. */
    static long write(
            HnswGraph graph,
            IndexSpec.Hnsw spec,
            Vectors vectors,
            Metric metric,
            Storage storage,
            String name) {
        boolean done = false;
        SegmentWriter writer = SegmentWriter.create(storage, name, HnswLayout.KIND);
        try (writer;
                Arena arena = Arena.ofConfined()) {
            Links links = graph.links();
            write(writer, HnswLayout.SECTION_SHAPE, shape(graph, spec, vectors, metric, arena));
            write(writer, HnswLayout.SECTION_BASE, links.base());
            write(writer, HnswLayout.SECTION_SLOTS, links.slots());
            write(writer, HnswLayout.SECTION_UPPER, links.upper());
            write(writer, HnswLayout.SECTION_TWINS, links.twins());
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
        HnswLayout.setShape(shape, HnswLayout.SHAPE_TWINS, graph.links().twinCount());
        return shape;
    }

    /**
     * Maps the graph of these vectors. Nothing is copied.
     *
     * @throws CorruptException where the file is not what was written, or belongs to other vectors
     */
    static HnswGraph open(
            Vectors vectors, Metric metric, Storage storage, String name, Arena arena) {
        SegmentFile file = SegmentFile.open(storage, name, HnswLayout.KIND, arena);
        MemorySegment shape = file.verified(HnswLayout.SECTION_SHAPE);
        new Check(file.file()).equal("shape", shape.byteSize(), HnswLayout.SHAPE_BYTES);
        Links links =
                new Links(
                        file.verified(HnswLayout.SECTION_BASE),
                        file.verified(HnswLayout.SECTION_SLOTS),
                        file.verified(HnswLayout.SECTION_UPPER),
                        file.verified(HnswLayout.SECTION_TWINS),
                        HnswLayout.shape(shape, HnswLayout.SHAPE_DEGREE));
        HnswGraph graph =
                new HnswGraph(
                        links,
                        HnswLayout.shape(shape, HnswLayout.SHAPE_ENTRY),
                        HnswLayout.shape(shape, HnswLayout.SHAPE_LEVELS));
        new Check(file.file()).all(graph, shape, vectors, metric);
        return graph;
    }

    /** Refuses a graph that a search could get lost in. */
    private record Check(String file) {

        void all(HnswGraph graph, MemorySegment shape, Vectors vectors, Metric metric) {
            Links links = graph.links();
            int count = vectors.count();
            equal("vectors", HnswLayout.shape(shape, HnswLayout.SHAPE_COUNT), count);
            equal(
                    "dimension",
                    HnswLayout.shape(shape, HnswLayout.SHAPE_DIMENSION),
                    vectors.dimension());
            int code = HnswLayout.shape(shape, HnswLayout.SHAPE_METRIC);
            equal("metric", code, HnswLayout.code(metric));
            within("degree", links.degree(), 2, 128);
            within("levels", graph.levels(), 0, Levels.LEVEL_MAX);
            int slots = HnswLayout.shape(shape, HnswLayout.SHAPE_SLOTS);
            int lists = HnswLayout.shape(shape, HnswLayout.SHAPE_LISTS);
            int twins = HnswLayout.shape(shape, HnswLayout.SHAPE_TWINS);
            int degree = links.degree();
            equal(
                    "bytes of base",
                    links.base().byteSize(),
                    count * HnswLayout.listBytes(2 * degree));
            equal("bytes of slots", links.slots().byteSize(), (long) slots * HnswLayout.PAIR_BYTES);
            equal("bytes of upper", links.upper().byteSize(), lists * HnswLayout.listBytes(degree));
            equal("bytes of twins", links.twins().byteSize(), (long) twins * HnswLayout.PAIR_BYTES);
            slots(links, count);
            for (int ordinal = 0; ordinal < count; ordinal++) {
                list(links, 0, ordinal, count);
            }
            twins(links, count);
            entry(graph, count);
        }

        private void slots(Links links, int count) {
            int ordinal = -1;
            int list = 0;
            for (int slot = 0; slot < links.slotCount(); slot++) {
                within("slot", HnswLayout.first(links.slots(), slot), ordinal + 1, count - 1);
                equal("list of a slot", HnswLayout.second(links.slots(), slot), list);
                ordinal = HnswLayout.first(links.slots(), slot);
                int height = links.height(slot);
                within("height", height, 1, Levels.LEVEL_MAX);
                list += height;
            }
            equal("upper lists", links.listCount(), list);
            for (int slot = 0; slot < links.slotCount(); slot++) {
                for (int level = 1; level <= links.height(slot); level++) {
                    list(links, level, slot, links.slotCount());
                }
            }
        }

        private void list(Links links, int level, int node, int nodes) {
            MemorySegment lists = links.lists(level);
            long list = links.list(level, node);
            int count = HnswLayout.linkCount(lists, list);
            within("links", count, 0, links.capacity(level));
            for (int i = 0; i < count; i++) {
                int linked = HnswLayout.link(lists, list, i);
                within("link", linked, 0, nodes - 1);
                if (level > 0) {
                    within("height", links.height(linked), level, Levels.LEVEL_MAX);
                }
            }
        }

        private void twins(Links links, int count) {
            int first = 0;
            for (int i = 0; i < links.twinCount(); i++) {
                within("twins", HnswLayout.first(links.twins(), i), first, count - 1);
                first = HnswLayout.first(links.twins(), i);
                within("twin", HnswLayout.second(links.twins(), i), first + 1, count - 1);
            }
        }

        private void entry(HnswGraph graph, int count) {
            if (graph.levels() > 0) {
                within("entry", graph.entry(), 0, graph.links().slotCount() - 1);
                equal("levels", graph.levels(), graph.links().height(graph.entry()));
            } else {
                within("entry", graph.entry(), 0, Math.max(0, count - 1));
            }
        }

        void equal(String what, long found, long expected) {
            within(what, found, expected, expected);
        }

        private void within(String what, long found, long min, long max) {
            if (found < min || found > max) {
                String range = min == max ? "" + min : min + ".." + max;
                throw new CorruptException(
                        file, 0, what + ": " + found + " (expected: " + range + ")");
            }
        }
    }
}
