package dev.engram.index;

import dev.engram.storage.Storage;
import java.lang.foreign.Arena;

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
        return switch (spec) {
            case IndexSpec.Flat() -> 0;
            case IndexSpec.Hnsw _ -> throw new AssertionError("hnsw comes next");
        };
    }

    /** Opens what {@link #build} made. The index lives as long as {@code arena}. */
    public static VectorIndex open(
            IndexSpec spec,
            Vectors vectors,
            Metric metric,
            Storage storage,
            String name,
            Arena arena) {
        return switch (spec) {
            case IndexSpec.Flat() -> new FlatIndex(vectors, metric);
            case IndexSpec.Hnsw _ -> throw new AssertionError("hnsw comes next");
        };
    }
}
