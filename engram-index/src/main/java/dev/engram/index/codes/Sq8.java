package dev.engram.index.codes;

import dev.engram.index.Metric;
import dev.engram.index.Vectors;
import dev.engram.index.kernel.Instructions;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Vectors with 8 bits a component: component i is {@code lows[i] + steps[i] * code}.
 *
 * <p>Every component has a range of its own, since models give some of them many times the range of
 * others, and the widest would leave the rest a few of the 256 steps.
 *
 * <pre>
 *   a row, {@link #rowBytes} bytes, a multiple of 64
 *      0  dimension x u8   codes
 *         ..               zero
 *   the ranges, {@link #RANGE_BYTES} bytes a component
 *      0  f32  low
 *      4  f32  step, >= 0; 0 where all vectors are equal in this component
 * </pre>
 */
public record Sq8(float[] lows, float[] steps) implements RowCodes {

    /** The bytes of a component's range. */
    public static final int RANGE_BYTES = 8;

    private static final int STEP_OFFSET = 4;
    private static final int CODE_MAX = 255;
    private static final int ROW_ALIGNMENT = 64;

    private static final ValueLayout.OfFloat FLOAT =
            ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    /** The bytes of one row. */
    public static int rowBytes(int dimension) {
        return Math.ceilDiv(dimension, ROW_ALIGNMENT) * ROW_ALIGNMENT;
    }

    @Override
    public int rowBytes() {
        return rowBytes(lows.length);
    }

    @Override
    public long bytes(int rows) {
        return (long) rows * rowBytes();
    }

    @Override
    public long modelBytes() {
        return (long) lows.length * RANGE_BYTES;
    }

    @Override
    public void writeModel(MemorySegment model) {
        write(model);
    }

    @Override
    public Encoder encoder() {
        return this::encode;
    }

    @Override
    public RowQuery query(Metric metric, Instructions instructions, MemorySegment rows) {
        return new Sq8RowQuery(this, metric, instructions, rows);
    }

    /** The ranges of these vectors. */
    public static Sq8 of(Vectors vectors) {
        float[] lows = new float[vectors.dimension()];
        float[] highs = new float[vectors.dimension()];
        Arrays.fill(lows, Float.POSITIVE_INFINITY);
        Arrays.fill(highs, Float.NEGATIVE_INFINITY);
        float[] row = new float[vectors.dimension()];
        for (int ordinal = 0; ordinal < vectors.count(); ordinal++) {
            vectors.copyRow(ordinal, row);
            for (int i = 0; i < row.length; i++) {
                lows[i] = Math.min(lows[i], row[i]);
                highs[i] = Math.max(highs[i], row[i]);
            }
        }
        float[] steps = new float[lows.length];
        for (int i = 0; i < steps.length; i++) {
            if (lows[i] > highs[i]) {
                lows[i] = 0; // there are no vectors
            } else {
                steps[i] = (float) (((double) highs[i] - lows[i]) / CODE_MAX);
            }
        }
        return new Sq8(lows, steps);
    }

    /** Reads what {@link #write} wrote. */
    public static Sq8 read(MemorySegment ranges) {
        int dimension = (int) (ranges.byteSize() / RANGE_BYTES);
        float[] lows = new float[dimension];
        float[] steps = new float[dimension];
        for (int i = 0; i < dimension; i++) {
            lows[i] = ranges.get(FLOAT, (long) i * RANGE_BYTES);
            steps[i] = ranges.get(FLOAT, (long) i * RANGE_BYTES + STEP_OFFSET);
        }
        return new Sq8(lows, steps);
    }

    /** Writes the ranges. */
    public void write(MemorySegment ranges) {
        for (int i = 0; i < lows.length; i++) {
            ranges.set(FLOAT, (long) i * RANGE_BYTES, lows[i]);
            ranges.set(FLOAT, (long) i * RANGE_BYTES + STEP_OFFSET, steps[i]);
        }
    }

    /** Whether every range is one that vectors can have. */
    public boolean isSane() {
        for (int i = 0; i < lows.length; i++) {
            if (!Float.isFinite(lows[i]) || !(steps[i] >= 0) || !Float.isFinite(steps[i])) {
                return false;
            }
        }
        return true;
    }

    /** Writes the codes of a vector to a row. */
    public void encode(float[] vector, MemorySegment rows, long row) {
        for (int i = 0; i < lows.length; i++) {
            double code = steps[i] == 0 ? 0 : ((double) vector[i] - lows[i]) / steps[i];
            byte rounded = (byte) Math.clamp(Math.round(code), 0, CODE_MAX);
            rows.set(ValueLayout.JAVA_BYTE, row + i, rounded);
        }
    }

    /** The vector that the codes of a row stand for. */
    public void decode(MemorySegment rows, long row, float[] into) {
        for (int i = 0; i < lows.length; i++) {
            int code = rows.get(ValueLayout.JAVA_BYTE, row + i) & CODE_MAX;
            into[i] = lows[i] + steps[i] * code;
        }
    }
}
