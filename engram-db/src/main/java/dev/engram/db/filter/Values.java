package dev.engram.db.filter;

import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * How values compare: exactly, and only where their types have something in common.
 *
 * <p>Numbers of all types are one kind. A string beside a moment or a UUID is read as one; where it
 * cannot be, the two are of different types. Values of different types are never equal, and have no
 * order.
 */
final class Values {

    /** Neither is before the other. */
    static final int INCOMPARABLE = Integer.MIN_VALUE;

    /** The powers of two at which the range of a long ends. */
    private static final double LONG_END = 0x1p63;

    private static final int UUID_LETTERS = 36;

    private Values() {}

    /** Whether both are the same value; false for NaN, and for values of different types. */
    static boolean equal(@Nullable Object a, @Nullable Object b) {
        return switch (a) {
            case null -> false;
            case Boolean truth -> truth.equals(b);
            case List<?> list -> b instanceof List<?> other && equalLists(list, other);
            default -> compare(a, b) == 0;
        };
    }

    private static boolean equalLists(List<?> a, List<?> b) {
        if (a.size() != b.size()) {
            return false;
        }
        for (int i = 0; i < a.size(); i++) {
            if (!equal(a.get(i), b.get(i))) {
                return false;
            }
        }
        return true;
    }

    /** Less than 0, 0 or more than 0, or {@link #INCOMPARABLE}. */
    static int compare(@Nullable Object a, @Nullable Object b) {
        return switch (a) {
            case Number x when b instanceof Number y -> compareNumbers(x, y);
            case String x when b instanceof String y -> compareTexts(x, y);
            case Instant x -> compareInstants(x, instant(b));
            case UUID x -> compareUuids(x, uuid(b));
            case String x when b instanceof Instant y -> compareInstants(instant(x), y);
            case String x when b instanceof UUID y -> compareUuids(uuid(x), y);
            case null, default -> INCOMPARABLE;
        };
    }

    /** By value, without rounding: 2^53 + 1 as a long is more than 2^53 as a double. */
    static int compareNumbers(Number a, Number b) {
        if (isWhole(a)) {
            return isWhole(b)
                    ? Long.compare(a.longValue(), b.longValue())
                    : compareMixed(a.longValue(), b.doubleValue());
        }
        if (isWhole(b)) {
            int order = compareMixed(b.longValue(), a.doubleValue());
            return order == INCOMPARABLE ? INCOMPARABLE : -order;
        }
        double x = a.doubleValue();
        double y = b.doubleValue();
        if (Double.isNaN(x) || Double.isNaN(y)) {
            return INCOMPARABLE;
        }
        return x < y ? -1 : x > y ? 1 : 0;
    }

    private static boolean isWhole(Number number) {
        return number instanceof Long || number instanceof Integer;
    }

    private static int compareMixed(long a, double b) {
        if (Double.isNaN(b)) {
            return INCOMPARABLE;
        }
        if (b >= LONG_END) {
            return -1;
        }
        if (b < -LONG_END) {
            return 1;
        }
        // Within the range of long, cutting off the fraction is exact.
        long whole = (long) b;
        if (a != whole) {
            return Long.compare(a, whole);
        }
        double fraction = b - whole;
        return fraction > 0 ? -1 : fraction < 0 ? 1 : 0;
    }

    /** By code point; Java's own order puts U+FF00 behind U+1F600. */
    static int compareTexts(String a, String b) {
        int end = Math.min(a.length(), b.length());
        for (int i = 0; i < end; i++) {
            char x = a.charAt(i);
            char y = b.charAt(i);
            if (x != y) {
                return rank(x) < rank(y) ? -1 : 1;
            }
        }
        return Integer.compare(a.length(), b.length());
    }

    /** Surrogates stand for code points above all others. */
    private static int rank(char unit) {
        return Character.isSurrogate(unit) ? unit + 0x10000 : unit;
    }

    private static @Nullable Instant instant(@Nullable Object value) {
        return switch (value) {
            case Instant moment -> moment;
            case String text -> Timestamps.parse(text);
            case null, default -> null;
        };
    }

    private static int compareInstants(@Nullable Instant a, @Nullable Instant b) {
        return a == null || b == null ? INCOMPARABLE : a.compareTo(b);
    }

    private static @Nullable UUID uuid(@Nullable Object value) {
        return switch (value) {
            case UUID id -> id;
            case String text -> parseUuid(text);
            case null, default -> null;
        };
    }

    /** Null where it is not one in its full form. */
    static @Nullable UUID parseUuid(String text) {
        if (text.length() != UUID_LETTERS) {
            return null;
        }
        try {
            UUID id = UUID.fromString(text);
            return id.toString().equalsIgnoreCase(text) ? id : null;
        } catch (IllegalArgumentException _) {
            return null;
        }
    }

    /** As their texts compare. */
    private static int compareUuids(@Nullable UUID a, @Nullable UUID b) {
        if (a == null || b == null) {
            return INCOMPARABLE;
        }
        int high = Long.compareUnsigned(a.getMostSignificantBits(), b.getMostSignificantBits());
        return high != 0
                ? high
                : Long.compareUnsigned(a.getLeastSignificantBits(), b.getLeastSignificantBits());
    }
}
