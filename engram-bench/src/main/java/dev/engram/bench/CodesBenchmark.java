package dev.engram.bench;

import dev.engram.index.Metric;
import dev.engram.index.Vectors;
import dev.engram.index.Workers;
import dev.engram.index.codes.BlockEncoder;
import dev.engram.index.codes.BlockLayout;
import dev.engram.index.codes.BlockScan;
import dev.engram.index.codes.PqCodebook;
import dev.engram.index.codes.PqTables;
import dev.engram.index.codes.ProductRows;
import dev.engram.index.codes.RaBitQ;
import dev.engram.index.codes.RowCodes;
import dev.engram.index.codes.RowQuery;
import dev.engram.index.codes.Sq8;
import dev.engram.index.codes.Sq8Kernel;
import dev.engram.index.codes.Sq8Query;
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
 * Nanoseconds for one distance by codes, in cache: to 8-bit codes, RaBitQ codes and product codes
 * in a list, estimated from packed codes of neighbours, and the tables a query needs for these.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(1)
public class CodesBenchmark {

    private static final int COUNT = 64;
    private static final int LIST = 32;

    @Param({"SCALAR", "SIMD"})
    private Instructions instructions = Instructions.SCALAR;

    @Param({"DOT", "EUCLIDEAN"})
    private Metric metric = Metric.DOT;

    @Param({"128", "384", "768"})
    private int dimension = 1;

    private final SplittableRandom random = new SplittableRandom(42);
    private final int[] ids = new int[LIST];
    private final float[] out = new float[LIST];
    private final float[] estimates = new float[2 * BlockLayout.LANES];
    private float[] query = {};
    private Sq8Query sq8 = new Sq8Query(new Sq8(new float[1], new float[1]), Metric.DOT);
    private Sq8Kernel kernel = Sq8Kernel.of(Metric.DOT, Instructions.SCALAR);
    private RowQuery rabitq1 = none();
    private RowQuery rabitq4 = none();
    private RowQuery pq = none();
    private PqTables tables = tables(new float[1]);
    private BlockScan scan = BlockScan.of(Instructions.SCALAR);
    private MemorySegment rows = MemorySegment.NULL;
    private MemorySegment blocks = MemorySegment.NULL;
    private long blockBytes;

    private static PqTables tables(float[] mean) {
        PqCodebook none = PqCodebook.train(mean, new float[0][], 1, Instructions.SCALAR);
        return new PqTables(none, Metric.DOT, Instructions.SCALAR);
    }

    private static RowQuery none() {
        return new Sq8(new float[1], new float[1])
                .query(Metric.DOT, Instructions.SCALAR, MemorySegment.NULL);
    }

    /** Makes rows and blocks. */
    @Setup
    public void prepare() {
        Vectors vectors = BenchVectors.embeddings(random, COUNT, dimension, Arena.ofAuto());
        query = vectors.row(0);
        Sq8 codes = Sq8.of(vectors);
        int rowBytes = Sq8.rowBytes(dimension);
        rows = Arena.ofAuto().allocate((long) COUNT * rowBytes, 64);
        for (int i = 0; i < COUNT; i++) {
            codes.encode(vectors.row(i), rows, (long) i * rowBytes);
        }
        sq8 = new Sq8Query(codes, metric);
        sq8.set(query);
        kernel = Sq8Kernel.of(metric, instructions);
        rabitq1 = prepare(RaBitQ.of(vectors, metric, 1, 1), vectors);
        rabitq4 = prepare(RaBitQ.of(vectors, metric, 4, 1), vectors);
        pq = prepare(ProductRows.train(vectors, metric, 1, Workers.caller()), vectors);
        prepareBlocks(vectors);
    }

    private RowQuery prepare(RowCodes codes, Vectors vectors) {
        MemorySegment coded = Arena.ofAuto().allocate(codes.bytes(COUNT), 64);
        RowCodes.Encoder encoder = codes.encoder();
        for (int i = 0; i < COUNT; i++) {
            encoder.encode(vectors.row(i), coded, (long) i * codes.rowBytes());
        }
        RowQuery asked = codes.query(metric, instructions, coded);
        asked.set(query);
        return asked;
    }

    private void prepareBlocks(Vectors vectors) {
        int padded = PqCodebook.parts(dimension) * PqCodebook.width(dimension);
        float[][] samples = new float[COUNT][];
        Arrays.setAll(samples, i -> Arrays.copyOf(vectors.row(i), padded));
        PqCodebook codebook = PqCodebook.train(new float[dimension], samples, 1, instructions);
        blockBytes = BlockLayout.bytes(codebook.parts());
        blocks = Arena.ofAuto().allocate(2 * blockBytes, 64);
        BlockEncoder encoder = new BlockEncoder(codebook, vectors, metric, instructions);
        int[] all = new int[COUNT];
        Arrays.setAll(all, i -> i);
        encoder.encode(vectors.row(40), all, BlockLayout.LANES, 40, blocks, 0);
        encoder.encode(vectors.row(50), all, BlockLayout.LANES, 50, blocks, blockBytes);
        tables = new PqTables(codebook, metric, instructions);
        tables.set(query);
        scan = BlockScan.of(instructions);
    }

    /** A list of rows of 8-bit codes. */
    @Benchmark
    @OperationsPerInvocation(LIST)
    public float[] sq8() {
        for (int i = 0; i < LIST; i++) {
            ids[i] = random.nextInt(COUNT);
        }
        kernel.distances(sq8, rows, sq8.rowBytes(), ids, LIST, out);
        return out;
    }

    private float[] measure(RowQuery codes) {
        for (int i = 0; i < LIST; i++) {
            ids[i] = random.nextInt(COUNT);
        }
        codes.distances(ids, LIST, out);
        return out;
    }

    /** A list of rows of RaBitQ codes of one bit. */
    @Benchmark
    @OperationsPerInvocation(LIST)
    public float[] rabitq1() {
        return measure(rabitq1);
    }

    /** A list of rows of RaBitQ codes of four bits. */
    @Benchmark
    @OperationsPerInvocation(LIST)
    public float[] rabitq4() {
        return measure(rabitq4);
    }

    /** What a query of RaBitQ codes of four bits needs. */
    @Benchmark
    public RowQuery rabitq4Query() {
        rabitq4.set(query);
        return rabitq4;
    }

    /** A list of rows of product codes. */
    @Benchmark
    @OperationsPerInvocation(LIST)
    public float[] pq() {
        return measure(pq);
    }

    /** Two blocks of packed codes, as a hop through two nodes scans them. */
    @Benchmark
    @OperationsPerInvocation(2 * BlockLayout.LANES)
    public long blocks() {
        return scan.scan(blocks, 0, blockBytes, tables, 1, 1, 0, estimates);
    }

    /** The tables of a query. */
    @Benchmark
    public PqTables tables() {
        tables.set(query);
        return tables;
    }
}
