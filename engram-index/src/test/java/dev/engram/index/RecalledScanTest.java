package dev.engram.index;

import dev.engram.index.kernel.Instructions;

/** A scan of codes alone, with vectors that were not kept. */
final class RecalledScanTest extends ScanIndexTest {

    @Override
    VectorSource source(Vectors vectors, Metric metric, Instructions instructions) {
        return Rows.recalled(vectors, metric);
    }
}
