package dev.engram.index;

import dev.engram.index.kernel.Instructions;

final class FlatIndexTest extends VectorIndexContract {

    @Override
    VectorIndex index(Vectors vectors, Metric metric, Instructions instructions) {
        return new FlatIndex(vectors, metric, instructions);
    }

    @Override
    double recallMin() {
        return 1;
    }

    @Override
    int many() {
        return 3000;
    }
}
