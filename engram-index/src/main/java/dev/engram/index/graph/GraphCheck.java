package dev.engram.index.graph;

import dev.engram.index.Metric;
import dev.engram.index.VectorSource;
import java.lang.foreign.MemorySegment;

/**
 * Refuses a graph that a search could get lost in. What a search meets on its way it checks itself,
 * so that opening looks at the shape alone; {@link #all} looks at every list.
 */
record GraphCheck(FileCheck check) {

    /** The shape, before anything is made of it. */
    void shape(MemorySegment shape, VectorSource vectors, Metric metric) {
        check.equal("shape", shape.byteSize(), HnswLayout.SHAPE_BYTES);
        check.equal("vectors", HnswLayout.shape(shape, HnswLayout.SHAPE_COUNT), vectors.count());
        check.equal(
                "dimension",
                HnswLayout.shape(shape, HnswLayout.SHAPE_DIMENSION),
                vectors.dimension());
        int code = HnswLayout.shape(shape, HnswLayout.SHAPE_METRIC);
        check.equal("metric", code, HnswLayout.code(metric));
        check.within("degree", HnswLayout.shape(shape, HnswLayout.SHAPE_DEGREE), 2, 128);
        check.within(
                "levels", HnswLayout.shape(shape, HnswLayout.SHAPE_LEVELS), 0, Levels.LEVEL_MAX);
        int count = vectors.count();
        check.within("slots", HnswLayout.shape(shape, HnswLayout.SHAPE_SLOTS), 0, count);
        check.within(
                "upper lists",
                HnswLayout.shape(shape, HnswLayout.SHAPE_LISTS),
                0,
                (long) count * Levels.LEVEL_MAX);
        check.within("twins", HnswLayout.shape(shape, HnswLayout.SHAPE_TWINS), 0, count);
    }

    /** What the shape says of the sections and the entry. */
    void sizes(SealedGraph graph, MemorySegment shape) {
        SealedLinks links = graph.links();
        long slots = HnswLayout.shape(shape, HnswLayout.SHAPE_SLOTS);
        long twins = HnswLayout.shape(shape, HnswLayout.SHAPE_TWINS);
        check.equal("bytes of slots", links.slots().byteSize(), slots * HnswLayout.PAIR_BYTES);
        check.equal(
                "bytes of twins", links.twins().pairs().byteSize(), twins * HnswLayout.PAIR_BYTES);
        if (graph.levels() > 0) {
            check.within("entry", graph.entry(), 0, links.slotCount() - 1);
            check.equal("levels", graph.levels(), links.height(graph.entry()));
        } else {
            check.within("entry", graph.entry(), 0, Math.max(0, links.count() - 1));
        }
    }

    /** Every list of links, every slot and every twin. */
    void all(SealedGraph graph) {
        SealedLinks links = graph.links();
        int ordinal = -1;
        int list = 0;
        for (int slot = 0; slot < links.slotCount(); slot++) {
            check.within("slot", links.ordinal(1, slot), ordinal + 1, links.count() - 1);
            check.equal("list of a slot", links.firstList(slot), list);
            ordinal = links.ordinal(1, slot);
            int height = links.height(slot);
            check.within("height", height, 1, Levels.LEVEL_MAX);
            list += height;
        }
        check.equal("upper lists", links.upper().count(), list);
        links.base().verify();
        links.upper().verify();
        int[] linked = new int[links.capacity(0)];
        for (int slot = 0; slot < links.slotCount(); slot++) {
            for (int level = 1; level <= links.height(slot); level++) {
                int count = links.read(level, slot, linked);
                for (int i = 0; i < count; i++) {
                    check.within("height", links.height(linked[i]), level, Levels.LEVEL_MAX);
                }
            }
        }
        links.twins().verify();
    }
}
