package dev.engram.index.codes;

import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/** Vectors of codes, as wide as this machine computes. Touched only with the Vector API. */
final class CodeLanes {

    private static final int BITS =
            Math.min(512, Math.max(256, FloatVector.SPECIES_PREFERRED.vectorBitSize()));

    static final VectorSpecies<Float> FLOATS =
            VectorSpecies.of(float.class, VectorShape.forBitSize(BITS));
    static final VectorSpecies<Integer> INTS =
            VectorSpecies.of(int.class, VectorShape.forBitSize(BITS));

    /** As many lanes as floats have. */
    static final VectorSpecies<Byte> BYTES =
            VectorSpecies.of(byte.class, VectorShape.forBitSize(BITS / 4));

    static final int LENGTH = FLOATS.length();

    private CodeLanes() {}

    /** Whether bytes can be widened to floats: a quarter of 128 bits is no vector. */
    static boolean areWide() {
        return FloatVector.SPECIES_PREFERRED.vectorBitSize() >= 256;
    }

    /** Floats in 0..255 as bytes. */
    static void store(FloatVector floats, byte[] into, int at) {
        ((ByteVector)
                        floats.convert(VectorOperators.F2I, 0)
                                .convertShape(VectorOperators.I2B, BYTES, 0))
                .intoArray(into, at);
    }
}
