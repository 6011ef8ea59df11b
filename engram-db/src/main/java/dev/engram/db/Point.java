package dev.engram.db;

import dev.engram.db.rows.ValueCodec;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One record of a collection.
 *
 * @param id its name, unique in the collection, 1..512 bytes of UTF-8
 * @param text what the record says; the vector is made from it where none is given
 * @param vector as long as the collection's dimension, all components finite; null to have the text
 *     embedded
 * @param metadata any typed values: String, Boolean, Integer, Long, Float, Double, UUID, Instant,
 *     null, and lists and maps of these; they come back exactly as they went in
 * @param expires when it is over, to the millisecond: from then on nobody finds it; null for never
 */
public record Point(
        String id,
        @Nullable String text,
        float @Nullable [] vector,
        Map<String, @Nullable Object> metadata,
        @Nullable Instant expires) {

    private static final int ID_BYTES_MAX = 512;
    private static final Instant EXPIRES_END = Instant.parse("9999-01-01T00:00:00Z");

    public Point {
        checkId(id);
        if (vector == null) {
            checkText(id, text);
        }
        vector = vector == null ? null : vector.clone();
        metadata = Collections.unmodifiableMap(new LinkedHashMap<>(metadata));
        expires = expires == null ? null : checkExpires(id, expires);
    }

    /** A record that is never over. */
    public Point(
            String id,
            @Nullable String text,
            float @Nullable [] vector,
            Map<String, @Nullable Object> metadata) {
        this(id, text, vector, metadata, null);
    }

    /** The same, over at that time. */
    public Point expiring(Instant at) {
        return new Point(id, text, vector, metadata, at);
    }

    /** A text to be embedded. */
    public static Point of(String id, String text) {
        return new Point(id, text, null, Map.of());
    }

    /** A text to be embedded, with what else is known of it. */
    public static Point of(
            String id, String text, Map<String, ? extends @Nullable Object> metadata) {
        return new Point(id, text, null, new LinkedHashMap<>(metadata));
    }

    /** A vector the caller made. */
    public static Point of(String id, float[] vector) {
        return new Point(id, null, vector, Map.of());
    }

    /** A vector the caller made, with what else is known of it. */
    public static Point of(
            String id, float[] vector, Map<String, ? extends @Nullable Object> metadata) {
        return new Point(id, null, vector, new LinkedHashMap<>(metadata));
    }

    private static void checkText(String id, @Nullable String text) {
        if (text == null) {
            throw new IllegalArgumentException(
                    "record '" + id + "': neither text nor vector (expected: one of them)");
        }
        if (text.isBlank()) {
            throw new IllegalArgumentException(
                    "text of '" + id + "': blank (expected: something to embed)");
        }
    }

    private static Instant checkExpires(String id, Instant expires) {
        if (expires.isBefore(Instant.EPOCH) || !expires.isBefore(EXPIRES_END)) {
            throw new IllegalArgumentException(
                    "expires of '%s': %s (expected: from %s to before %s)"
                            .formatted(id, expires, Instant.EPOCH, EXPIRES_END));
        }
        return expires.truncatedTo(ChronoUnit.MILLIS);
    }

    /** Refuses what no record can be called. */
    static void checkId(String id) {
        String trouble = null;
        if (id.isBlank()) {
            trouble = "blank";
        } else if (ValueCodec.findLoneSurrogate(id) >= 0) {
            trouble = "half a character at " + ValueCodec.findLoneSurrogate(id);
        } else if (id.length() > ID_BYTES_MAX
                || id.getBytes(StandardCharsets.UTF_8).length > ID_BYTES_MAX) {
            trouble = id.getBytes(StandardCharsets.UTF_8).length + " bytes";
        }
        if (trouble != null) {
            throw new IllegalArgumentException(
                    "id: " + trouble + " (expected: 1.." + ID_BYTES_MAX + " bytes of UTF-8)");
        }
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Point that
                && id.equals(that.id)
                && Objects.equals(text, that.text)
                && Arrays.equals(vector, that.vector)
                && metadata.equals(that.metadata)
                && Objects.equals(expires, that.expires);
    }

    @Override
    public int hashCode() {
        return Objects.hash(id, text, Arrays.hashCode(vector), metadata, expires);
    }
}
