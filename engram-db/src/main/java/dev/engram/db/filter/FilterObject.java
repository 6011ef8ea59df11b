package dev.engram.db.filter;

import dev.engram.db.filter.Match.Order;
import dev.engram.db.filter.Operand.Items;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Reads filters that are objects: those that resemble Mongo's, and LEANN's.
 *
 * <pre>
 *   {"year": {"$gt": 2020}, "tag": "new"}          all of them
 *   {"$or": [{...}, {...}]}  {"$not": {...}}
 *   {"scores": {"$any": {"$gt": 3}}}               one item of a list
 *   {"year": {">": 2020}}                          LEANN: an operator without a dollar
 * </pre>
 *
 * Errors name the place with a JSON pointer (RFC 6901).
 */
public final class FilterObject {

    static final String AND = "$and";
    static final String OR = "$or";
    static final String NOT = "$not";
    static final String DATE = "$date";
    static final String UUID_ = "$uuid";

    private static final int POINTER_KEYS_MAX = 20;
    private static final int KEY_LETTERS_MAX = 60;

    private static final List<String> JOINTS = List.of(AND, OR, NOT);

    private static final List<String> OPERATORS =
            List.of(
                    "$eq",
                    "$ne",
                    "$gt",
                    "$gte",
                    "$lt",
                    "$lte",
                    "$in",
                    "$nin",
                    "$between",
                    "$contains",
                    "$starts_with",
                    "$ends_with",
                    "$like",
                    "$regex",
                    "$exists",
                    "$null",
                    "$is",
                    "$any",
                    "$all",
                    NOT,
                    "$leann");

    private static final List<String> ALL_OPERATORS =
            Stream.concat(OPERATORS.stream(), LeannOperator.BY_NAME.keySet().stream()).toList();

    private final KnownFields known;
    private final List<String> place = new ArrayList<>();

    /** Reads filters that name only these fields. */
    public FilterObject(KnownFields known) {
        this.known = known;
    }

    /** The condition of an object; IllegalArgumentException says where it is wrong. */
    public Condition read(Map<?, ?> filter) {
        return all(filter);
    }

    private Condition all(Map<?, ?> filter) {
        List<Condition> parts = new ArrayList<>();
        for (Map.Entry<?, ?> entry : filter.entrySet()) {
            String key = String.valueOf(entry.getKey());
            parts.add(within(key, () -> entry(key, entry.getValue())));
        }
        return parts.isEmpty() ? new Condition.Every() : join(() -> Condition.and(parts));
    }

    private <T> T within(String key, Supplier<T> reading) {
        if (place.size() > 3 * Condition.DEPTH_MAX) {
            throw refuse("nested deeper than " + Condition.DEPTH_MAX + " (expected: flatter)");
        }
        place.add(key);
        T read = reading.get();
        place.removeLast();
        return read;
    }

    private Condition entry(String key, @Nullable Object value) {
        return switch (key) {
            case AND -> {
                List<Condition> parts = parts(value);
                yield join(() -> Condition.and(parts));
            }
            case OR -> {
                List<Condition> parts = parts(value);
                yield join(() -> Condition.or(parts));
            }
            case NOT -> {
                Condition part = all(object(value));
                yield join(() -> new Condition.Not(part));
            }
            default -> {
                if (key.startsWith("$")) {
                    throw unknown(key, JOINTS);
                }
                yield field(key, value);
            }
        };
    }

    private List<Condition> parts(@Nullable Object value) {
        if (!(value instanceof List<?> list) || list.isEmpty()) {
            throw refuse(shown(value) + " (expected: an array of one filter or more)");
        }
        List<Condition> parts = new ArrayList<>();
        for (int i = 0; i < list.size(); i++) {
            Object part = list.get(i);
            parts.add(within(Integer.toString(i), () -> all(object(part))));
        }
        return parts;
    }

    private Map<?, ?> object(@Nullable Object value) {
        if (value instanceof Map<?, ?> map) {
            return map;
        }
        throw refuse(shown(value) + " (expected: an object)");
    }

    private Condition field(String key, @Nullable Object value) {
        boolean leann = value instanceof Map<?, ?> map && isLeann(map);
        FieldPath path =
                join(() -> leann ? new FieldPath(List.of(leannField(key))) : FieldPath.of(key));
        String trouble = leann ? known.trouble(leannField(key)) : known.trouble(path);
        if (trouble != null) {
            throw refuse(trouble);
        }
        return asked(path, value);
    }

    private Condition asked(FieldPath path, @Nullable Object value) {
        if (value == null) {
            return new Condition.IsNull(path);
        }
        if (!(value instanceof Map<?, ?> asked) || isValue(asked)) {
            return match(new Operand(path, Items.NONE), "$eq", value);
        }
        if (asked.isEmpty()) {
            throw refuse("an empty object (expected: an operator, as in {\"$eq\": 1})");
        }
        List<Condition> parts = new ArrayList<>();
        for (Map.Entry<?, ?> entry : asked.entrySet()) {
            String operator = String.valueOf(entry.getKey());
            parts.add(within(operator, () -> operator(path, operator, entry.getValue())));
        }
        return join(() -> Condition.and(parts));
    }

    /** LEANN's fields are plain names; backticks may stand around one that begins with a dollar. */
    private static String leannField(String key) {
        return key.startsWith("`$") && key.endsWith("`") ? FieldPath.unquote(key) : key;
    }

    private static boolean isLeann(Map<?, ?> asked) {
        return !asked.isEmpty()
                && asked.keySet().stream().allMatch(key -> LeannOperator.BY_NAME.containsKey(key));
    }

    private static boolean isValue(Map<?, ?> asked) {
        return asked.size() == 1 && (asked.containsKey(DATE) || asked.containsKey(UUID_));
    }

    private Condition operator(FieldPath path, String key, @Nullable Object value) {
        LeannOperator leann = LeannOperator.BY_NAME.get(key);
        if (leann != null) {
            return leann(path, leann, value);
        }
        return switch (key) {
            case "$exists" -> unless(flag(value), new Condition.Exists(path));
            case "$null" -> unless(flag(value), new Condition.IsNull(path));
            case "$is" -> new Condition.Is(path, flag(value));
            case "$nin" -> {
                Condition in = match(new Operand(path, Items.NONE), "$in", value);
                yield join(() -> new Condition.Not(in));
            }
            case "$eq", "$ne" -> {
                Condition none = new Condition.IsNull(path);
                yield value == null
                        ? unless(key.equals("$eq"), none)
                        : match(new Operand(path, Items.NONE), key, value);
            }
            case NOT -> {
                if (object(value).isEmpty() || isValue(object(value))) {
                    throw refuse(shown(value) + " (expected: an operator)");
                }
                Condition part = asked(path, value);
                yield join(() -> new Condition.Not(part));
            }
            case "$any" -> items(new Operand(path, Items.ANY), value);
            case "$all" -> items(new Operand(path, Items.ALL), value);
            case "$leann" -> viaLeann(path, value);
            default -> match(new Operand(path, Items.NONE), key, value);
        };
    }

    private Condition leann(FieldPath path, LeannOperator operator, @Nullable Object value) {
        Object literal = literal(value);
        String field = path.names().getFirst();
        if (path.names().size() > 1) {
            throw refuse(
                    "'%s' is LEANN's, which has no paths (expected: a plain field, or an operator with a dollar)"
                            .formatted(operator.spelling()));
        }
        return join(() -> new Condition.Leann(field, operator, literal));
    }

    private Condition viaLeann(FieldPath path, @Nullable Object value) {
        Asked asked = only(value);
        LeannOperator operator = LeannOperator.BY_NAME.get(asked.operator);
        if (operator == null) {
            throw refuse(
                    "'%s' is no operator of LEANN (expected: %s)"
                            .formatted(asked.operator, LeannOperator.NAMES));
        }
        return leann(path, operator, asked.value);
    }

    private Condition items(Operand operand, @Nullable Object value) {
        Asked asked = only(value);
        return within(asked.operator, () -> match(operand, asked.operator, asked.value));
    }

    private record Asked(String operator, @Nullable Object value) {}

    private Asked only(@Nullable Object value) {
        Map<?, ?> asked = object(value);
        if (asked.size() != 1) {
            throw refuse("%d operators (expected: one)".formatted(asked.size()));
        }
        Map.Entry<?, ?> entry = asked.entrySet().iterator().next();
        return new Asked(String.valueOf(entry.getKey()), entry.getValue());
    }

    private Condition unless(boolean plain, Condition condition) {
        return plain ? condition : join(() -> new Condition.Not(condition));
    }

    private boolean flag(@Nullable Object value) {
        if (value instanceof Boolean flag) {
            return flag;
        }
        throw refuse(shown(value) + " (expected: true or false)");
    }

    private Condition match(Operand operand, String key, @Nullable Object value) {
        for (Order order : Order.values()) {
            if (order.key().equals(key)) {
                Object literal = literal(value);
                return test(operand, () -> new Match.Compare(order, literal));
            }
        }
        return switch (key) {
            case "$in" -> {
                List<Object> literals = literals(value);
                yield test(operand, () -> new Match.In(literals));
            }
            case "$between" -> {
                List<Object> two = literals(value);
                if (two.size() != 2) {
                    throw refuse(two.size() + " values (expected: 2)");
                }
                yield test(operand, () -> new Match.Between(two.get(0), two.get(1)));
            }
            case "$contains" -> {
                Object literal = literal(value);
                yield test(operand, () -> new Match.Contains(literal));
            }
            case "$starts_with" -> test(operand, () -> new Match.StartsWith(string(value)));
            case "$ends_with" -> test(operand, () -> new Match.EndsWith(string(value)));
            case "$like" -> test(operand, () -> new Match.Like(string(value)));
            case "$regex" -> test(operand, () -> new Match.Regex(string(value)));
            default -> throw unknown(key, ALL_OPERATORS);
        };
    }

    private Condition test(Operand operand, Supplier<Match> match) {
        return join(() -> new Condition.Test(operand, match.get()));
    }

    private static String string(@Nullable Object value) {
        if (value instanceof String text) {
            return text;
        }
        throw new IllegalArgumentException(shown(value) + " (expected: a string)");
    }

    private List<Object> literals(@Nullable Object value) {
        if (!(value instanceof List<?> list)) {
            throw refuse(shown(value) + " (expected: an array of values)");
        }
        List<Object> literals = new ArrayList<>();
        for (int i = 0; i < list.size(); i++) {
            Object item = list.get(i);
            literals.add(within(Integer.toString(i), () -> literal(item)));
        }
        return literals;
    }

    private Object literal(@Nullable Object value) {
        return switch (value) {
            case List<?> list -> join(() -> Literals.check(literals(list)));
            case Map<?, ?> map when isValue(map) -> typed(map);
            case Map<?, ?> _ ->
                    throw refuse(
                            "an object (expected: a value; fields of fields are written \"a.b\")");
            case null, default -> join(() -> Literals.check(value));
        };
    }

    private Object typed(Map<?, ?> map) {
        boolean date = map.containsKey(DATE);
        String text = join(() -> string(map.get(date ? DATE : UUID_)));
        Object value = date ? Timestamps.parse(text) : Values.parseUuid(text);
        if (value == null) {
            String expected = date ? "a timestamp like 2024-01-31T12:00:00Z" : "a UUID";
            throw refuse(shown(text) + " (expected: " + expected + ")");
        }
        return value;
    }

    /** Says where a value stands that a condition refuses. */
    private <T> T join(Supplier<T> made) {
        try {
            return made.get();
        } catch (IllegalArgumentException e) {
            String message = String.valueOf(e.getMessage());
            if (e instanceof Misplaced) {
                throw e;
            }
            IllegalArgumentException placed = refuse(message);
            placed.initCause(e);
            throw placed;
        }
    }

    private IllegalArgumentException unknown(String key, List<String> operators) {
        String hint = Words.suggestion(key, operators);
        String expected =
                hint.isEmpty() ? " (expected: " + String.join(" ", operators) + ")" : hint;
        return refuse("'%s' is no operator%s".formatted(key, expected));
    }

    private IllegalArgumentException refuse(String mistake) {
        StringBuilder pointer = new StringBuilder();
        for (String key : place.subList(0, Math.min(place.size(), POINTER_KEYS_MAX))) {
            String shown = key.length() > KEY_LETTERS_MAX ? key.substring(0, KEY_LETTERS_MAX) : key;
            pointer.append('/').append(shown.replace("~", "~0").replace("/", "~1"));
        }
        String where = pointer.isEmpty() ? "filter" : "filter, at " + pointer;
        return new Misplaced(where + ": " + mistake);
    }

    private static String shown(@Nullable Object value) {
        return switch (value) {
            case null -> "null";
            case Map<?, ?> _ -> "an object";
            case List<?> list -> list.isEmpty() ? "an empty array" : "an array";
            case String text -> text.length() > KEY_LETTERS_MAX ? "a string" : "'" + text + "'";
            default -> value.toString();
        };
    }

    /** Its message says where already. */
    private static final class Misplaced extends IllegalArgumentException {

        private static final long serialVersionUID = 1L;

        Misplaced(String message) {
            super(message);
        }
    }
}
