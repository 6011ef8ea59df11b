package dev.engram.db.rows;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Makes and reads the keys of {@link Family}. */
public final class RowKey {

    private static final int COLLECTION_BYTES = Integer.BYTES;

    private RowKey() {}

    /** The common start of all keys of a collection. */
    public static byte[] prefix(int collection) {
        return ByteBuffer.allocate(COLLECTION_BYTES).putInt(collection).array();
    }

    /** The first key behind all those of a collection. */
    public static byte[] end(int collection) {
        return prefix(collection + 1);
    }

    /** A key of ROWS, VECTORS or DEAD. */
    public static byte[] row(int collection, long row) {
        return ByteBuffer.allocate(COLLECTION_BYTES + Long.BYTES)
                .putInt(collection)
                .putLong(row)
                .array();
    }

    /** The row number in a key made by {@link #row}. */
    public static long rowOf(byte[] key) {
        return ByteBuffer.wrap(key).getLong(COLLECTION_BYTES);
    }

    /** A key of EXPIRES. */
    public static byte[] expiry(int collection, long millis, long row) {
        return ByteBuffer.allocate(COLLECTION_BYTES + 2 * Long.BYTES)
                .putInt(collection)
                .putLong(millis)
                .putLong(row)
                .array();
    }

    /** The milliseconds in a key made by {@link #expiry}. */
    public static long millisOf(byte[] key) {
        return ByteBuffer.wrap(key).getLong(COLLECTION_BYTES);
    }

    /** The row number in a key made by {@link #expiry}. */
    public static long expiringRowOf(byte[] key) {
        return ByteBuffer.wrap(key).getLong(COLLECTION_BYTES + Long.BYTES);
    }

    /** A key of IDS. */
    public static byte[] id(int collection, String id) {
        byte[] text = id.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(COLLECTION_BYTES + text.length)
                .putInt(collection)
                .put(text)
                .array();
    }

    /** The value of IDS. */
    public static byte[] rowNumber(long row) {
        return ByteBuffer.allocate(Long.BYTES).putLong(row).array();
    }

    /** Reads what {@link #rowNumber} wrote. */
    public static long rowNumber(byte[] value) {
        return ByteBuffer.wrap(value).getLong();
    }
}
