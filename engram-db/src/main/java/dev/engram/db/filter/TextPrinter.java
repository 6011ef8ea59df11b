package dev.engram.db.filter;

import dev.engram.db.filter.Operand.Items;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;

/** Writes a condition so that {@link FilterText} reads the same one. */
public final class TextPrinter {

    private TextPrinter() {}

    /** The condition in the language that resembles SQL. */
    public static String text(Condition condition) {
        return switch (condition) {
            case Condition.Every() -> "TRUE";
            case Condition.And(List<Condition> parts, _) -> joined(parts, " AND ");
            case Condition.Or(List<Condition> parts, _) -> joined(parts, " OR ");
            case Condition.Not(Condition part, _) -> not(part);
            case Condition.Test(Operand operand, Match match) -> test(operand, "", match);
            case Condition.Exists(FieldPath path) -> "EXISTS " + path.text();
            case Condition.IsNull(FieldPath path) -> path.text() + " IS NULL";
            case Condition.Is(FieldPath path, boolean value) ->
                    path.text() + (value ? " IS TRUE" : " IS FALSE");
            case Condition.Leann(String field, LeannOperator operator, Object literal) ->
                    "LEANN(%s, '%s', %s)"
                            .formatted(
                                    new FieldPath(List.of(field)).text(),
                                    operator.spelling(),
                                    value(literal));
        };
    }

    private static String joined(List<Condition> parts, String word) {
        return parts.stream().map(TextPrinter::bracketed).collect(Collectors.joining(word));
    }

    private static String bracketed(Condition part) {
        boolean joined = part instanceof Condition.And || part instanceof Condition.Or;
        return joined ? "(" + text(part) + ")" : text(part);
    }

    private static String not(Condition part) {
        return switch (part) {
            case Condition.Test(Operand operand, Match match)
                    when !(match instanceof Match.Compare) ->
                    test(operand, "NOT ", match);
            case Condition.IsNull(FieldPath path) -> path.text() + " IS NOT NULL";
            case Condition.Is(FieldPath path, boolean value) ->
                    path.text() + (value ? " IS NOT TRUE" : " IS NOT FALSE");
            default -> "NOT " + bracketed(part);
        };
    }

    private static String test(Operand operand, String not, Match match) {
        String path = operand.path().text();
        String field = operand.items() == Items.NONE ? path : operand.items() + "(" + path + ")";
        return field + " " + not + match(match);
    }

    private static String match(Match match) {
        return switch (match) {
            case Match.Compare(Match.Order order, Object literal) ->
                    order.sign() + " " + value(literal);
            case Match.In(List<Object> literals) -> "IN (" + values(literals) + ")";
            case Match.Between(Object low, Object high) ->
                    "BETWEEN " + value(low) + " AND " + value(high);
            case Match.Contains(Object literal) -> "CONTAINS " + value(literal);
            case Match.StartsWith(String literal) -> "STARTS_WITH " + value(literal);
            case Match.EndsWith(String literal) -> "ENDS_WITH " + value(literal);
            case Match.Like like -> "LIKE " + value(like.pattern());
            case Match.Regex regex -> "MATCHES " + value(regex.pattern());
        };
    }

    private static String values(List<?> literals) {
        return literals.stream().map(TextPrinter::value).collect(Collectors.joining(", "));
    }

    private static String value(Object literal) {
        return switch (literal) {
            case String text -> "'" + text.replace("'", "''") + "'";
            case Boolean truth -> truth ? "TRUE" : "FALSE";
            case Instant moment -> "TIMESTAMP '" + moment + "'";
            case UUID id -> "UUID '" + id + "'";
            case List<?> list -> "[" + values(list) + "]";
            default -> literal.toString();
        };
    }
}
