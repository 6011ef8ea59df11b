package dev.engram.db.rows;

import java.io.DataInputStream;
import java.io.DataOutput;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Writes typed values so that they come back exactly: a tag byte, then the value.
 *
 * <pre>
 *   tag  type      bytes behind it              tag  type      bytes behind it
 *   0    null      -                            6    String    u32 length, UTF-8
 *   1    Boolean   u8                           7    UUID      u64, u64
 *   2    Integer   i32                          8    Instant   i64 seconds, u32 nanoseconds
 *   3    Long      i64                          9    List      u32 count, values
 *   4    Float     f32 bits                     10   Map       u32 count, (String, value)...
 *   5    Double    f64 bits
 * </pre>
 */
public final class ValueCodec {

    /** How deep lists and maps may be nested. */
    public static final int DEPTH_MAX = 32;

    private static final int NULL = 0;
    private static final int BOOLEAN = 1;
    private static final int INTEGER = 2;
    private static final int LONG = 3;
    private static final int FLOAT = 4;
    private static final int DOUBLE = 5;
    private static final int STRING = 6;
    private static final int UUID_ = 7;
    private static final int INSTANT = 8;
    private static final int LIST = 9;
    private static final int MAP = 10;

    private ValueCodec() {}

    /** Writes a value of one of the types above; anything else is the caller's mistake. */
    public static void write(DataOutput out, @Nullable Object value) throws IOException {
        write(out, value, 0);
    }

    private static void write(DataOutput out, @Nullable Object value, int depth)
            throws IOException {
        if (depth > DEPTH_MAX) {
            throw new IllegalArgumentException(
                    "metadata: nested deeper than " + DEPTH_MAX + " (expected: flatter)");
        }
        switch (value) {
            case null -> out.writeByte(NULL);
            case Boolean v -> tagged(out, BOOLEAN).writeBoolean(v);
            case Integer v -> tagged(out, INTEGER).writeInt(v);
            case Long v -> tagged(out, LONG).writeLong(v);
            case Float v -> tagged(out, FLOAT).writeInt(Float.floatToRawIntBits(v));
            case Double v -> tagged(out, DOUBLE).writeLong(Double.doubleToRawLongBits(v));
            case String v -> writeString(tagged(out, STRING), v);
            case UUID v -> {
                tagged(out, UUID_).writeLong(v.getMostSignificantBits());
                out.writeLong(v.getLeastSignificantBits());
            }
            case Instant v -> {
                tagged(out, INSTANT).writeLong(v.getEpochSecond());
                out.writeInt(v.getNano());
            }
            case List<?> v -> {
                tagged(out, LIST).writeInt(v.size());
                for (Object item : v) {
                    write(out, item, depth + 1);
                }
            }
            case Map<?, ?> v -> writeMap(tagged(out, MAP), v, depth + 1);
            default ->
                    throw new IllegalArgumentException(
                            "metadata value of "
                                    + value.getClass().getName()
                                    + " (expected: String, Boolean, Integer, Long, Float, Double,"
                                    + " UUID, Instant, List or Map of these)");
        }
    }

    private static DataOutput tagged(DataOutput out, int tag) throws IOException {
        out.writeByte(tag);
        return out;
    }

    private static void writeMap(DataOutput out, Map<?, ?> map, int depth) throws IOException {
        out.writeInt(map.size());
        for (Map.Entry<?, ?> entry : map.entrySet()) {
            if (!(entry.getKey() instanceof String key)) {
                throw new IllegalArgumentException(
                        "metadata key: " + entry.getKey() + " (expected: a string)");
            }
            writeString(out, key);
            write(out, entry.getValue(), depth);
        }
    }

    /**
     * Whether a string has an exact form in UTF-8: the place of its first lone surrogate, or -1.
     */
    public static int findLoneSurrogate(String text) {
        for (int i = 0; i < text.length(); i++) {
            char letter = text.charAt(i);
            if (Character.isSurrogate(letter)) {
                boolean paired =
                        Character.isHighSurrogate(letter)
                                && i + 1 < text.length()
                                && Character.isLowSurrogate(text.charAt(i + 1));
                if (!paired) {
                    return i;
                }
                i++;
            }
        }
        return -1;
    }

    static void writeString(DataOutput out, String text) throws IOException {
        int lone = findLoneSurrogate(text);
        if (lone >= 0) {
            throw new IllegalArgumentException(
                    "text: half a character at " + lone + " (expected: whole Unicode characters)");
        }
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        out.writeInt(bytes.length);
        out.write(bytes);
    }

    /** Reads what {@link #write} wrote; IOException where the bytes are something else. */
    public static @Nullable Object read(DataInputStream in) throws IOException {
        return read(in, 0);
    }

    private static @Nullable Object read(DataInputStream in, int depth) throws IOException {
        if (depth > DEPTH_MAX) {
            throw new IOException("nested deeper than " + DEPTH_MAX);
        }
        int tag = in.readUnsignedByte();
        return switch (tag) {
            case NULL -> null;
            case BOOLEAN -> in.readBoolean();
            case INTEGER -> in.readInt();
            case LONG -> in.readLong();
            case FLOAT -> Float.intBitsToFloat(in.readInt());
            case DOUBLE -> Double.longBitsToDouble(in.readLong());
            case STRING -> readString(in);
            case UUID_ -> new UUID(in.readLong(), in.readLong());
            case INSTANT -> readInstant(in);
            case LIST -> readList(in, depth + 1);
            case MAP -> readMap(in, depth + 1);
            default -> throw new IOException("value tag " + tag);
        };
    }

    private static Instant readInstant(DataInputStream in) throws IOException {
        try {
            return Instant.ofEpochSecond(in.readLong(), in.readInt());
        } catch (DateTimeException e) {
            throw new IOException("instant out of range", e);
        }
    }

    private static List<@Nullable Object> readList(DataInputStream in, int depth)
            throws IOException {
        int count = in.readInt();
        List<@Nullable Object> list = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            list.add(read(in, depth));
        }
        return list;
    }

    private static Map<String, @Nullable Object> readMap(DataInputStream in, int depth)
            throws IOException {
        int count = in.readInt();
        Map<String, @Nullable Object> map = new LinkedHashMap<>();
        for (int i = 0; i < count; i++) {
            map.put(readString(in), read(in, depth));
        }
        return map;
    }

    static String readString(DataInputStream in) throws IOException {
        int length = in.readInt();
        // Asked before memory is taken: a damaged length must not cost gigabytes.
        if (length < 0 || length > in.available()) {
            throw new IOException("string of " + length + " bytes");
        }
        byte[] bytes = new byte[length];
        in.readFully(bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
