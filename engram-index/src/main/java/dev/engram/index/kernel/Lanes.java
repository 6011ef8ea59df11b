package dev.engram.index.kernel;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/** The widest vectors this machine computes with. Touched only where the Vector API is present. */
final class Lanes {

    static final VectorSpecies<Float> FLOATS = FloatVector.SPECIES_PREFERRED;

    static final VectorSpecies<Integer> INTS = FLOATS.withLanes(int.class);

    /** As many lanes as floats have; where that is no vector, none is touched. */
    static final VectorSpecies<Byte> BYTES =
            VectorSpecies.of(
                    byte.class, VectorShape.forBitSize(Math.max(64, FLOATS.vectorBitSize() / 4)));

    private Lanes() {}

    /** Whether bytes can be widened to floats: a quarter of 128 bits is no vector. */
    static boolean areWide() {
        return FLOATS.vectorBitSize() >= 256;
    }

    /** Whether the lanes are worth using: fused multiply-add without hardware is very slow. */
    static boolean areFast() {
        // x86 has it from 256 bits on, and ARM always.
        return FLOATS.vectorBitSize() >= 256 || "aarch64".equals(System.getProperty("os.arch"));
    }

    static FloatVector load(MemorySegment rows, long offset) {
        return FloatVector.fromMemorySegment(FLOATS, rows, offset, ByteOrder.LITTLE_ENDIAN);
    }

    /** Lanes outside the mask are zero. */
    static FloatVector load(MemorySegment rows, long offset, VectorMask<Float> mask) {
        return FloatVector.fromMemorySegment(FLOATS, rows, offset, ByteOrder.LITTLE_ENDIAN, mask);
    }
}
