package dev.engram.db.filter;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Values as Python has them, which is where LEANN's operators come from. */
final class PythonValues {

    private static final String DIGITS = "\\d+(?:_\\d+)*";
    private static final Pattern NUMBER =
            Pattern.compile(
                    "[+-]?(?:%1$s(?:\\.(?:%1$s)?)?|\\.%1$s)(?:[eE][+-]?%1$s)?".formatted(DIGITS));
    private static final Pattern INFINITE = Pattern.compile("(?i)([+-]?)inf(?:inity)?");
    private static final Pattern NOT_A_NUMBER = Pattern.compile("(?i)[+-]?nan");

    /** Longer ones are taken for words, and need no deep stack to find out. */
    private static final int NUMBER_LETTERS_MAX = 1_000;

    private static final int PLAIN_EXPONENT_MIN = -4;
    private static final int PLAIN_EXPONENT_END = 16;

    private PythonValues() {}

    /** A moment or a UUID is a string there. */
    static Object plain(Object value) {
        return switch (value) {
            case Instant moment -> moment.toString();
            case UUID id -> id.toString();
            default -> value;
        };
    }

    /** {@code a == b}: True is 1, and a string is no number. */
    static boolean equal(@Nullable Object a, @Nullable Object b) {
        if (a == null || b == null) {
            return a == null && b == null;
        }
        return switch (numeral(plain(a))) {
            case Number x when numeral(plain(b)) instanceof Number y ->
                    Values.compareNumbers(x, y) == 0;
            case List<?> list -> b instanceof List<?> other && equalLists(list, other);
            case Map<?, ?> map -> b instanceof Map<?, ?> other && equalMaps(map, other);
            case Object x -> x.equals(plain(b));
        };
    }

    private static Object numeral(Object value) {
        return value instanceof Boolean truth ? (Object) (truth ? 1L : 0L) : value;
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

    private static boolean equalMaps(Map<?, ?> a, Map<?, ?> b) {
        return a.keySet().equals(b.keySet())
                && a.keySet().stream().allMatch(key -> equal(a.get(key), b.get(key)));
    }

    /** {@code float(value)}, whole numbers and booleans staying exact; null where it is none. */
    static @Nullable Number number(Object value) {
        return switch (numeral(value)) {
            case Number number -> number;
            case String text -> parse(text.strip());
            default -> null;
        };
    }

    private static @Nullable Number parse(String text) {
        if (text.length() > NUMBER_LETTERS_MAX) {
            return null;
        }
        if (NUMBER.matcher(text).matches()) {
            return Double.parseDouble(text.replace("_", ""));
        }
        if (NOT_A_NUMBER.matcher(text).matches()) {
            return Double.NaN;
        }
        if (INFINITE.matcher(text).matches()) {
            return text.startsWith("-") ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY;
        }
        return null;
    }

    /** {@code bool(value)}. */
    static boolean isTrue(Object value) {
        return switch (numeral(value)) {
            case Number number -> number.doubleValue() != 0;
            case String text -> !text.isEmpty();
            case List<?> list -> !list.isEmpty();
            case Map<?, ?> map -> !map.isEmpty();
            default -> true;
        };
    }

    /** {@code str(value)}. */
    static String text(Object value) {
        return value instanceof String text ? text : quoted(value);
    }

    /** {@code repr(value)}. */
    private static String quoted(@Nullable Object value) {
        return switch (value == null ? null : plain(value)) {
            case null -> "None";
            case Boolean truth -> truth ? "True" : "False";
            case Float number -> decimal(number.doubleValue());
            case Double number -> decimal(number);
            case String text -> quotedText(text);
            case List<?> list ->
                    list.stream()
                            .map(PythonValues::quoted)
                            .collect(Collectors.joining(", ", "[", "]"));
            case Map<?, ?> map ->
                    map.entrySet().stream()
                            .map(e -> quoted(e.getKey()) + ": " + quoted(e.getValue()))
                            .collect(Collectors.joining(", ", "{", "}"));
            case Object other -> other.toString();
        };
    }

    private static String quotedText(String text) {
        char quote = text.indexOf('\'') >= 0 && text.indexOf('"') < 0 ? '"' : '\'';
        String escaped =
                text.replace("\\", "\\\\")
                        .replace("\n", "\\n")
                        .replace("\r", "\\r")
                        .replace("\t", "\\t");
        return quote + (quote == '\'' ? escaped.replace("'", "\\'") : escaped) + quote;
    }

    /** The fewest digits that name the number, with an exponent where it is large or small. */
    private static String decimal(double value) {
        if (!Double.isFinite(value)) {
            return Double.isNaN(value) ? "nan" : value > 0 ? "inf" : "-inf";
        }
        if (value == 0) {
            return Double.toString(value);
        }
        BigDecimal digits = new BigDecimal(Double.toString(value)).stripTrailingZeros();
        int exponent = digits.precision() - digits.scale() - 1;
        if (exponent >= PLAIN_EXPONENT_MIN && exponent < PLAIN_EXPONENT_END) {
            return digits.scale() <= 0 ? digits.toPlainString() + ".0" : digits.toPlainString();
        }
        String mantissa = digits.movePointLeft(exponent).stripTrailingZeros().toPlainString();
        return "%se%s%02d".formatted(mantissa, exponent < 0 ? "-" : "+", Math.abs(exponent));
    }
}
