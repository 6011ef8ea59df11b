package dev.engram.index.kernel;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/** Reads components that are kept as float16 of IEEE 754, little-endian. */
final class Halves {

    private static final ValueLayout.OfShort SHORT =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private Halves() {}

    static float get(MemorySegment rows, long offset) {
        return Float.float16ToFloat(rows.get(SHORT, offset));
    }
}
