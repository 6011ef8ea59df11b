package dev.engram.index.graph;

import dev.engram.index.codes.BlockLayout;
import dev.engram.storage.Guarded;
import java.lang.foreign.MemorySegment;

/** The links in the records of a graph of neighbour blocks, checked as they are met. */
record RecordLinks(BlocksFile file) implements Adjacency {

    @Override
    public int read(int level, int node, int[] into) {
        Guarded records = file.records();
        long record = node * file.layout().recordBytes();
        MemorySegment checked = records.range(record, file.layout().recordBytes());
        long ids = record + file.layout().idsOffset();
        int count = 0;
        for (int place = 0; place < BlockLayout.LANES; place++) {
            int id = BlockLayout.id(checked, ids, place);
            if (id < 0 || id >= file.count()) {
                String found = "link: " + id + " (expected: below " + file.count() + ")";
                throw records.corrupt(ids, found);
            }
            // A place without a link names the node itself.
            if (id != node) {
                into[count++] = id;
            }
        }
        return count;
    }

    @Override
    public int capacity(int level) {
        return BlockLayout.LANES;
    }

    @Override
    public int ordinal(int level, int node) {
        return node;
    }
}
