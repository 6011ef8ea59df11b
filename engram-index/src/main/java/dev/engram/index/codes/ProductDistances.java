package dev.engram.index.codes;

import dev.engram.index.Metric;
import dev.engram.index.Rotation;
import dev.engram.index.kernel.Instructions;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * A query turned into tables, by which its distances to rows of {@link ProductQuantizer} are sums
 * of entries. Not safe for several threads.
 *
 * <p>Only the tables are made with SIMD. The sums are plain Java on all machines: the rows of a
 * list lie apart, each code looks into a table of its own, and gathering loads are no faster than
 * eight codes in one long (packed lists have {@link BlockScan}). So results are equal to the bit.
 */
public final class ProductDistances {

    private static final ValueLayout.OfLong LONG =
            ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final ProductQuantizer quantizer;
    private final Metric metric;
    private final PqKernel kernel;
    private final int parts;
    private final int bits;
    private final float[] arranged;
    private final float[] table;

    ProductDistances(ProductQuantizer quantizer, Metric metric, Instructions instructions) {
        ProductQuantizer.Shape shape = quantizer.shape();
        if (metric == Metric.MANHATTAN && shape.rotation() != Rotation.NONE) {
            throw new IllegalArgumentException(
                    "rotation: " + shape.rotation() + " under MANHATTAN (expected: NONE)");
        }
        this.quantizer = quantizer;
        this.metric = metric;
        this.kernel = PqKernel.of(instructions);
        this.parts = shape.parts();
        this.bits = shape.bits();
        this.arranged = new float[shape.padded()];
        this.table = new float[shape.parts() << bits];
    }

    /** From now on this vector is asked for. */
    public void set(float[] query) {
        quantizer.arrange(query, arranged);
        kernel.distances(
                metric, quantizer.centroids(), bits, quantizer.shape().width(), arranged, table);
    }

    /**
     * Distances from the query to what rows of codes stand for.
     *
     * @param rows a row of codes every {@code stride} bytes
     * @param ids which rows, at {@code 0..count-1}
     * @param out gets the distances of {@link Metric} at {@code 0..count-1}
     */
    public void distances(MemorySegment rows, long stride, int[] ids, int count, float[] out) {
        if (bits == 8) {
            for (int j = 0; j < count; j++) {
                out[j] = sumOfBytes(table, rows, stride * ids[j], parts);
            }
        } else {
            for (int j = 0; j < count; j++) {
                out[j] = sumOfHalves(table, rows, stride * ids[j], parts);
            }
        }
    }

    private static float sumOfBytes(float[] table, MemorySegment rows, long row, int parts) {
        // Four sums: the compiler may not reorder additions of floats, so one sum would wait.
        float s0 = 0;
        float s1 = 0;
        float s2 = 0;
        float s3 = 0;
        int part = 0;
        for (; part < parts - 7; part += 8) {
            long codes = rows.get(LONG, row + part);
            int at = part << 8;
            s0 += table[at + (int) (codes & 255)];
            s1 += table[at + 256 + (int) ((codes >>> 8) & 255)];
            s2 += table[at + 512 + (int) ((codes >>> 16) & 255)];
            s3 += table[at + 768 + (int) ((codes >>> 24) & 255)];
            s0 += table[at + 1024 + (int) ((codes >>> 32) & 255)];
            s1 += table[at + 1280 + (int) ((codes >>> 40) & 255)];
            s2 += table[at + 1536 + (int) ((codes >>> 48) & 255)];
            s3 += table[at + 1792 + (int) (codes >>> 56)];
        }
        for (; part < parts; part++) {
            s0 += table[(part << 8) + (rows.get(ValueLayout.JAVA_BYTE, row + part) & 255)];
        }
        return s0 + s1 + (s2 + s3);
    }

    private static float sumOfHalves(float[] table, MemorySegment rows, long row, int parts) {
        float s0 = 0;
        float s1 = 0;
        float s2 = 0;
        float s3 = 0;
        int part = 0;
        for (; part < parts - 15; part += 16) {
            long codes = rows.get(LONG, row + part / 2);
            for (int at = part << 4; at < (part + 16) << 4; at += 64) {
                s0 += table[at + (int) (codes & 15)];
                s1 += table[at + 16 + (int) ((codes >>> 4) & 15)];
                s2 += table[at + 32 + (int) ((codes >>> 8) & 15)];
                s3 += table[at + 48 + (int) ((codes >>> 12) & 15)];
                codes >>>= 16;
            }
        }
        for (; part < parts; part++) {
            int both = rows.get(ValueLayout.JAVA_BYTE, row + part / 2);
            s0 += table[(part << 4) + ((both >>> ((part & 1) * 4)) & 15)];
        }
        return s0 + s1 + (s2 + s3);
    }
}
