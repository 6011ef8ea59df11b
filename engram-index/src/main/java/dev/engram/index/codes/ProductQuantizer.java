package dev.engram.index.codes;

import dev.engram.index.Metric;
import dev.engram.index.Rotation;
import dev.engram.index.Vectors;
import dev.engram.index.Workers;
import dev.engram.index.kernel.Crew;
import dev.engram.index.kernel.Instructions;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/**
 * Codes of 4 or 8 bits for the parts of a vector (Jégou and others, "Product quantization for
 * nearest neighbor search", 2011). Immutable; any number of threads may share it.
 *
 * <p>A vector is first <em>arranged</em>: turned, where a rotation is asked for, and cut into parts
 * of equal width. Where the dimension is no multiple of the number of parts, some parts have one
 * component less, and a zero instead; all distances and dot products stay what they were. Of the
 * rotated, euclidean distances and dot products stay, sums of absolute differences do not.
 *
 * <pre>
 *   a row of codes      8 bits: byte i is code i
 *                       4 bits: byte i is code 2i, and code 2i + 1 in its upper half
 *
 *   the bytes of {@link #write}, little-endian
 *      0  u32  dimension
 *      4  u32  parts
 *      8  u32  bits: 4 or 8
 *     12  u32  rotation: 0 none, 1 random
 *     16  u64  seed, from which a random rotation follows
 *     24  8x   zero
 *     32  f32  centroids: the {@code 1 << bits} of the first arranged component, then those of
 *              the second, and so on
 * </pre>
 */
public final class ProductQuantizer {

    private static final int DIMENSION_OFFSET = 0;
    private static final int PARTS_OFFSET = 4;
    private static final int BITS_OFFSET = 8;
    private static final int ROTATION_OFFSET = 12;
    private static final int SEED_OFFSET = 16;
    private static final int CENTROIDS_OFFSET = 32;

    private static final ValueLayout.OfInt INT =
            ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong LONG =
            ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfFloat FLOAT =
            ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final Shape shape;
    private final float[] centroids;
    private final @Nullable Turn turn;

    /**
     * How vectors are cut and coded.
     *
     * @param dimension of the vectors, 1..65536
     * @param parts codes a vector, 1..65536; more than the dimension leave some of them idle
     * @param bits a code: 4 or 8
     * @param rotation what comes first
     * @param seed of all that is drawn by chance: equal samples and seeds give equal bytes
     */
    public record Shape(int dimension, int parts, int bits, Rotation rotation, long seed) {

        public Shape {
            check("dimension", dimension, 1, Vectors.DIMENSION_MAX);
            check("parts", parts, 1, Vectors.DIMENSION_MAX);
            if (bits != 4 && bits != 8) {
                throw new IllegalArgumentException("bits: " + bits + " (expected: 4 or 8)");
            }
        }

        private static void check(String name, int value, int min, int max) {
            if (value < min || value > max) {
                throw new IllegalArgumentException(
                        name + ": " + value + " (expected: " + min + ".." + max + ")");
            }
        }

        /** Components a part, some of which may be idle. */
        public int width() {
            return Math.ceilDiv(dimension, parts);
        }

        /** Components of an arranged vector. */
        public int padded() {
            return parts * width();
        }

        /** Bytes of a row of codes. */
        public int rowBytes() {
            return bits == 8 ? parts : Math.ceilDiv(parts, 2);
        }

        /** Bytes of the quantiser itself: see {@link ProductQuantizer#write}. */
        public long bytes() {
            return CENTROIDS_OFFSET + ((long) padded() << bits) * Float.BYTES;
        }

        /** The first component of a part, or of what follows the last. */
        private int first(int part) {
            return (int) ((long) part * dimension / parts);
        }
    }

    private ProductQuantizer(Shape shape, float[] centroids) {
        this.shape = shape;
        this.centroids = centroids;
        this.turn =
                switch (shape.rotation()) {
                    case NONE -> null;
                    case RANDOM -> new Turn(shape.dimension(), shape.seed());
                };
    }

    /**
     * Learns centroids, by k-means on every part.
     *
     * @param samples vectors, or residuals of vectors, of {@code dimension} components; fewer than
     *     a part has centroids will do, and without any all centroids are zero. For 4 bits some
     *     thousands are enough, for 8 bits some ten thousands
     */
    public static ProductQuantizer train(
            Shape shape, float[][] samples, Workers workers, Instructions instructions) {
        float[] centroids = new float[Math.multiplyExact(shape.padded(), 1 << shape.bits())];
        ProductQuantizer quantizer = new ProductQuantizer(shape, centroids);
        if (samples.length > 0) {
            float[][] arranged = new float[samples.length][];
            Crew crew = new Crew(workers);
            crew.run(samples.length, i -> arranged[i] = quantizer.arranged(samples[i]));
            int partLength = shape.width() << shape.bits();
            ConcurrentLinkedQueue<PartTraining> idle = new ConcurrentLinkedQueue<>();
            crew.run(
                    shape.parts(),
                    part -> {
                        PartTraining training = idle.poll();
                        if (training == null) {
                            training = quantizer.training(samples.length, instructions);
                        }
                        float[] trained = training.train(arranged, part, shape.seed());
                        System.arraycopy(trained, 0, centroids, part * partLength, partLength);
                        idle.add(training);
                    });
        }
        return quantizer;
    }

    /**
     * The quantiser whose centroids are those given.
     *
     * @param centroids as {@link #write} orders them; not to be written to any more
     */
    public static ProductQuantizer of(Shape shape, float[] centroids) {
        if (centroids.length != shape.padded() << shape.bits()) {
            throw new AssertionError(shape + ", centroids of " + centroids.length);
        }
        return new ProductQuantizer(shape, centroids);
    }

    private PartTraining training(int samples, Instructions instructions) {
        return new PartTraining(shape.bits(), shape.width(), samples, instructions);
    }

    /** How vectors are cut and coded. */
    public Shape shape() {
        return shape;
    }

    /** All centroids, as {@link #write} orders them: not to be written to. */
    public float[] centroids() {
        return centroids;
    }

    /**
     * The quantiser as a codebook of 4-bit directions, for blocks of arranged vectors.
     *
     * @param mean of the vectors, arranged
     */
    public PqCodebook directions(float[] mean) {
        if (shape.bits() != PqCodebook.BITS || mean.length != shape.padded()) {
            throw new AssertionError(shape + ", mean of " + mean.length);
        }
        return new PqCodebook(mean, shape.width(), shape.parts(), centroids);
    }

    /** The arranged form of a vector. */
    public float[] arranged(float[] vector) {
        float[] arranged = new float[shape.padded()];
        arrange(vector, arranged);
        return arranged;
    }

    /** Arranges a vector of {@code dimension} components into {@code padded} ones. */
    public void arrange(float[] vector, float[] into) {
        float[] turned = vector;
        if (turn != null) {
            turned = vector.clone();
            turn.apply(turned);
        }
        int width = shape.width();
        if (shape.padded() == shape.dimension()) {
            System.arraycopy(turned, 0, into, 0, turned.length);
            return;
        }
        Arrays.fill(into, 0);
        for (int part = 0; part < shape.parts(); part++) {
            int first = shape.first(part);
            int count = shape.first(part + 1) - first;
            System.arraycopy(turned, first, into, part * width, count);
        }
    }

    /** Writes the codes of a vector to a row. */
    public void encode(float[] vector, MemorySegment rows, long row, Instructions instructions) {
        byte[] codes = new byte[shape.parts()];
        PqKernel.of(instructions)
                .nearest(centroids, shape.bits(), shape.width(), arranged(vector), codes);
        if (shape.bits() == 8) {
            MemorySegment.copy(codes, 0, rows, ValueLayout.JAVA_BYTE, row, codes.length);
            return;
        }
        for (int i = 0; i < codes.length; i += 2) {
            int upper = i + 1 < codes.length ? codes[i + 1] << 4 : 0;
            rows.set(ValueLayout.JAVA_BYTE, row + i / 2, (byte) (codes[i] | upper));
        }
    }

    /** The vector that the codes of a row stand for. */
    public void decode(MemorySegment rows, long row, float[] into) {
        int width = shape.width();
        for (int part = 0; part < shape.parts(); part++) {
            int code = code(rows, row, part);
            int first = shape.first(part);
            int count = shape.first(part + 1) - first;
            for (int i = 0; i < count; i++) {
                into[first + i] = centroids[((part * width + i) << shape.bits()) + code];
            }
        }
        if (turn != null) {
            turn.undo(into);
        }
    }

    private int code(MemorySegment rows, long row, int part) {
        if (shape.bits() == 8) {
            return rows.get(ValueLayout.JAVA_BYTE, row + part) & 0xff;
        }
        int both = rows.get(ValueLayout.JAVA_BYTE, row + part / 2);
        return (both >>> ((part & 1) * 4)) & 0xf;
    }

    /**
     * A query's distances to rows of codes, of any query until one is set.
     *
     * @throws IllegalArgumentException under {@link Metric#MANHATTAN} with a rotation
     */
    public ProductDistances distances(Metric metric, Instructions instructions) {
        return new ProductDistances(this, metric, instructions);
    }

    /** Writes the quantiser: {@link Shape#bytes} bytes. */
    public void write(MemorySegment into) {
        into.set(INT, DIMENSION_OFFSET, shape.dimension());
        into.set(INT, PARTS_OFFSET, shape.parts());
        into.set(INT, BITS_OFFSET, shape.bits());
        into.set(INT, ROTATION_OFFSET, code(shape.rotation()));
        into.set(LONG, SEED_OFFSET, shape.seed());
        into.set(LONG, SEED_OFFSET + Long.BYTES, 0);
        MemorySegment.copy(centroids, 0, into, FLOAT, CENTROIDS_OFFSET, centroids.length);
    }

    /** A rotation's number in files, which never changes. */
    private static int code(Rotation rotation) {
        return switch (rotation) {
            case NONE -> 0;
            case RANDOM -> 1;
        };
    }

    /** Whether bytes are those of a quantiser for vectors of a dimension, all numbers finite. */
    public static boolean isSane(MemorySegment from, int dimension) {
        if (from.byteSize() < CENTROIDS_OFFSET) {
            return false;
        }
        int parts = from.get(INT, PARTS_OFFSET);
        int bits = from.get(INT, BITS_OFFSET);
        int rotation = from.get(INT, ROTATION_OFFSET);
        boolean sane =
                from.get(INT, DIMENSION_OFFSET) == dimension
                        && parts >= 1
                        && parts <= Vectors.DIMENSION_MAX
                        && (bits == 4 || bits == 8)
                        && (rotation == 0 || rotation == 1)
                        && from.byteSize() == shape(from).bytes();
        if (!sane) {
            return false;
        }
        float sum = 0;
        for (long at = CENTROIDS_OFFSET; at < from.byteSize(); at += Float.BYTES) {
            // Zero times what is not finite is not a number.
            sum += from.get(FLOAT, at) * 0;
        }
        return sum == 0;
    }

    /** Reads what {@link #write} wrote and {@link #isSane} found good. */
    public static ProductQuantizer read(MemorySegment from) {
        Shape shape = shape(from);
        float[] centroids = new float[shape.padded() << shape.bits()];
        MemorySegment.copy(from, FLOAT, CENTROIDS_OFFSET, centroids, 0, centroids.length);
        return new ProductQuantizer(shape, centroids);
    }

    private static Shape shape(MemorySegment from) {
        return new Shape(
                from.get(INT, DIMENSION_OFFSET),
                from.get(INT, PARTS_OFFSET),
                from.get(INT, BITS_OFFSET),
                from.get(INT, ROTATION_OFFSET) == 0 ? Rotation.NONE : Rotation.RANDOM,
                from.get(LONG, SEED_OFFSET));
    }
}
