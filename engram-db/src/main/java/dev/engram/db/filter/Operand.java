package dev.engram.db.filter;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link Match} is asked of: a value, or the items of a list.
 *
 * @param path where it stands
 * @param items how many of the items must match
 */
public record Operand(FieldPath path, Items items) {

    /** Which items of a list. */
    public enum Items {
        /** The value itself is meant, be it a list. */
        NONE,
        /** At least one; none of an empty list. */
        ANY,
        /** Every one; so it is with an empty list. */
        ALL
    }

    Truth test(Map<String, ? extends @Nullable Object> metadata, Match match) {
        Object value = path.find(metadata);
        if (value == null) {
            return Truth.UNKNOWN;
        }
        return switch (items) {
            case NONE -> match.of(value);
            case ANY -> value instanceof List<?> list ? any(list, match) : Truth.UNKNOWN;
            case ALL -> value instanceof List<?> list ? all(list, match) : Truth.UNKNOWN;
        };
    }

    private static Truth any(List<?> list, Match match) {
        Truth any = Truth.FALSE;
        for (Object item : list) {
            Truth one = item == null ? Truth.UNKNOWN : match.of(item);
            if (one == Truth.TRUE) {
                return one;
            }
            any = one == Truth.UNKNOWN ? one : any;
        }
        return any;
    }

    private static Truth all(List<?> list, Match match) {
        Truth all = Truth.TRUE;
        for (Object item : list) {
            Truth one = item == null ? Truth.UNKNOWN : match.of(item);
            if (one == Truth.FALSE) {
                return one;
            }
            all = one == Truth.UNKNOWN ? one : all;
        }
        return all;
    }
}
