package dev.engram.db.filter;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** Writes a condition as an object that {@link FilterObject} reads back. */
final class ObjectPrinter {

    private ObjectPrinter() {}

    /** Maps, lists, strings, booleans, Long and Double, as JSON has them. */
    static Map<String, Object> object(Condition condition) {
        return switch (condition) {
            case Condition.Every() -> Map.of();
            case Condition.And(List<Condition> parts, _) ->
                    Map.of(FilterObject.AND, objects(parts));
            case Condition.Or(List<Condition> parts, _) -> Map.of(FilterObject.OR, objects(parts));
            case Condition.Not(Condition part, _) -> Map.of(FilterObject.NOT, object(part));
            case Condition.Test(Operand operand, Match match) -> test(operand, match);
            case Condition.Exists(FieldPath path) -> one(path, "$exists", true);
            case Condition.IsNull(FieldPath path) -> one(path, "$null", true);
            case Condition.Is(FieldPath path, boolean value) -> one(path, "$is", value);
            case Condition.Leann(String field, LeannOperator operator, Object literal) ->
                    Map.of(
                            new FieldPath(List.of(field)).key(),
                            Map.of("$leann", Map.of(operator.spelling(), value(literal))));
        };
    }

    private static List<Object> objects(List<Condition> parts) {
        return parts.stream().<Object>map(ObjectPrinter::object).toList();
    }

    private static Map<String, Object> one(FieldPath path, String key, Object value) {
        return Map.of(path.key(), Map.of(key, value));
    }

    private static Map<String, Object> test(Operand operand, Match match) {
        Map<String, Object> asked = match(match);
        Object value =
                switch (operand.items()) {
                    case NONE -> asked;
                    case ANY -> Map.of("$any", asked);
                    case ALL -> Map.of("$all", asked);
                };
        return Map.of(operand.path().key(), value);
    }

    private static Map<String, Object> match(Match match) {
        return switch (match) {
            case Match.Compare(Match.Order order, Object literal) ->
                    Map.of(order.key(), value(literal));
            case Match.In(List<Object> literals) -> Map.of("$in", value(literals));
            case Match.Between(Object low, Object high) ->
                    Map.of("$between", List.of(value(low), value(high)));
            case Match.Contains(Object literal) -> Map.of("$contains", value(literal));
            case Match.StartsWith(String literal) -> Map.of("$starts_with", literal);
            case Match.EndsWith(String literal) -> Map.of("$ends_with", literal);
            case Match.Like like -> Map.of("$like", like.pattern());
            case Match.Regex regex -> Map.of("$regex", regex.pattern());
        };
    }

    private static Object value(Object literal) {
        return switch (literal) {
            case Instant moment -> Map.of(FilterObject.DATE, moment.toString());
            case UUID id -> Map.of(FilterObject.UUID_, id.toString());
            case List<?> list -> list.stream().map(ObjectPrinter::value).toList();
            default -> literal;
        };
    }
}
