package dev.engram.index.kernel;

import static jdk.incubator.vector.VectorOperators.GE;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.S2I;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/**
 * Loads float16 as float32. Touched only where the Vector API is present.
 *
 * <p>The Vector API has no conversion of float16. Its exponent and fraction, shifted to where those
 * of a float32 stand, are a number 2^112 times too small, subnormal or not; so one multiplication
 * makes all finite numbers right. What was infinite or no number has become 65,536 or more, and
 * gets the greatest exponent.
 */
final class HalfLanes {

    static final VectorSpecies<Short> HALVES =
            VectorSpecies.of(short.class, VectorShape.forBitSize(Lanes.FLOATS.vectorBitSize() / 2));

    private static final VectorSpecies<Integer> INTS = Lanes.FLOATS.withLanes(int.class);
    private static final int SHIFT = 13;

    /** Sign, and after the shift of the sign-extended number exponent and fraction. */
    private static final int BITS = 0x8fff_e000;

    private static final float SCALE = 0x1p112f;
    private static final float FINITE_END = 65_536;
    private static final int EXPONENT = 0x7f80_0000;

    private HalfLanes() {}

    static FloatVector load(MemorySegment rows, long offset) {
        return widen(ShortVector.fromMemorySegment(HALVES, rows, offset, ByteOrder.LITTLE_ENDIAN));
    }

    /** Lanes outside the mask are zero. */
    static FloatVector load(MemorySegment rows, long offset, VectorMask<Short> mask) {
        return widen(
                ShortVector.fromMemorySegment(HALVES, rows, offset, ByteOrder.LITTLE_ENDIAN, mask));
    }

    private static FloatVector widen(ShortVector halves) {
        IntVector bits = (IntVector) halves.convertShape(S2I, INTS, 0);
        FloatVector small = bits.lanewise(LSHL, SHIFT).and(BITS).reinterpretAsFloats();
        FloatVector floats = small.mul(SCALE);
        VectorMask<Float> special = floats.abs().compare(GE, FINITE_END);
        IntVector greatest = floats.reinterpretAsInts().or(EXPONENT);
        return floats.blend(greatest.reinterpretAsFloats(), special);
    }
}
