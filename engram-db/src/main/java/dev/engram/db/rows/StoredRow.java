package dev.engram.db.rows;

import dev.engram.error.CorruptException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A record without its vector, as a value of {@link Family#ROWS}.
 *
 * <pre>
 *   u8 version | u64 ts | u64 previous row | i64 expires | body
 *   body: String id | value text (String or null) | value metadata (Map)
 * </pre>
 *
 * Version 1, of format 1, has the body alone behind the version. The body is written before the
 * commit, by the thread that wants it; the commit, which others wait for, adds the {@link Stamp}.
 *
 * @param stamp of the commit
 * @param id the record's name, unique in its collection
 * @param text what was embedded, or null for a record of a vector only
 * @param metadata typed values: see {@link ValueCodec}
 */
public record StoredRow(
        Stamp stamp, String id, @Nullable String text, Map<String, @Nullable Object> metadata) {

    private static final int VERSION_WITHOUT_STAMP = 1;
    private static final int VERSION = 2;
    private static final int STAMP_BYTES = 3 * Long.BYTES;

    /** The part of a record that is known before its commit. */
    public static byte[] body(
            String id, @Nullable String text, Map<String, @Nullable Object> metadata) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            ValueCodec.writeString(out, id);
            ValueCodec.write(out, text);
            ValueCodec.write(out, metadata);
        } catch (IOException e) {
            throw new AssertionError("writing to memory failed", e);
        }
        return bytes.toByteArray();
    }

    /** A whole record as bytes. */
    public static byte[] encode(Stamp stamp, byte[] body) {
        return ByteBuffer.allocate(1 + STAMP_BYTES + body.length)
                .put((byte) VERSION)
                .putLong(stamp.ts())
                .putLong(stamp.previous())
                .putLong(stamp.expires())
                .put(body)
                .array();
    }

    /** Reads what {@link #encode} wrote. */
    @SuppressWarnings("unchecked") // ValueCodec's maps have string keys.
    public static StoredRow decode(byte[] bytes) {
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
            Stamp stamp = readStamp(in);
            String id = ValueCodec.readString(in);
            String text = (String) ValueCodec.read(in);
            if (ValueCodec.read(in) instanceof Map<?, ?> metadata) {
                return new StoredRow(stamp, id, text, (Map<String, @Nullable Object>) metadata);
            }
            throw new CorruptException("rows", 0, "record '" + id + "' without metadata");
        } catch (IOException e) {
            throw new CorruptException("rows", "unreadable record", e);
        }
    }

    private static Stamp readStamp(DataInputStream in) throws IOException {
        int version = in.readUnsignedByte();
        return switch (version) {
            case VERSION_WITHOUT_STAMP -> Stamp.NONE;
            case VERSION -> new Stamp(in.readLong(), in.readLong(), in.readLong());
            default ->
                    throw new CorruptException(
                            "rows",
                            0,
                            "record version: %d (expected: 1..%d)".formatted(version, VERSION));
        };
    }

    /** Bytes of the text in UTF-8. */
    public int textBytes() {
        return textBytes(text);
    }

    /** Bytes of a text in UTF-8. */
    public static int textBytes(@Nullable String text) {
        return text == null ? 0 : text.getBytes(StandardCharsets.UTF_8).length;
    }
}
