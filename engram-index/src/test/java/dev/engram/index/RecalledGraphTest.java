package dev.engram.index;

import dev.engram.index.kernel.Instructions;

/** A graph of codes alone, with vectors that were not kept. */
final class RecalledGraphTest extends GraphContract {

    @Override
    Codes codes() {
        return Codes.SQ8;
    }

    @Override
    VectorSource source(Vectors vectors, Metric metric, Instructions instructions) {
        return Rows.recalled(vectors, metric);
    }
}
