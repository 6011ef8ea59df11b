package dev.engram.db.filter;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A second opinion on what a condition says: numbers as decimals, patterns by the JDK, true as 1,
 * false as 0 and the unknown in the middle.
 */
final class NaiveTruth {

    private static final double UNKNOWN = 0.5;

    private final Map<String, @Nullable Object> record;

    NaiveTruth(Map<String, @Nullable Object> record) {
        this.record = record;
    }

    double of(Condition condition) {
        return switch (condition) {
            case Condition.Every() -> 1;
            case Condition.And(List<Condition> parts, _) ->
                    parts.stream().mapToDouble(this::of).min().orElseThrow();
            case Condition.Or(List<Condition> parts, _) ->
                    parts.stream().mapToDouble(this::of).max().orElseThrow();
            case Condition.Not(Condition part, _) -> 1 - of(part);
            case Condition.Exists(FieldPath path) -> truth(holds(path));
            case Condition.IsNull(FieldPath path) -> truth(find(path) == null);
            case Condition.Is(FieldPath path, boolean value) ->
                    truth(Boolean.valueOf(value).equals(find(path)));
            case Condition.Test(Operand operand, Match match) -> test(operand, match);
            case Condition.Leann leann ->
                    throw new IllegalArgumentException(leann + " has a table of its own");
        };
    }

    private static double truth(boolean value) {
        return value ? 1 : 0;
    }

    private @Nullable Object find(FieldPath path) {
        Object value = record;
        for (String name : path.names()) {
            value = value instanceof Map<?, ?> map ? map.get(name) : null;
        }
        return value;
    }

    private boolean holds(FieldPath path) {
        Object value = record;
        for (String name : path.names()) {
            if (!(value instanceof Map<?, ?> map) || !map.containsKey(name)) {
                return false;
            }
            value = map.get(name);
        }
        return true;
    }

    private double test(Operand operand, Match match) {
        Object value = find(operand.path());
        if (operand.items() == Operand.Items.NONE) {
            return asks(match, value);
        }
        if (!(value instanceof List<?> list)) {
            return UNKNOWN;
        }
        return operand.items() == Operand.Items.ANY
                ? list.stream().mapToDouble(item -> asks(match, item)).max().orElse(0)
                : list.stream().mapToDouble(item -> asks(match, item)).min().orElse(1);
    }

    private static double asks(Match match, @Nullable Object value) {
        if (value == null) {
            return UNKNOWN;
        }
        return switch (match) {
            case Match.Compare(Match.Order order, Object literal) ->
                    switch (order) {
                        case EQ -> truth(same(value, literal));
                        case NE -> truth(!same(value, literal));
                        case LT -> below(value, literal, false);
                        case GT -> below(literal, value, false);
                        case LE -> below(value, literal, true);
                        case GE -> below(literal, value, true);
                    };
            case Match.In(List<Object> all) ->
                    truth(all.stream().anyMatch(literal -> same(value, literal)));
            case Match.Between(Object low, Object high) -> between(value, low, high);
            case Match.Contains(Object literal) ->
                    switch (value) {
                        case List<?> list ->
                                truth(list.stream().anyMatch(item -> same(item, literal)));
                        case String text when literal instanceof String part ->
                                truth(text.contains(part));
                        default -> UNKNOWN;
                    };
            case Match.StartsWith(String part) -> fits(value, Pattern.quote(part) + ".*");
            case Match.EndsWith(String part) -> fits(value, ".*" + Pattern.quote(part));
            case Match.Like like -> fits(value, regex(like.pattern()));
            case Match.Regex regex ->
                    value instanceof String text
                            ? truth(Pattern.compile(regex.pattern()).matcher(text).find())
                            : UNKNOWN;
        };
    }

    private static double between(Object value, Object low, Object high) {
        double from = below(low, value, true);
        double to = below(value, high, true);
        return from == UNKNOWN || to == UNKNOWN ? UNKNOWN : Math.min(from, to);
    }

    private static double fits(Object value, String regex) {
        return value instanceof String text
                ? truth(Pattern.compile(regex, Pattern.DOTALL).matcher(text).matches())
                : UNKNOWN;
    }

    private static String regex(String like) {
        StringBuilder regex = new StringBuilder();
        for (int i = 0; i < like.length(); i++) {
            char letter = like.charAt(i);
            switch (letter) {
                case '%' -> regex.append(".*");
                case '_' -> regex.append('.');
                case '\\' -> regex.append(Pattern.quote(like.substring(++i, i + 1)));
                default -> regex.append(Pattern.quote(String.valueOf(letter)));
            }
        }
        return regex.toString();
    }

    private static boolean same(@Nullable Object a, @Nullable Object b) {
        if (a instanceof Boolean) {
            return a.equals(b);
        }
        if (a instanceof List<?> x && b instanceof List<?> y) {
            boolean same = x.size() == y.size();
            for (int i = 0; same && i < x.size(); i++) {
                same = same(x.get(i), y.get(i));
            }
            return same;
        }
        return a != null && b != null && below(a, b, true) == 1 && below(b, a, true) == 1;
    }

    /** Whether a is less than b, or equal where that will do. */
    private static double below(Object a, Object b, boolean equal) {
        Integer order = null;
        if (a instanceof Number x && b instanceof Number y) {
            boolean finite = Double.isFinite(x.doubleValue()) && Double.isFinite(y.doubleValue());
            order = finite ? decimal(x).compareTo(decimal(y)) : null;
        } else if (a instanceof String x && b instanceof String y) {
            order = Arrays.compare(x.codePoints().toArray(), y.codePoints().toArray());
        } else if (moment(a) != null
                && moment(b) != null
                && (a instanceof Instant || b instanceof Instant)) {
            order = moment(a).compareTo(moment(b));
        } else if ((a instanceof UUID || b instanceof UUID) && isUuid(a) && isUuid(b)) {
            order = a.toString().compareTo(b.toString());
        }
        return order == null ? UNKNOWN : truth(equal ? order <= 0 : order < 0);
    }

    /** Of the strings that random records have, those of 36 letters are UUIDs. */
    private static boolean isUuid(Object value) {
        return value instanceof UUID || (value instanceof String text && text.length() == 36);
    }

    private static BigDecimal decimal(Number number) {
        return number instanceof Float || number instanceof Double
                ? new BigDecimal(number.doubleValue())
                : BigDecimal.valueOf(number.longValue());
    }

    /** Of the strings that random records have, one is a date. */
    private static @Nullable Instant moment(Object value) {
        if (value instanceof Instant moment) {
            return moment;
        }
        return value.equals("2024-01-31") ? Instant.parse("2024-01-31T00:00:00Z") : null;
    }
}
