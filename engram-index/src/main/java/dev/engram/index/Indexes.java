package dev.engram.index;

import dev.engram.error.CorruptException;
import dev.engram.index.graph.HnswIndex;
import dev.engram.index.ivf.IvfIndex;
import dev.engram.index.kernel.Instructions;
import dev.engram.storage.Storage;
import java.lang.foreign.Arena;
import java.util.function.IntConsumer;

/** Builds and opens the index of a sealed segment, whatever its kind. */
public final class Indexes {

    private Indexes() {}

    /**
     * Builds what {@code spec} asks for over {@code vectors} and writes it as file {@code name};
     * durable when it returns. Writes nothing where the kind needs no file of its own.
     *
     * @return the size of the file in bytes, 0 for none
     */
    public static long build(
            IndexSpec spec, Vectors vectors, Metric metric, Storage storage, String name) {
        return build(spec, vectors, metric, storage, name, Workers.caller(), _ -> {});
    }

    /**
     * Builds as above, on several threads. The file's bytes do not depend on their number.
     *
     * @param vectors readable by all the workers' threads
     * @param progress is told now and then, by the calling thread, how many vectors are done; what
     *     it throws ends the build, and no file is left
     * @return the size of the file in bytes, 0 for none
     */
    public static long build(
            IndexSpec spec,
            Vectors vectors,
            Metric metric,
            Storage storage,
            String name,
            Workers workers,
            IntConsumer progress) {
        return switch (spec) {
            case IndexSpec.Flat() -> {
                progress.accept(vectors.count());
                yield 0;
            }
            case IndexSpec.Hnsw hnsw ->
                    HnswIndex.build(hnsw, vectors, metric, storage, name, workers, progress);
            case IndexSpec.IvfPq ivf ->
                    IvfIndex.build(ivf, vectors, metric, storage, name, workers, progress);
        };
    }

    /**
     * Opens what {@link #build} made. The index lives as long as {@code arena}.
     *
     * @throws CorruptException where the file is not what was written, or belongs to other vectors
     */
    public static VectorIndex open(
            IndexSpec spec,
            Vectors vectors,
            Metric metric,
            Storage storage,
            String name,
            Arena arena) {
        return switch (spec) {
            case IndexSpec.Flat() -> new FlatIndex(vectors, metric);
            case IndexSpec.Hnsw hnsw ->
                    HnswIndex.open(
                            hnsw.codes(),
                            new FlatIndex(vectors, metric),
                            vectors,
                            metric,
                            Instructions.best(),
                            storage,
                            name,
                            arena);
            case IndexSpec.IvfPq _ ->
                    IvfIndex.open(
                            new FlatIndex(vectors, metric),
                            vectors,
                            metric,
                            Instructions.best(),
                            storage,
                            name,
                            arena);
        };
    }
}
