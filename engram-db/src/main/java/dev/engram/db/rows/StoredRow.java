package dev.engram.db.rows;

import dev.engram.error.CorruptException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A record without its vector, as a value of {@link Family#ROWS}.
 *
 * <pre>
 *   u8 version | String id | value text (String or null) | value metadata (Map)
 * </pre>
 *
 * @param id the record's name, unique in its collection
 * @param text what was embedded, or null for a record of a vector only
 * @param metadata typed values: see {@link ValueCodec}
 */
public record StoredRow(String id, @Nullable String text, Map<String, @Nullable Object> metadata) {

    private static final int VERSION = 1;

    /** This record as bytes. */
    public byte[] encode() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeByte(VERSION);
            ValueCodec.writeString(out, id);
            ValueCodec.write(out, text);
            ValueCodec.write(out, metadata);
        } catch (IOException e) {
            throw new AssertionError("writing to memory failed", e);
        }
        return bytes.toByteArray();
    }

    /** Reads what {@link #encode} wrote. */
    @SuppressWarnings("unchecked") // ValueCodec's maps have string keys.
    public static StoredRow decode(byte[] bytes) {
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
            int version = in.readUnsignedByte();
            if (version != VERSION) {
                throw new CorruptException(
                        "rows", 0, "record version: " + version + " (expected: " + VERSION + ")");
            }
            String id = ValueCodec.readString(in);
            String text = (String) ValueCodec.read(in);
            if (ValueCodec.read(in) instanceof Map<?, ?> metadata) {
                return new StoredRow(id, text, (Map<String, @Nullable Object>) metadata);
            }
            throw new CorruptException("rows", 0, "record '" + id + "' without metadata");
        } catch (IOException e) {
            throw new CorruptException("rows", "unreadable record", e);
        }
    }

    /** Bytes of the text in UTF-8. */
    public long textBytes() {
        return text == null ? 0 : text.getBytes(StandardCharsets.UTF_8).length;
    }
}
