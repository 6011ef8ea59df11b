package dev.engram.db.rows;

import java.nio.ByteBuffer;

/**
 * How a row died, as a value of {@link Family#DEAD}.
 *
 * <pre>
 *   8 bytes  u64, timestamp of the commit that replaced or deleted it; readers of the past see it
 *   1 byte   nobody sees it any more, and its record is removed
 *   empty    as format 1 has it: nobody sees it, its record is still there
 * </pre>
 */
public final class DeathMark {

    /** Died before all that can be read. */
    public static final long FOR_ALL = 0;

    private DeathMark() {}

    /** The mark of a row that died then. */
    public static byte[] at(long ts) {
        return ByteBuffer.allocate(Long.BYTES).putLong(ts).array();
    }

    /** The mark of a row whose record is removed. */
    public static byte[] removed() {
        return new byte[] {1};
    }

    /** When it died, or {@link #FOR_ALL}. */
    public static long ts(byte[] value) {
        return value.length == Long.BYTES ? ByteBuffer.wrap(value).getLong() : FOR_ALL;
    }

    /** Whether its record is removed. */
    public static boolean isRemoved(byte[] value) {
        return value.length == 1;
    }
}
