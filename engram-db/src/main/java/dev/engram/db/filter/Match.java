package dev.engram.db.filter;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What is asked of one value. Of null it is unknown. */
public sealed interface Match {

    /** What a value is asked; never of null. */
    Truth of(Object value);

    /** How two values stand to each other. */
    enum Order {
        EQ("=", "$eq"),
        NE("!=", "$ne"),
        LT("<", "$lt"),
        LE("<=", "$lte"),
        GT(">", "$gt"),
        GE(">=", "$gte");

        private final String sign;
        private final String key;

        Order(String sign, String key) {
            this.sign = sign;
            this.key = key;
        }

        String sign() {
            return sign;
        }

        String key() {
            return key;
        }

        /** Whether a comparison came out so, 0 being equal. */
        boolean fits(int order) {
            return switch (this) {
                case EQ -> order == 0;
                case NE -> order != 0;
                case LT -> order < 0;
                case LE -> order <= 0;
                case GT -> order > 0;
                case GE -> order >= 0;
            };
        }
    }

    /**
     * A comparison with a literal. Values of different types differ, and have no order.
     *
     * @param order the comparison
     * @param literal see {@link Literals}
     */
    record Compare(Order order, Object literal) implements Match {

        public Compare {
            literal =
                    switch (order) {
                        case EQ, NE -> Literals.check(literal);
                        case LT, LE, GT, GE -> Literals.ordered(literal);
                    };
        }

        @Override
        public Truth of(Object value) {
            return switch (order) {
                case EQ -> Truth.of(Values.equal(value, literal));
                case NE -> Truth.of(!Values.equal(value, literal));
                case LT, LE, GT, GE -> ordered(value, literal, order);
            };
        }
    }

    private static Truth ordered(Object value, Object literal, Order order) {
        int compared = Values.compare(value, literal);
        return compared == Values.INCOMPARABLE ? Truth.UNKNOWN : Truth.of(order.fits(compared));
    }

    /**
     * Equal to one of them.
     *
     * @param literals up to 10,000
     */
    record In(List<Object> literals) implements Match {

        public In {
            literals = Literals.list(literals);
        }

        @Override
        public Truth of(Object value) {
            for (Object literal : literals) {
                if (Values.equal(value, literal)) {
                    return Truth.TRUE;
                }
            }
            return Truth.FALSE;
        }
    }

    /**
     * Neither less than the one nor more than the other.
     *
     * @param low inclusive
     * @param high inclusive, of a type that compares with the other
     */
    record Between(Object low, Object high) implements Match {

        public Between {
            low = Literals.ordered(low);
            high = Literals.ordered(high);
            if (Values.compare(low, high) == Values.INCOMPARABLE) {
                throw new IllegalArgumentException(
                        "between: %s and %s do not compare (expected: two of one type)"
                                .formatted(low, high));
            }
        }

        @Override
        public Truth of(Object value) {
            int fromLow = Values.compare(value, low);
            int toHigh = Values.compare(value, high);
            if (fromLow == Values.INCOMPARABLE || toHigh == Values.INCOMPARABLE) {
                return Truth.UNKNOWN;
            }
            return Truth.of(fromLow >= 0 && toHigh <= 0);
        }
    }

    /** A string that holds another, or a list that holds a value. */
    record Contains(Object literal) implements Match {

        public Contains {
            literal = Literals.check(literal);
        }

        @Override
        public Truth of(Object value) {
            return switch (value) {
                case String text when literal instanceof String part ->
                        Truth.of(text.contains(part));
                case List<?> list ->
                        Truth.of(list.stream().anyMatch(item -> Values.equal(item, literal)));
                default -> Truth.UNKNOWN;
            };
        }
    }

    /** Of strings only. */
    record StartsWith(String literal) implements Match {

        public StartsWith {
            Literals.check(literal);
        }

        @Override
        public Truth of(Object value) {
            return value instanceof String text
                    ? Truth.of(text.startsWith(literal))
                    : Truth.UNKNOWN;
        }
    }

    /** Of strings only. */
    record EndsWith(String literal) implements Match {

        public EndsWith {
            Literals.check(literal);
        }

        @Override
        public Truth of(Object value) {
            return value instanceof String text ? Truth.of(text.endsWith(literal)) : Truth.UNKNOWN;
        }
    }

    /** A string that fits a {@link Wildcard} as a whole. */
    final class Like implements Match {

        private final String pattern;
        private final Wildcard wildcard;

        public Like(String pattern) {
            Literals.check(pattern);
            this.pattern = pattern;
            this.wildcard = new Wildcard(pattern);
        }

        String pattern() {
            return pattern;
        }

        @Override
        public Truth of(Object value) {
            return value instanceof String text ? Truth.of(wildcard.fits(text)) : Truth.UNKNOWN;
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Like that && pattern.equals(that.pattern);
        }

        @Override
        public int hashCode() {
            return pattern.hashCode();
        }
    }

    /** A string in which a {@link SafePattern} is found. */
    final class Regex implements Match {

        private final String pattern;
        private final SafePattern compiled;

        public Regex(String pattern) {
            Literals.check(pattern);
            this.pattern = pattern;
            this.compiled = new SafePattern(pattern);
        }

        String pattern() {
            return pattern;
        }

        @Override
        public Truth of(Object value) {
            return value instanceof String text ? Truth.of(compiled.fits(text)) : Truth.UNKNOWN;
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Regex that && pattern.equals(that.pattern);
        }

        @Override
        public int hashCode() {
            return pattern.hashCode();
        }
    }
}
