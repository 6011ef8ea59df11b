package dev.engram.bench;

import dev.engram.index.Metric;
import dev.engram.index.kernel.ByteKernel;
import dev.engram.index.kernel.Instructions;
import dev.engram.index.kernel.Kernel;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
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
 * Nanoseconds for one distance by each kernel, to lists of 32 rows: in cache, or at random places
 * of as many megabytes as are given. {@code bench/peers/kernels} runs the same in C in turns with
 * this.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(1)
public class KernelBenchmark {

    private static final int LIST = 32;
    private static final ValueLayout.OfInt INT =
            ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    @Param({"SCALAR", "SIMD"})
    private Instructions instructions = Instructions.SCALAR;

    @Param({"128", "384", "768", "1536"})
    private int dimension = 1;

    @Param({"0", "1024"})
    private int megabytes;

    private final SplittableRandom random = new SplittableRandom(42);
    private final int[] ids = new int[LIST];
    private final float[] out = new float[LIST];
    private final int[] sums = new int[LIST];
    private float[] query = {};
    private byte[] bytes = {};
    private MemorySegment rows = MemorySegment.NULL;
    private Kernel dot = Kernel.of(Metric.DOT, Instructions.SCALAR);
    private Kernel euclidean = Kernel.of(Metric.EUCLIDEAN, Instructions.SCALAR);
    private Kernel manhattan = Kernel.of(Metric.MANHATTAN, Instructions.SCALAR);
    private Kernel halfDot = Kernel.ofHalves(Metric.DOT, Instructions.SCALAR);
    private Kernel halfEuclidean = Kernel.ofHalves(Metric.EUCLIDEAN, Instructions.SCALAR);
    private Kernel halfManhattan = Kernel.ofHalves(Metric.MANHATTAN, Instructions.SCALAR);
    private ByteKernel byteDot = ByteKernel.dot(Instructions.SCALAR);
    private ByteKernel byteEuclidean = ByteKernel.euclidean(Instructions.SCALAR);
    private ByteKernel hamming = ByteKernel.hamming(Instructions.SCALAR);

    /** Makes rows that are ordinary numbers, whichever way their bytes are read. */
    @Setup
    public void prepare() {
        long rowBytes = 4L * dimension;
        long size = Math.max(LIST * rowBytes, ((long) megabytes << 20) / rowBytes * rowBytes);
        rows = Arena.ofAuto().allocate(size, 64);
        for (long at = 0; at < size; at += Integer.BYTES) {
            rows.set(INT, at, 0x3f00_3c00 | (random.nextInt() & 0x007f_03ff));
        }
        query = new float[dimension];
        bytes = new byte[dimension];
        for (int i = 0; i < dimension; i++) {
            query[i] = random.nextFloat();
            bytes[i] = (byte) random.nextInt();
        }
        dot = Kernel.of(Metric.DOT, instructions);
        euclidean = Kernel.of(Metric.EUCLIDEAN, instructions);
        manhattan = Kernel.of(Metric.MANHATTAN, instructions);
        halfDot = Kernel.ofHalves(Metric.DOT, instructions);
        halfEuclidean = Kernel.ofHalves(Metric.EUCLIDEAN, instructions);
        halfManhattan = Kernel.ofHalves(Metric.MANHATTAN, instructions);
        byteDot = ByteKernel.dot(instructions);
        byteEuclidean = ByteKernel.euclidean(instructions);
        hamming = ByteKernel.hamming(instructions);
    }

    private void choose(long rowBytes) {
        int count = (int) (rows.byteSize() / rowBytes);
        if (megabytes == 0) {
            count = LIST;
        }
        for (int i = 0; i < LIST; i++) {
            ids[i] = random.nextInt(count);
        }
    }

    private float[] measure(Kernel kernel) {
        choose((long) dimension * kernel.componentBytes());
        kernel.distances(query, rows, dimension, ids, LIST, out);
        return out;
    }

    private int[] measure(ByteKernel kernel, int rowBytes) {
        choose(rowBytes);
        kernel.distances(bytes, rows, rowBytes, ids, LIST, sums);
        return sums;
    }

    /** Dot product of float32. */
    @Benchmark
    @OperationsPerInvocation(LIST)
    public float[] dot() {
        return measure(dot);
    }

    /** Squared euclidean distance of float32. */
    @Benchmark
    @OperationsPerInvocation(LIST)
    public float[] euclidean() {
        return measure(euclidean);
    }

    /** Manhattan distance of float32. */
    @Benchmark
    @OperationsPerInvocation(LIST)
    public float[] manhattan() {
        return measure(manhattan);
    }

    /** Dot product of a query of float32 with float16. */
    @Benchmark
    @OperationsPerInvocation(LIST)
    public float[] halfDot() {
        return measure(halfDot);
    }

    /** Squared euclidean distance of a query of float32 to float16. */
    @Benchmark
    @OperationsPerInvocation(LIST)
    public float[] halfEuclidean() {
        return measure(halfEuclidean);
    }

    /** Manhattan distance of a query of float32 to float16. */
    @Benchmark
    @OperationsPerInvocation(LIST)
    public float[] halfManhattan() {
        return measure(halfManhattan);
    }

    /** Dot product of signed bytes. */
    @Benchmark
    @OperationsPerInvocation(LIST)
    public int[] byteDot() {
        return measure(byteDot, dimension);
    }

    /** Squared euclidean distance of signed bytes. */
    @Benchmark
    @OperationsPerInvocation(LIST)
    public int[] byteEuclidean() {
        return measure(byteEuclidean, dimension);
    }

    /** Different bits, as many as there are components. */
    @Benchmark
    @OperationsPerInvocation(LIST)
    public int[] hamming() {
        return measure(hamming, dimension / Byte.SIZE);
    }
}
