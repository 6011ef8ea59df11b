package dev.engram.index.graph;

import dev.engram.error.CorruptException;
import dev.engram.index.codes.Sq8;
import java.lang.foreign.MemorySegment;

/**
 * Refuses numbers that cannot be right, though their checksum is.
 *
 * @param file as a person would call it
 */
public record FileCheck(String file) {

    /** Refuses what is not as expected. */
    public void equal(String what, long found, long expected) {
        within(what, found, expected, expected);
    }

    /** Refuses what is out of a range. */
    public void within(String what, long found, long min, long max) {
        if (found < min || found > max) {
            String range = min == max ? "" + min : min + ".." + max;
            throw new CorruptException(file, 0, what + ": " + found + " (expected: " + range + ")");
        }
    }

    /** Reads the ranges of 8-bit codes. */
    Sq8 ranges(MemorySegment bytes, int dimension) {
        equal("bytes of ranges", bytes.byteSize(), (long) dimension * Sq8.RANGE_BYTES);
        Sq8 ranges = Sq8.read(bytes);
        if (!ranges.isSane()) {
            throw new CorruptException(file, 0, "a range that is not finite");
        }
        return ranges;
    }

    /** Refuses pairs of twins that do not ascend, or name no vector. */
    public void twins(TwinTable twins, int count) {
        int first = 0;
        for (int i = 0; i < twins.count(); i++) {
            within("twins", twins.original(i), first, count - 1);
            first = twins.original(i);
            within("twin", twins.twin(i), first + 1, count - 1);
        }
    }
}
