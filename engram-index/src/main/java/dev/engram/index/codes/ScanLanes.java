package dev.engram.index.codes;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/** Which look-up of bytes this machine has. Touched only with the Vector API. */
final class ScanLanes {

    /** Half a register of codes, or a quarter: the widest look-up that every machine has. */
    static final VectorSpecies<Byte> NARROW =
            FloatVector.SPECIES_PREFERRED.vectorBitSize() >= 256
                    ? ByteVector.SPECIES_256
                    : ByteVector.SPECIES_128;

    private static final boolean WIDE = detect();

    private ScanLanes() {}

    /** Whether one instruction looks up 64 bytes in 64. */
    static boolean areWide() {
        return WIDE;
    }

    /** Without AVX-512 VBMI the JVM does such a look-up byte by byte, and does not say so. */
    private static boolean detect() {
        Path flags = Path.of("/proc/cpuinfo");
        if (FloatVector.SPECIES_PREFERRED.vectorBitSize() < 512 || !Files.isReadable(flags)) {
            return false;
        }
        try {
            return Files.readString(flags, StandardCharsets.ISO_8859_1).contains("avx512_vbmi");
        } catch (IOException e) {
            // Then the scan that runs everywhere is taken, which gives the same results.
            return false;
        }
    }
}
