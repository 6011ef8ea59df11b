package dev.engram.bench;

import dev.engram.index.Metric;
import dev.engram.index.Rotation;
import dev.engram.index.Vectors;
import dev.engram.index.Workers;
import dev.engram.index.codes.BlockEncoder;
import dev.engram.index.codes.BlockLayout;
import dev.engram.index.codes.BlockScan;
import dev.engram.index.codes.PqTables;
import dev.engram.index.codes.ProductDistances;
import dev.engram.index.codes.ProductQuantizer;
import dev.engram.index.kernel.Instructions;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
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
 * Nanoseconds a vector of a scan through an inverted list of packed 4-bit codes, in cache, beside
 * those of looking up the same codes row by row.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(1)
public class ListScanBenchmark {

    private static final int COUNT = 2048;
    private static final int WIDTH = 3;

    @Param({"SCALAR", "SIMD"})
    private Instructions instructions = Instructions.SCALAR;

    @Param({"16", "32", "96", "128"})
    private int codes = 4;

    private final int[] ids = new int[COUNT];
    private final float[] out = new float[COUNT];
    private final float[] estimates = new float[2 * BlockLayout.LANES];
    private ProductQuantizer quantizer = quantizer(4, new float[0][]);
    private ProductDistances distances = quantizer.distances(Metric.DOT, Instructions.SCALAR);
    private PqTables tables =
            new PqTables(quantizer.directions(new float[4 * WIDTH]), Metric.DOT, instructions);
    private BlockScan scan = BlockScan.of(Instructions.SCALAR);
    private MemorySegment blocks = MemorySegment.NULL;
    private MemorySegment rows = MemorySegment.NULL;

    private static ProductQuantizer quantizer(int codes, float[][] samples) {
        ProductQuantizer.Shape shape =
                new ProductQuantizer.Shape(codes * WIDTH, codes, 4, Rotation.NONE, 1);
        return ProductQuantizer.train(shape, samples, Workers.caller(), Instructions.best());
    }

    /** Makes a list. */
    @Setup
    public void prepare() {
        int dimension = codes * WIDTH;
        SplittableRandom random = new SplittableRandom(42);
        Vectors vectors = BenchVectors.embeddings(random, COUNT, dimension, Arena.ofAuto());
        float[][] samples = new float[COUNT][];
        Arrays.setAll(samples, vectors::row);
        Arrays.setAll(ids, i -> i);
        quantizer = quantizer(codes, samples);
        var codebook = quantizer.directions(new float[dimension]);
        int blockBytes = BlockLayout.bytes(codes);
        int rowBytes = quantizer.shape().rowBytes();
        blocks = Arena.ofAuto().allocate((long) COUNT / BlockLayout.LANES * blockBytes, 64);
        rows = Arena.ofAuto().allocate((long) COUNT * rowBytes, 64);
        BlockEncoder encoder = new BlockEncoder(codebook, vectors, Metric.DOT, instructions);
        float[] centre = new float[dimension];
        for (int i = 0; i < COUNT; i++) {
            long block = (long) (i / BlockLayout.LANES) * blockBytes;
            encoder.encode(centre, samples[i], i, blocks, block, i % BlockLayout.LANES);
            quantizer.encode(samples[i], rows, (long) i * rowBytes, instructions);
        }
        tables = new PqTables(codebook, Metric.DOT, instructions);
        tables.set(samples[0]);
        scan = BlockScan.of(instructions);
        distances = quantizer.distances(Metric.DOT, instructions);
        distances.set(samples[0]);
    }

    /** The list, two blocks at a time. */
    @Benchmark
    @OperationsPerInvocation(COUNT)
    public long blockScan() {
        long blockBytes = BlockLayout.bytes(codes);
        long near = 0;
        for (long at = 0; at < blocks.byteSize(); at += 2 * blockBytes) {
            near += scan.scan(blocks, at, at + blockBytes, tables, 0, 0, -9, estimates);
        }
        return near;
    }

    /** The same codes in rows. */
    @Benchmark
    @OperationsPerInvocation(COUNT)
    public float[] rows() {
        distances.distances(rows, quantizer.shape().rowBytes(), ids, COUNT, out);
        return out;
    }
}
