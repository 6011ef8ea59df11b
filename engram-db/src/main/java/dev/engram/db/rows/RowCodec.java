package dev.engram.db.rows;

import dev.engram.error.CorruptException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Writes maps of typed values to bytes, with a version in front: records, the catalog's entries and
 * the manifests of segments.
 */
public final class RowCodec {

    private static final int VERSION = 1;

    private RowCodec() {}

    /**
     * A map as bytes.
     *
     * @throws IllegalArgumentException where a value's type cannot be stored
     */
    public static byte[] encode(Map<String, ? extends @Nullable Object> map) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeByte(VERSION);
            ValueCodec.write(out, map);
        } catch (IOException e) {
            throw new AssertionError("writing to memory failed", e);
        }
        return bytes.toByteArray();
    }

    /**
     * Reads what {@link #encode} wrote.
     *
     * @param what names the bytes in the exception
     */
    @SuppressWarnings("unchecked") // ValueCodec's maps have string keys.
    public static Map<String, @Nullable Object> decode(String what, byte[] bytes) {
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
            int version = in.readUnsignedByte();
            if (version != VERSION) {
                throw new CorruptException(
                        what, 0, "version: " + version + " (expected: " + VERSION + ")");
            }
            if (ValueCodec.read(in) instanceof Map<?, ?> map) {
                return (Map<String, @Nullable Object>) map;
            }
            throw new CorruptException(what, 1, "not a map");
        } catch (IOException e) {
            throw new CorruptException(what, "unreadable value", e);
        }
    }
}
