package dev.engram.index.graph;

import dev.engram.index.Metric;
import dev.engram.index.Vectors;
import java.lang.foreign.MemorySegment;

/** Refuses a graph that a search could get lost in. */
record GraphCheck(FileCheck check) {

    void all(HnswGraph graph, MemorySegment shape, Vectors vectors, Metric metric) {
        Links links = graph.links();
        int count = vectors.count();
        check.equal("vectors", HnswLayout.shape(shape, HnswLayout.SHAPE_COUNT), count);
        check.equal(
                "dimension",
                HnswLayout.shape(shape, HnswLayout.SHAPE_DIMENSION),
                vectors.dimension());
        int code = HnswLayout.shape(shape, HnswLayout.SHAPE_METRIC);
        check.equal("metric", code, HnswLayout.code(metric));
        check.within("degree", links.degree(), 2, 128);
        check.within("levels", graph.levels(), 0, Levels.LEVEL_MAX);
        int slots = HnswLayout.shape(shape, HnswLayout.SHAPE_SLOTS);
        int lists = HnswLayout.shape(shape, HnswLayout.SHAPE_LISTS);
        int twins = HnswLayout.shape(shape, HnswLayout.SHAPE_TWINS);
        int degree = links.degree();
        check.equal(
                "bytes of base", links.base().byteSize(), count * HnswLayout.listBytes(2 * degree));
        check.equal(
                "bytes of slots", links.slots().byteSize(), (long) slots * HnswLayout.PAIR_BYTES);
        check.equal(
                "bytes of upper", links.upper().byteSize(), lists * HnswLayout.listBytes(degree));
        check.equal(
                "bytes of twins",
                links.twins().pairs().byteSize(),
                (long) twins * HnswLayout.PAIR_BYTES);
        slots(links, count);
        for (int ordinal = 0; ordinal < count; ordinal++) {
            list(links, 0, ordinal, count);
        }
        check.twins(links.twins(), count);
        entry(graph, count);
    }

    private void slots(Links links, int count) {
        int ordinal = -1;
        int list = 0;
        for (int slot = 0; slot < links.slotCount(); slot++) {
            check.within("slot", HnswLayout.first(links.slots(), slot), ordinal + 1, count - 1);
            check.equal("list of a slot", HnswLayout.second(links.slots(), slot), list);
            ordinal = HnswLayout.first(links.slots(), slot);
            int height = links.height(slot);
            check.within("height", height, 1, Levels.LEVEL_MAX);
            list += height;
        }
        check.equal("upper lists", links.listCount(), list);
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
        check.within("links", count, 0, links.capacity(level));
        for (int i = 0; i < count; i++) {
            int linked = HnswLayout.link(lists, list, i);
            check.within("link", linked, 0, nodes - 1);
            if (level > 0) {
                check.within("height", links.height(linked), level, Levels.LEVEL_MAX);
            }
        }
    }

    private void entry(HnswGraph graph, int count) {
        if (graph.levels() > 0) {
            check.within("entry", graph.entry(), 0, graph.links().slotCount() - 1);
            check.equal("levels", graph.levels(), graph.links().height(graph.entry()));
        } else {
            check.within("entry", graph.entry(), 0, Math.max(0, count - 1));
        }
    }
}
