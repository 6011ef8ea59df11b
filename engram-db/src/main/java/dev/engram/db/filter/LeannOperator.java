package dev.engram.db.filter;

import java.util.List;
import java.util.Map;
import java.util.function.IntPredicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The operators of LEANN's filters. A value that is missing or null fits none of them. */
public enum LeannOperator {
    EQUAL("=="),
    DIFFERENT("!="),
    LESS("<"),
    AT_MOST("<="),
    MORE(">"),
    AT_LEAST(">="),
    IN("in"),
    NOT_IN("not_in"),
    CONTAINS("contains"),
    STARTS_WITH("starts_with"),
    ENDS_WITH("ends_with"),
    IS_TRUE("is_true"),
    IS_FALSE("is_false");

    /** By name. */
    static final Map<String, LeannOperator> BY_NAME =
            Stream.of(values()).collect(Collectors.toMap(LeannOperator::spelling, one -> one));

    /** All of them, for messages. */
    static final String NAMES =
            Stream.of(values()).map(LeannOperator::spelling).collect(Collectors.joining(" "));

    private final String spelling;

    LeannOperator(String spelling) {
        this.spelling = spelling;
    }

    String spelling() {
        return spelling;
    }

    /** Refuses a literal with which it could fit nothing. */
    Object check(Object literal) {
        if ((this == IN || this == NOT_IN) && !(literal instanceof List<?>)) {
            throw new IllegalArgumentException(
                    "value of '" + spelling + "': no list (expected: a list of values)");
        }
        return literal;
    }

    boolean fits(Object value, Object literal) {
        Object field = PythonValues.plain(value);
        Object other = PythonValues.plain(literal);
        return switch (this) {
            case EQUAL -> PythonValues.equal(field, other);
            case DIFFERENT -> !PythonValues.equal(field, other);
            case LESS -> compares(field, other, order -> order < 0);
            case AT_MOST -> compares(field, other, order -> order <= 0);
            case MORE -> compares(field, other, order -> order > 0);
            case AT_LEAST -> compares(field, other, order -> order >= 0);
            case IN -> isIn(field, other);
            case NOT_IN -> !isIn(field, other);
            case CONTAINS -> PythonValues.text(field).contains(PythonValues.text(other));
            case STARTS_WITH -> PythonValues.text(field).startsWith(PythonValues.text(other));
            case ENDS_WITH -> PythonValues.text(field).endsWith(PythonValues.text(other));
            case IS_TRUE -> PythonValues.isTrue(field);
            case IS_FALSE -> !PythonValues.isTrue(field);
        };
    }

    private static boolean isIn(Object value, Object list) {
        return ((List<?>) list).stream().anyMatch(item -> PythonValues.equal(value, item));
    }

    /** Strings as strings; anything else as numbers, or as strings where it is none. */
    private static boolean compares(Object value, Object literal, IntPredicate wanted) {
        if (value instanceof String a && literal instanceof String b) {
            return wanted.test(Values.compareTexts(a, b));
        }
        @Nullable Number a = PythonValues.number(value);
        @Nullable Number b = PythonValues.number(literal);
        if (a == null || b == null) {
            return wanted.test(
                    Values.compareTexts(PythonValues.text(value), PythonValues.text(literal)));
        }
        int order = Values.compareNumbers(a, b);
        return order != Values.INCOMPARABLE && wanted.test(order);
    }
}
