package dev.engram.index;

import dev.engram.index.graph.HnswIndex;
import dev.engram.index.kernel.Instructions;
import dev.engram.storage.DiskStorage;
import dev.engram.storage.Storage;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

final class HnswIndexTest extends VectorIndexContract {

    private static final IndexSpec.Hnsw SPEC = new IndexSpec.Hnsw(8, 60, 1);

    @TempDir private Path folder;
    private final Arena arena = Arena.ofShared();
    private int files;

    @AfterEach
    void close() {
        arena.close();
    }

    @Override
    VectorIndex index(Vectors vectors, Metric metric, Instructions instructions) {
        Storage storage = new DiskStorage(folder);
        String name = "graph-" + files++;
        Indexes.build(SPEC, vectors, metric, storage, name);
        FlatIndex exact = new FlatIndex(vectors, metric, instructions);
        return HnswIndex.open(exact, vectors, metric, instructions, storage, name, arena);
    }

    @Override
    double recallMin() {
        return 0.85;
    }

    @Override
    int many() {
        return 6000;
    }
}
