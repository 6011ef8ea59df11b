package dev.engram.index;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.engram.index.ivf.IvfIndex;
import dev.engram.index.kernel.Instructions;
import dev.engram.storage.DiskStorage;
import dev.engram.storage.Storage;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.provider.Arguments;

class IvfIndexTest extends VectorIndexContract {

    @TempDir private Path folder;
    private final Arena arena = Arena.ofShared();
    private int files;

    /** In the place of the contract's: codes of directions cannot tell manhattan distances. */
    static Stream<Arguments> settings() {
        return VectorIndexContract.settings()
                .filter(arguments -> arguments.get()[0] != Metric.MANHATTAN);
    }

    @AfterEach
    void close() {
        arena.close();
    }

    @Override
    VectorIndex index(Vectors vectors, Metric metric, Instructions instructions) {
        // Every other index has its vectors in two lists and turned.
        boolean twice = files % 2 == 1;
        IndexSpec.IvfPq spec =
                new IndexSpec.IvfPq(
                        0, 0, twice ? 2 : 1, twice ? Rotation.RANDOM : Rotation.NONE, 1);
        Storage storage = new DiskStorage(folder);
        String name = "lists-" + files++;
        Indexes.build(spec, vectors, metric, storage, name);
        VectorSource source = source(vectors, metric, instructions);
        return IvfIndex.open(source, metric, instructions, storage, name, arena);
    }

    /** Where exact distances come from. */
    VectorSource source(Vectors vectors, Metric metric, Instructions instructions) {
        return Rows.kept(vectors, metric, instructions);
    }

    @Override
    double recallMin() {
        return 0.85;
    }

    @Override
    double farRecallMin() {
        return 0.5;
    }

    @Override
    int many() {
        return 6000;
    }

    @Test
    void refusesManhattan() {
        Vectors vectors = Rows.of(2, new float[] {1, 2});
        assertThatThrownBy(() -> index(vectors, Metric.MANHATTAN, Instructions.SCALAR))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("metric: MANHATTAN with IVF_PQ");
    }
}
