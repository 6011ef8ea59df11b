package dev.engram.db;

import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One record of a collection.
 *
 * @param id its name, unique in the collection, 1..1024 bytes of UTF-8
 * @param text what the record says; the vector is made from it where none is given
 * @param vector as long as the collection's dimension, all components finite; null to have the text
 *     embedded
 * @param metadata any typed values: String, Boolean, Integer, Long, Float, Double, UUID, Instant,
 *     and lists and maps of these; they come back exactly as they went in
 */
public record Point(
        String id, @Nullable String text, float @Nullable [] vector, Map<String, Object> metadata) {

    public Point {
        if (text == null && vector == null) {
            throw new IllegalArgumentException(
                    "record '" + id + "': neither text nor vector (expected: one of them)");
        }
        vector = vector == null ? null : vector.clone();
        metadata = Collections.unmodifiableMap(new LinkedHashMap<>(metadata));
    }

    /** A text to be embedded. */
    public static Point of(String id, String text) {
        return new Point(id, text, null, Map.of());
    }

    /** A text to be embedded, with what else is known of it. */
    public static Point of(String id, String text, Map<String, Object> metadata) {
        return new Point(id, text, null, metadata);
    }

    /** A vector the caller made. */
    public static Point of(String id, float[] vector) {
        return new Point(id, null, vector, Map.of());
    }

    /** A vector the caller made, with what else is known of it. */
    public static Point of(String id, float[] vector, Map<String, Object> metadata) {
        return new Point(id, null, vector, metadata);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Point that
                && id.equals(that.id)
                && Objects.equals(text, that.text)
                && Arrays.equals(vector, that.vector)
                && metadata.equals(that.metadata);
    }

    @Override
    public int hashCode() {
        return Objects.hash(id, text, Arrays.hashCode(vector), metadata);
    }
}
