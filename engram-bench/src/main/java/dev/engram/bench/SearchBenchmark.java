package dev.engram.bench;

import dev.engram.index.IndexSpec;
import dev.engram.index.Indexes;
import dev.engram.index.Metric;
import dev.engram.index.Neighbour;
import dev.engram.index.VectorIndex;
import dev.engram.index.VectorIndex.Query;
import dev.engram.index.Vectors;
import dev.engram.storage.DiskStorage;
import dev.engram.storage.Storage;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** Microseconds for one search, exact and through a graph; the graph's recall is printed first. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 2)
@Fork(1)
public class SearchBenchmark {

    private static final int QUERIES = 1000;
    private static final int K = 10;
    private static final String GRAPH = "graph";

    @Param({"20000", "100000"})
    private int count;

    @Param({"384"})
    private int dimension;

    @Param({"16", "32", "64"})
    private int beam;

    private final float[][] queries = new float[QUERIES][];
    private @Nullable VectorIndex flat;
    private @Nullable VectorIndex hnsw;
    private @Nullable Arena arena;
    private @Nullable Storage storage;
    private int next;

    /** Builds both indexes over the same vectors. */
    @Setup(Level.Trial)
    public void build() throws IOException {
        arena = Arena.ofShared();
        Path folder = Files.createTempDirectory("engram-bench");
        storage = new DiskStorage(folder);
        Vectors all =
                BenchVectors.embeddings(
                        new SplittableRandom(42), count + QUERIES, dimension, arena);
        Vectors vectors = new Vectors(all.rows().asSlice(0, all.offset(count)), count, dimension);
        for (int i = 0; i < QUERIES; i++) {
            queries[i] = all.row(count + i);
        }
        IndexSpec spec = new IndexSpec.Hnsw();
        Indexes.build(spec, vectors, Metric.COSINE, storage, GRAPH);
        hnsw = Indexes.open(spec, vectors, Metric.COSINE, storage, GRAPH, arena);
        flat = Indexes.open(new IndexSpec.Flat(), vectors, Metric.COSINE, storage, "none", arena);
        System.out.printf("recall@%d of hnsw at beam %d: %.4f%n", K, beam, recall(flat, hnsw));
    }

    private double recall(VectorIndex exact, VectorIndex graph) {
        int hits = 0;
        for (float[] query : queries) {
            List<Neighbour> truth = exact.search(new Query(query, K, beam, null));
            List<Neighbour> found = graph.search(new Query(query, K, beam, null));
            hits += (int) found.stream().filter(truth::contains).count();
        }
        return hits / (double) (QUERIES * K);
    }

    /** Removes what was built. */
    @TearDown(Level.Trial)
    public void remove() {
        if (arena != null) {
            arena.close();
        }
        if (storage != null) {
            storage.deleteAll();
        }
    }

    /** Every vector compared. */
    @Benchmark
    public List<Neighbour> flat() {
        return search(flat);
    }

    /** Through the graph. */
    @Benchmark
    public List<Neighbour> hnsw() {
        return search(hnsw);
    }

    private List<Neighbour> search(@Nullable VectorIndex index) {
        if (index == null) {
            throw new AssertionError("not built");
        }
        next = (next + 1) % QUERIES;
        return index.search(new Query(queries[next], K, beam, null));
    }
}
