package dev.engram.db.rows;

import dev.engram.error.CorruptException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Typed access to a decoded map.
 *
 * @param what names its origin in exceptions
 * @param map what was decoded
 */
public record Fields(String what, Map<String, @Nullable Object> map) {

    /** An integer or long. */
    public long number(String key) {
        return field(key, Number.class).longValue();
    }

    /** A string. */
    public String text(String key) {
        return field(key, String.class);
    }

    /** A boolean. */
    public boolean flag(String key) {
        return field(key, Boolean.class);
    }

    /** A list. */
    public List<?> list(String key) {
        return field(key, List.class);
    }

    /** A map below this one. */
    public Fields fields(String key) {
        return of(what + "." + key, field(key, Map.class));
    }

    /** Whether there is such a field, and not null. */
    public boolean has(String key) {
        return map.get(key) != null;
    }

    /** A nested map as fields. */
    @SuppressWarnings("unchecked") // The codec's maps have string keys.
    public static Fields of(String what, @Nullable Object map) {
        if (map instanceof Map<?, ?> found) {
            return new Fields(what, (Map<String, @Nullable Object>) found);
        }
        throw new CorruptException(what, 0, "not a map");
    }

    private <T> T field(String key, Class<T> type) {
        Object value = map.get(key);
        if (type.isInstance(value)) {
            return type.cast(value);
        }
        throw new CorruptException(
                what, 0, key + ": " + value + " (expected: " + type.getSimpleName() + ")");
    }
}
