package dev.engram.db.rows;

import dev.engram.error.CorruptException;
import java.nio.ByteBuffer;

/**
 * What became of an id last, as a value of {@link Family#IDS}.
 *
 * <pre>
 *   u64 row | u64 commit timestamp | u32 bytes of the text | u8 fate: 0 there, 1 deleted, 2 over
 * </pre>
 *
 * Format 1 has the row alone.
 *
 * @param row its newest row; the one that died where it was deleted
 * @param ts when that was committed, or the row deleted; 0 for before there were timestamps
 * @param textBytes of the row's text in UTF-8, or {@link #UNKNOWN}
 * @param fate of the row
 */
public record IdState(long row, long ts, int textBytes, Fate fate) {

    /** What became of a row. */
    public enum Fate {
        /** It is there. */
        THERE(0),
        /** Somebody deleted it. */
        DELETED(1),
        /** Its time was over, and its place was given back. */
        OVER(2);

        private final int stored;

        Fate(int stored) {
            this.stored = stored;
        }
    }

    /** Bytes of the text where they were not written down. */
    public static final int UNKNOWN = -1;

    private static final int BYTES = 2 * Long.BYTES + Integer.BYTES + 1;

    /** Whether there is no such record any more. */
    public boolean isGone() {
        return fate != Fate.THERE;
    }

    /** This state as bytes. */
    public byte[] encode() {
        return ByteBuffer.allocate(BYTES)
                .putLong(row)
                .putLong(ts)
                .putInt(textBytes)
                .put((byte) fate.stored)
                .array();
    }

    /** Reads what {@link #encode} wrote. */
    public static IdState decode(byte[] value) {
        ByteBuffer bytes = ByteBuffer.wrap(value);
        if (value.length == Long.BYTES) {
            return new IdState(bytes.getLong(), 0, UNKNOWN, Fate.THERE);
        }
        if (value.length != BYTES) {
            throw new CorruptException(
                    "rows", 0, "id of " + value.length + " bytes (expected: " + BYTES + ")");
        }
        return new IdState(bytes.getLong(), bytes.getLong(), bytes.getInt(), fate(bytes.get()));
    }

    private static Fate fate(byte stored) {
        for (Fate fate : Fate.values()) {
            if (fate.stored == stored) {
                return fate;
            }
        }
        throw new CorruptException("rows", 0, "fate of an id: " + stored);
    }
}
