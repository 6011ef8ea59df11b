package dev.engram.cli.ann;

import dev.engram.cli.vectors.VectorFile;
import dev.engram.error.ConflictException;
import dev.engram.error.CorruptException;
import dev.engram.error.NotFoundException;
import dev.engram.index.FlatIndex;
import dev.engram.index.IndexSpec;
import dev.engram.index.Indexes;
import dev.engram.index.Metric;
import dev.engram.index.VectorIndex;
import dev.engram.index.Vectors;
import dev.engram.index.VectorsWriter;
import dev.engram.index.Workers;
import dev.engram.storage.Manifest;
import dev.engram.storage.Storage;
import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Properties;
import java.util.function.IntConsumer;

/**
 * The index of a benchmark in a folder of its own. Built once; a later run with the same input and
 * settings finds it there. The manifest is written last, so an interrupted build counts for
 * nothing.
 */
public final class KeptIndex {

    private static final String VECTORS = "base.vectors";
    private static final String GRAPH = "base.graph";

    private static final String CHECKSUM = "input_crc32c";
    private static final String COUNT = "vectors";
    private static final String DIMENSION = "dimension";
    private static final String METRIC = "metric";
    private static final String INDEX = "index";
    private static final String SECONDS = "build_seconds";
    private static final String CPU_SECONDS = "build_cpu_seconds";
    private static final String THREADS = "build_threads";
    private static final List<String> IDENTITY = List.of(CHECKSUM, COUNT, DIMENSION, METRIC, INDEX);

    private final Storage storage;
    private final IndexSpec spec;
    private final Metric metric;
    private final long memoryBytesMax;

    /**
     * @param storage a folder for this index alone
     * @param memoryBytesMax what an index on disk may hold in memory, 0 for its usual share
     */
    public KeptIndex(Storage storage, IndexSpec spec, Metric metric, long memoryBytesMax) {
        this.storage = storage;
        this.spec = spec;
        this.metric = metric;
        this.memoryBytesMax = memoryBytesMax;
    }

    /**
     * What building the index took; taking the vectors over from their file is not part of it.
     *
     * @param seconds on the wall
     * @param cpuSeconds of the whole process: compiler and collector too
     * @param threads that built
     * @param vectors that are indexed
     * @param dimension of each
     */
    public record Build(
            double seconds, double cpuSeconds, int threads, int vectors, int dimension) {}

    /**
     * The index, ready to search.
     *
     * @param index over the vectors in the order of the input
     * @param exact compares a query with all of them
     * @param residentBytes the most it holds in memory; 0 where that is not bounded, but mapped
     */
    public record Opened(VectorIndex index, VectorIndex exact, long residentBytes)
            implements AutoCloseable {

        @Override
        public void close() {
            index.close();
        }
    }

    /**
     * Builds the index, unless it is there.
     *
     * @param progress is told how many vectors are indexed
     * @return what the build took, now or then
     * @throws ConflictException where the folder has the index of another input or other settings
     */
    public Build build(VectorFile base, Workers workers, IntConsumer progress) {
        Properties wanted = identity(base);
        byte[] manifest = Manifest.read(storage);
        if (manifest != null) {
            return kept(manifest, wanted);
        }
        storage.delete(VECTORS);
        storage.delete(GRAPH);
        takeOver(base);
        Build build = build(workers, progress);
        wanted.setProperty(SECONDS, Double.toString(build.seconds));
        wanted.setProperty(CPU_SECONDS, Double.toString(build.cpuSeconds));
        wanted.setProperty(THREADS, Integer.toString(build.threads));
        StringBuilder text = new StringBuilder();
        for (String name : wanted.stringPropertyNames()) {
            text.append(name).append('=').append(wanted.getProperty(name)).append('\n');
        }
        Manifest.swap(storage, text.toString().getBytes(StandardCharsets.UTF_8));
        return build;
    }

    /**
     * What building the index took that is there already.
     *
     * @throws NotFoundException where there is none
     * @throws ConflictException where it is one of other settings
     */
    public Build found() {
        byte[] manifest = Manifest.read(storage);
        if (manifest == null) {
            throw new NotFoundException(
                    "no index in the folder of "
                            + storage.describe(GRAPH)
                            + "; build one with --base");
        }
        Properties wanted = new Properties();
        wanted.setProperty(METRIC, metric.name());
        wanted.setProperty(INDEX, spec.toString());
        return kept(manifest, wanted);
    }

    /**
     * Maps the index, which lives as long as {@code arena}. An index on disk is opened without the
     * file of its vectors, so that nothing of that comes into memory.
     */
    public Opened open(Arena arena) {
        return switch (spec) {
            case IndexSpec.DiskAnn _ -> {
                Indexes.OnDisk disk =
                        Indexes.openOnDisk(metric, storage, GRAPH, memoryBytesMax, arena);
                yield new Opened(disk.index(), disk.exact(), disk.residentBytes());
            }
            case IndexSpec.Flat(), IndexSpec.Hnsw _, IndexSpec.IvfPq _, IndexSpec.Scan _ -> {
                Vectors vectors = vectors(arena);
                yield new Opened(
                        Indexes.open(spec, vectors, metric, storage, GRAPH, arena),
                        new FlatIndex(vectors, metric),
                        0);
            }
        };
    }

    /** Maps the vectors. */
    public Vectors vectors(Arena arena) {
        return Vectors.open(storage, VECTORS, arena);
    }

    /** The size of the file with the vectors, 0 where an index on disk lost it and needs it not. */
    public long vectorBytes() {
        return sizeOrNone(VECTORS);
    }

    /** The size of the file with the graph, 0 where the index has none. */
    public long graphBytes() {
        return sizeOrNone(GRAPH);
    }

    private long sizeOrNone(String file) {
        return storage.list().contains(file) ? storage.size(file) : 0;
    }

    private Properties identity(VectorFile base) {
        Properties identity = new Properties();
        identity.setProperty(CHECKSUM, Integer.toHexString(base.checksum()));
        identity.setProperty(COUNT, Integer.toString(base.count()));
        identity.setProperty(DIMENSION, Integer.toString(base.dimension()));
        identity.setProperty(METRIC, metric.name());
        identity.setProperty(INDEX, spec.toString());
        return identity;
    }

    private Build kept(byte[] manifest, Properties wanted) {
        Properties found = new Properties();
        try {
            found.load(new StringReader(new String(manifest, StandardCharsets.UTF_8)));
        } catch (IOException e) {
            throw new UncheckedIOException("reading from memory failed", e);
        }
        for (String name : IDENTITY) {
            if (!wanted.containsKey(name)) {
                continue;
            }
            String is = found.getProperty(name, "none");
            String expected = wanted.getProperty(name);
            if (!is.equals(expected)) {
                throw new ConflictException(
                        "the folder of "
                                + storage.describe(VECTORS)
                                + ": there is an index of something else: "
                                + name
                                + " "
                                + is
                                + " (expected: "
                                + expected
                                + "); use another folder");
            }
        }
        try {
            return new Build(
                    Double.parseDouble(found.getProperty(SECONDS, "")),
                    Double.parseDouble(found.getProperty(CPU_SECONDS, "")),
                    Integer.parseInt(found.getProperty(THREADS, "")),
                    Integer.parseInt(found.getProperty(COUNT, "")),
                    Integer.parseInt(found.getProperty(DIMENSION, "")));
        } catch (NumberFormatException e) {
            throw new CorruptException(storage.describe("MANIFEST"), "no figures of a build", e);
        }
    }

    private void takeOver(VectorFile base) {
        float[] row = new float[base.dimension()];
        try (VectorsWriter writer = new VectorsWriter(storage, VECTORS, base.dimension())) {
            for (int i = 0; i < base.count(); i++) {
                Directions.copyRow(base, i, metric, row);
                writer.add(row);
            }
            writer.finish();
        }
    }

    private Build build(Workers workers, IntConsumer progress) {
        try (Arena arena = Arena.ofShared()) {
            Vectors vectors = Vectors.open(storage, VECTORS, arena);
            long cpu = Clock.process();
            long wall = Clock.wall();
            Indexes.build(spec, vectors, metric, storage, GRAPH, workers, progress);
            return new Build(
                    (Clock.wall() - wall) / 1e9,
                    (Clock.process() - cpu) / 1e9,
                    workers.threads(),
                    vectors.count(),
                    vectors.dimension());
        }
    }
}
