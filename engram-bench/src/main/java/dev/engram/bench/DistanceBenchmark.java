package dev.engram.bench;

import dev.engram.index.Metric;
import dev.engram.index.Vectors;
import dev.engram.index.kernel.Instructions;
import dev.engram.index.kernel.Kernel;
import java.lang.foreign.Arena;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Nanoseconds for one distance: plain Java against SIMD, one row a call against a list of rows a
 * call, in cache (64 rows) and out of it (131,072 rows).
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(1)
public class DistanceBenchmark {

    private static final int LIST = 32;

    @Param({"SCALAR", "SIMD"})
    private Instructions instructions = Instructions.SCALAR;

    @Param({"DOT", "EUCLIDEAN", "MANHATTAN"})
    private Metric metric = Metric.DOT;

    @Param({"128", "384", "768"})
    private int dimension;

    @Param({"64", "131072"})
    private int count;

    private final SplittableRandom random = new SplittableRandom(42);
    private final int[] ids = new int[LIST];
    private final int[] one = new int[1];
    private final float[] out = new float[LIST];
    private float[] query = {};
    private Vectors vectors = new Vectors(Arena.global().allocate(4), 1, 1);
    private Kernel kernel = Kernel.of(Metric.DOT, Instructions.SCALAR);

    /** Makes the rows. */
    @Setup
    public void prepare() {
        vectors = BenchVectors.embeddings(random, count, dimension, Arena.ofAuto());
        kernel = Kernel.of(metric, instructions);
        query = vectors.row(0);
    }

    /** A list of rows in one call, as a hop of a graph search asks for them. */
    @Benchmark
    @OperationsPerInvocation(LIST)
    public float[] list() {
        for (int i = 0; i < LIST; i++) {
            ids[i] = random.nextInt(count);
        }
        kernel.distances(query, vectors.rows(), dimension, ids, LIST, out);
        return out;
    }

    /** The same rows in a call each. */
    @Benchmark
    @OperationsPerInvocation(LIST)
    public float[] each() {
        for (int i = 0; i < LIST; i++) {
            one[0] = random.nextInt(count);
            kernel.distances(query, vectors.rows(), dimension, one, 1, out);
        }
        return out;
    }
}
