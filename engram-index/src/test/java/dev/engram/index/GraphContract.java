package dev.engram.index;

import dev.engram.index.graph.HnswIndex;
import dev.engram.index.kernel.Instructions;
import dev.engram.storage.DiskStorage;
import dev.engram.storage.Storage;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

/** The contract of an index, for a graph in one of its layouts. */
abstract class GraphContract extends VectorIndexContract {

    @TempDir private Path folder;
    private final Arena arena = Arena.ofShared();
    private int files;

    /** The layout. */
    abstract Codes codes();

    @AfterEach
    void close() {
        arena.close();
    }

    @Override
    final VectorIndex index(Vectors vectors, Metric metric, Instructions instructions) {
        IndexSpec spec = new IndexSpec.Hnsw(8, 60, 1, codes());
        Storage storage = new DiskStorage(folder);
        String name = "graph-" + files++;
        Indexes.build(spec, vectors, metric, storage, name);
        VectorSource source = source(vectors, metric, instructions);
        return HnswIndex.open(codes(), source, metric, instructions, storage, name, arena);
    }

    /** Where exact distances come from. */
    VectorSource source(Vectors vectors, Metric metric, Instructions instructions) {
        return Rows.kept(vectors, metric, instructions);
    }

    @Override
    double recallMin() {
        return 0.9;
    }

    @Override
    final int many() {
        return 6000;
    }
}
