package dev.engram.index.graph;

import dev.engram.index.codes.BlockLayout;

/** The links in the records of a graph of neighbour blocks. */
record RecordLists(BlocksFile file) implements Lists {

    @Override
    public int read(int level, int node, int[] into) {
        long ids = node * file.layout().recordBytes() + file.layout().idsOffset();
        int count = 0;
        for (int place = 0; place < BlockLayout.LANES; place++) {
            int id = BlockLayout.id(file.records(), ids, place);
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
