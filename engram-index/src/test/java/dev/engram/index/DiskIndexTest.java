package dev.engram.index;

import dev.engram.index.disk.DiskIndex;
import dev.engram.index.kernel.Instructions;
import dev.engram.testkit.FaultyStorage;
import dev.engram.testkit.MemoryStorage;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;

final class DiskIndexTest extends VectorIndexContract {

    private final FaultyStorage storage = new FaultyStorage(new MemoryStorage());
    private final Arena arena = Arena.ofShared();
    private final List<VectorIndex> opened = new ArrayList<>();

    @AfterEach
    void leavesNothingOpen() {
        opened.forEach(VectorIndex::close);
        arena.close();
        storage.assertNothingOpen();
    }

    @Override
    VectorIndex index(Vectors vectors, Metric metric, Instructions instructions) {
        String name = "disk-" + opened.size();
        IndexSpec spec = new IndexSpec.DiskAnn(16, 24, 1.2, 0, 1);
        Indexes.build(spec, vectors, metric, storage, name);
        VectorSource kept = Rows.kept(vectors, metric, instructions);
        VectorIndex index = DiskIndex.open(kept, metric, instructions, storage, name, 0, arena);
        opened.add(index);
        return index;
    }

    @Override
    double recallMin() {
        return 0.85;
    }

    @Override
    int many() {
        return 4000;
    }
}
