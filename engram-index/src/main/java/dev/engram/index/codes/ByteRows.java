package dev.engram.index.codes;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * Rows of numbers in a byte each, with a scale a row, so that a table takes a quarter of its bytes.
 *
 * <pre>
 *   0           rows x f32           what the bytes of each row are multiplied by
 *   4 x rows    rows x length x i8   the rows
 * </pre>
 */
public final class ByteRows {

    private static final int BYTE_MAX = 127;

    private static final ValueLayout.OfFloat FLOAT =
            ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private ByteRows() {}

    /** The bytes of so many rows. */
    public static long bytes(int rows, int length) {
        return (long) rows * (Float.BYTES + length);
    }

    /** Writes rows that lie one after the other. */
    public static void write(float[] numbers, int rows, int length, MemorySegment into) {
        for (int row = 0; row < rows; row++) {
            float greatest = 0;
            for (int i = 0; i < length; i++) {
                greatest = Math.max(greatest, Math.abs(numbers[row * length + i]));
            }
            float scale = greatest / BYTE_MAX;
            into.set(FLOAT, (long) row * Float.BYTES, scale);
            // A scale too small to divide by belongs to a row of zeros.
            float inverse = scale > Float.MIN_NORMAL ? 1 / scale : 0;
            for (int i = 0; i < length; i++) {
                int code = Math.round(numbers[row * length + i] * inverse);
                into.set(
                        ValueLayout.JAVA_BYTE,
                        at(rows, length, row) + i,
                        (byte) Math.clamp(code, -BYTE_MAX, BYTE_MAX));
            }
        }
    }

    /** The numbers that the bytes stand for, row after row. */
    public static float[] read(MemorySegment from, int rows, int length) {
        float[] numbers = new float[Math.multiplyExact(rows, length)];
        for (int row = 0; row < rows; row++) {
            float scale = from.get(FLOAT, (long) row * Float.BYTES);
            for (int i = 0; i < length; i++) {
                byte code = from.get(ValueLayout.JAVA_BYTE, at(rows, length, row) + i);
                numbers[row * length + i] = code * scale;
            }
        }
        return numbers;
    }

    /** Whether all scales are ones that {@link #write} can give. */
    public static boolean isSane(MemorySegment from, int rows) {
        boolean sane = true;
        for (int row = 0; row < rows; row++) {
            float scale = from.get(FLOAT, (long) row * Float.BYTES);
            sane &= scale >= 0 && scale <= Float.MAX_VALUE / BYTE_MAX;
        }
        return sane;
    }

    private static long at(int rows, int length, int row) {
        return (long) rows * Float.BYTES + (long) row * length;
    }
}
