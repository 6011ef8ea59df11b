package dev.engram.cli.vectors;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/** What one number of a vector file is, little-endian. */
enum Element {
    FLOAT16(2, false),
    FLOAT32(4, false),
    FLOAT64(8, false),
    INT8(1, true),
    UINT8(1, true),
    INT32(4, true),
    UINT32(4, true),
    INT64(8, true);

    private static final ValueLayout.OfShort SHORT =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfInt INT =
            ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong LONG =
            ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfFloat FLOAT =
            ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfDouble DOUBLE =
            ValueLayout.JAVA_DOUBLE_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final int bytes;
    private final boolean whole;

    Element(int bytes, boolean whole) {
        this.bytes = bytes;
        this.whole = whole;
    }

    int bytes() {
        return bytes;
    }

    /** Whether it can number a vector. */
    boolean isWhole() {
        return whole;
    }

    /** Copies a row as float32; a number beyond their range becomes infinite. */
    void floats(MemorySegment file, long start, float[] into) {
        if (this == FLOAT32) {
            MemorySegment.copy(file, FLOAT, start, into, 0, into.length);
            return;
        }
        for (int i = 0; i < into.length; i++) {
            into[i] = (float) number(file, start + (long) i * bytes);
        }
    }

    /** The whole number at an offset. */
    long whole(MemorySegment file, long at) {
        return switch (this) {
            case INT8 -> file.get(ValueLayout.JAVA_BYTE, at);
            case UINT8 -> Byte.toUnsignedLong(file.get(ValueLayout.JAVA_BYTE, at));
            case INT32 -> file.get(INT, at);
            case UINT32 -> Integer.toUnsignedLong(file.get(INT, at));
            case INT64 -> file.get(LONG, at);
            case FLOAT16, FLOAT32, FLOAT64 -> throw new AssertionError(this + " is not whole");
        };
    }

    private double number(MemorySegment file, long at) {
        return switch (this) {
            case FLOAT16 -> Float.float16ToFloat(file.get(SHORT, at));
            case FLOAT32 -> file.get(FLOAT, at);
            case FLOAT64 -> file.get(DOUBLE, at);
            case INT8, UINT8, INT32, UINT32, INT64 -> whole(file, at);
        };
    }
}
