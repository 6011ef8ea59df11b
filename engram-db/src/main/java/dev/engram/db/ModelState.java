package dev.engram.db;

import java.util.Arrays;
import java.util.HexFormat;

/**
 * What a model learnt from the texts of one collection; kept with the collection, and understood by
 * the {@link Models} it comes from.
 */
public final class ModelState {

    /** The most bytes there may be. */
    public static final int BYTES_MAX = 256 << 20;

    private final byte[] bytes;

    /**
     * @param bytes a copy is kept
     */
    public ModelState(byte[] bytes) {
        if (bytes.length == 0 || bytes.length > BYTES_MAX) {
            throw new IllegalArgumentException(
                    "model state: " + bytes.length + " bytes (expected: 1.." + BYTES_MAX + ")");
        }
        this.bytes = bytes.clone();
    }

    /** A copy of its bytes. */
    public byte[] bytes() {
        return bytes.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ModelState that && Arrays.equals(bytes, that.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    @Override
    public String toString() {
        int shown = Math.min(bytes.length, 8);
        return bytes.length + " bytes " + HexFormat.of().formatHex(bytes, 0, shown);
    }
}
