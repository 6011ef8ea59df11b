package dev.engram.db.filter;

import dev.engram.db.rows.ValueCodec;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The values that a filter can name: String, Boolean, Long, Double, Instant, UUID and lists of
 * these.
 */
final class Literals {

    /** How many values a list can have. */
    static final int LIST_MAX = 10_000;

    private static final int DEPTH_MAX = 8;

    private Literals() {}

    /** The value in the one form that its type has here; anything else is the caller's mistake. */
    static Object check(@Nullable Object value) {
        return check(value, 0);
    }

    private static Object check(@Nullable Object value, int depth) {
        return switch (value) {
            case null ->
                    throw new IllegalArgumentException(
                            "value: null (expected: a value; IS NULL finds what has none)");
            case String text -> text(text);
            case Boolean truth -> truth;
            case Long number -> number;
            case Integer number -> number.longValue();
            case Double number -> finite(number);
            case Float number -> finite(number.doubleValue());
            case Instant moment -> moment;
            case UUID id -> id;
            case List<?> list -> list(list, depth + 1);
            default ->
                    throw new IllegalArgumentException(
                            "value of %s (expected: String, Boolean, Integer, Long, Float, Double, Instant, UUID or a List of these)"
                                    .formatted(value.getClass().getName()));
        };
    }

    private static String text(String text) {
        int half = ValueCodec.findLoneSurrogate(text);
        if (half >= 0) {
            throw new IllegalArgumentException(
                    "value: half a character at " + half + " (expected: whole Unicode characters)");
        }
        return text;
    }

    private static Double finite(double number) {
        if (!Double.isFinite(number)) {
            throw new IllegalArgumentException("value: " + number + " (expected: a finite number)");
        }
        return number;
    }

    static List<Object> list(List<?> values) {
        return list(values, 0);
    }

    private static List<Object> list(List<?> values, int depth) {
        if (depth > DEPTH_MAX) {
            throw new IllegalArgumentException(
                    "value: lists nested deeper than " + DEPTH_MAX + " (expected: flatter)");
        }
        if (values.size() > LIST_MAX) {
            throw new IllegalArgumentException(
                    "list: %d values (expected: at most %d)".formatted(values.size(), LIST_MAX));
        }
        List<Object> checked = new ArrayList<>(values.size());
        for (Object value : values) {
            checked.add(check(value, depth));
        }
        return List.copyOf(checked);
    }

    /** A value of a type whose values come one after the other. */
    static Object ordered(@Nullable Object value) {
        Object checked = check(value);
        if (checked instanceof Boolean || checked instanceof List<?>) {
            throw new IllegalArgumentException(
                    "value: %s has no order (expected: a number, a string, a timestamp or a UUID)"
                            .formatted(checked instanceof List<?> ? "a list" : checked));
        }
        return checked;
    }
}
