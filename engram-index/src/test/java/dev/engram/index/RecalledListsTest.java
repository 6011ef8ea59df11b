package dev.engram.index;

import dev.engram.index.kernel.Instructions;

/** Inverted lists of codes alone, with vectors that were not kept. */
final class RecalledListsTest extends IvfIndexTest {

    @Override
    VectorSource source(Vectors vectors, Metric metric, Instructions instructions) {
        return Rows.recalled(vectors, metric);
    }
}
