package dev.engram.index;

import dev.engram.error.CorruptException;
import dev.engram.index.disk.DiskIndex;
import dev.engram.index.graph.HnswIndex;
import dev.engram.index.ivf.IvfIndex;
import dev.engram.index.kernel.Instructions;
import dev.engram.index.kernel.KeptVectors;
import dev.engram.index.kernel.Kernel;
import dev.engram.index.scan.ScanIndex;
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
            case IndexSpec.DiskAnn disk ->
                    DiskIndex.build(disk, vectors, metric, storage, name, workers, progress);
            case IndexSpec.IvfPq ivf ->
                    IvfIndex.build(ivf, vectors, metric, storage, name, workers, progress);
            case IndexSpec.Scan scan ->
                    ScanIndex.build(scan, vectors, metric, storage, name, workers, progress);
        };
    }

    /**
     * Opens what {@link #build} made. The index lives as long as {@code arena}.
     *
     * <p>Little is read, whatever the size. What a search then reads is checked when it is first
     * touched, so damage can show as late as that; it never shows as an answer.
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
        return open(
                spec, new KeptVectors(vectors, Kernel.of(metric)), metric, storage, name, arena);
    }

    /**
     * Opens what {@link #build} made of vectors that were not kept, or not here: their exact
     * distances come from {@code source}, a batch at a time.
     *
     * @param source of the same vectors, in the same order; graphs on disk hold their vectors and
     *     ask it for nothing
     */
    public static VectorIndex open(
            IndexSpec spec,
            VectorSource source,
            Metric metric,
            Storage storage,
            String name,
            Arena arena) {
        Instructions best = Instructions.best();
        return switch (spec) {
            case IndexSpec.Flat() -> new FlatIndex(source);
            case IndexSpec.Hnsw hnsw ->
                    HnswIndex.open(hnsw.codes(), source, metric, best, storage, name, arena);
            case IndexSpec.DiskAnn _ ->
                    DiskIndex.open(source, metric, best, storage, name, 0, arena);
            case IndexSpec.IvfPq _ -> IvfIndex.open(source, metric, best, storage, name, arena);
            case IndexSpec.Scan _ -> ScanIndex.open(source, metric, best, storage, name, arena);
        };
    }

    /**
     * Reads every byte of an index and of its vectors, and follows every link.
     *
     * @param vectorsName the file of the vectors
     * @param name the file that {@link #build} made, if the kind has one
     * @throws CorruptException where something is not what was written
     */
    public static void verify(
            IndexSpec spec, Metric metric, Storage storage, String vectorsName, String name) {
        Vectors.verify(storage, vectorsName);
        try (Arena arena = Arena.ofConfined()) {
            Vectors vectors = Vectors.open(storage, vectorsName, arena);
            VectorSource source = new KeptVectors(vectors, Kernel.of(metric));
            switch (spec) {
                case IndexSpec.Flat() -> {}
                case IndexSpec.Hnsw hnsw ->
                        HnswIndex.verify(hnsw.codes(), source, metric, storage, name);
                case IndexSpec.DiskAnn _ -> DiskIndex.verify(metric, storage, name);
                case IndexSpec.IvfPq _ -> IvfIndex.verify(source, metric, storage, name);
                case IndexSpec.Scan _ -> ScanIndex.verify(source, metric, storage, name);
            }
        }
    }

    /**
     * An index on disk that was opened without its vectors.
     *
     * @param index which holds no more than {@code residentBytes}, whatever is asked
     * @param exact the same index, but compares the query with every accepted vector
     * @param dimension components a vector
     * @param residentBytes codes, blocks that are kept, and the memory of searches
     */
    public record OnDisk(VectorIndex index, VectorIndex exact, int dimension, long residentBytes) {}

    /**
     * Opens what {@link #build} made of {@link IndexSpec.DiskAnn}, without the vectors' own file.
     * The index lives as long as {@code arena}, and has a file open until it is closed.
     *
     * @param memoryBytesMax what the index may hold in memory; 0 for a fifth of the vectors' bytes,
     *     or in a small set what a search on every processor takes
     * @throws IllegalArgumentException where that is less than the codes and one search need
     * @throws CorruptException where the file is not what was written
     */
    public static OnDisk openOnDisk(
            Metric metric, Storage storage, String name, long memoryBytesMax, Arena arena) {
        DiskIndex index =
                DiskIndex.open(
                        null, metric, Instructions.best(), storage, name, memoryBytesMax, arena);
        return new OnDisk(index, index.exact(), index.dimension(), index.residentBytes());
    }
}
