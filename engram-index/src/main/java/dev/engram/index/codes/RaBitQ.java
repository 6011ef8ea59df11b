package dev.engram.index.codes;

import dev.engram.index.Metric;
import dev.engram.index.Vectors;
import dev.engram.index.kernel.Instructions;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Vectors with 1 to 4 bits a component, by which distances are estimated without bias and with a
 * bound on the error: RaBitQ (Gao and Long, SIGMOD 2024; for several bits Gao and others, 2025).
 *
 * <p>The code y of a residual r = P (w - mean) of a vector w, P a random rotation, has components
 * that are odd multiples of a half. {@link RowFactors} says how a distance is estimated from S =
 * &lt;P (q - mean), y>.
 *
 * <p>a y - r is at a right angle to r, and after a random rotation points anywhere as likely. So
 * the error is that of a random direction, of mean 0 and deviation |q - mean| |a y - r| / sqrt(n -
 * 1) at most, n components after the rotation.
 *
 * <pre>
 *   a row, {@link #rowBytes} bytes, a multiple of 16; n components, a multiple of 64
 *      0       bits x n bits  planes: bit p of all components' codes, for p from 0 to bits - 1;
 *                             component i is bit i % 64 of u64 number i / 64
 *      bits x n / 8           {@link RowFactors}
 *              ..             zero
 *   behind the last row 64 bytes of zeros
 *   the model
 *      0       u32  bits
 *      4       u32  zero
 *      8       dimension x f32  mean
 *      ..      the signs of the {@link HadamardRotation}
 * </pre>
 */
public final class RaBitQ implements RowCodes {

    /** The most bits a component. */
    public static final int BITS_MAX = 4;

    private static final int ROW_ALIGNMENT = 16;

    /** Kernels read whole registers of a row. */
    private static final int TAIL_BYTES = 64;

    private static final int MEAN_OFFSET = 8;

    private static final ValueLayout.OfFloat FLOAT =
            ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong LONG =
            ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfInt INT =
            ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final int bits;
    private final Metric metric;
    private final float[] mean;
    private final HadamardRotation rotation;

    private RaBitQ(int bits, Metric metric, float[] mean, HadamardRotation rotation) {
        if (metric == Metric.MANHATTAN) {
            throw new AssertionError("no dot products under MANHATTAN");
        }
        this.bits = bits;
        this.metric = metric;
        this.mean = mean;
        this.rotation = rotation;
    }

    /**
     * The code for these vectors; only their mean is learnt from them.
     *
     * @param bits a component, 1..{@link #BITS_MAX}
     * @param seed of the rotation
     */
    public static RaBitQ of(Vectors vectors, Metric metric, int bits, long seed) {
        HadamardRotation rotation = HadamardRotation.random(vectors.dimension(), seed);
        return new RaBitQ(bits, metric, RowCodes.mean(vectors), rotation);
    }

    /** The bytes of what {@link #writeModel} writes. */
    public static long modelBytes(int dimension) {
        return MEAN_OFFSET + (long) dimension * Float.BYTES + HadamardRotation.bytes(dimension);
    }

    /** Reads what {@link #writeModel} wrote. */
    public static RaBitQ read(MemorySegment model, Metric metric, int dimension) {
        float[] mean = new float[dimension];
        MemorySegment.copy(model, FLOAT, MEAN_OFFSET, mean, 0, dimension);
        HadamardRotation rotation =
                HadamardRotation.read(model, MEAN_OFFSET + 4L * dimension, dimension);
        return new RaBitQ(model.get(INT, 0), metric, mean, rotation);
    }

    /** Whether this is a code that vectors can have. */
    public boolean isSane() {
        boolean sane = bits >= 1 && bits <= BITS_MAX;
        for (float x : mean) {
            sane &= Float.isFinite(x);
        }
        return sane;
    }

    @Override
    public void writeModel(MemorySegment model) {
        model.set(INT, 0, bits);
        model.set(INT, Integer.BYTES, 0);
        MemorySegment.copy(mean, 0, model, FLOAT, MEAN_OFFSET, mean.length);
        rotation.write(model, MEAN_OFFSET + 4L * mean.length);
    }

    @Override
    public long modelBytes() {
        return modelBytes(mean.length);
    }

    @Override
    public int rowBytes() {
        int bytes = words() * Long.BYTES + RowFactors.BYTES;
        return Math.ceilDiv(bytes, ROW_ALIGNMENT) * ROW_ALIGNMENT;
    }

    @Override
    public long bytes(int rows) {
        return (long) rows * rowBytes() + TAIL_BYTES;
    }

    @Override
    public Encoder encoder() {
        return new RaBitQEncoder(this);
    }

    @Override
    public RowQuery query(Metric asked, Instructions instructions, MemorySegment rows) {
        if (asked != metric) {
            throw new AssertionError(asked + " of codes for " + metric);
        }
        return new RaBitQQuery(this, instructions, rows);
    }

    /** Bits a component. */
    public int bits() {
        return bits;
    }

    Metric metric() {
        return metric;
    }

    float[] mean() {
        return mean;
    }

    HadamardRotation rotation() {
        return rotation;
    }

    /** What all codes are less than their components: component = code - centre, in steps. */
    float centre() {
        return ((1 << bits) - 1) / 2f;
    }

    /** The longs of a row's planes. */
    int words() {
        return bits * planeWords();
    }

    /** The longs of one plane. */
    int planeWords() {
        return rotation.padded() / Long.SIZE;
    }

    static void setWord(MemorySegment rows, long row, int index, long word) {
        rows.set(LONG, row + (long) index * Long.BYTES, word);
    }

    static long word(MemorySegment rows, long row, int index) {
        return rows.get(LONG, row + (long) index * Long.BYTES);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof RaBitQ codes
                && bits == codes.bits
                && metric == codes.metric
                && Arrays.equals(mean, codes.mean)
                && rotation.equals(codes.rotation);
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(mean) + bits;
    }
}
