package dev.engram.db.filter;

import java.util.ArrayList;
import java.util.List;

/**
 * What a filter asks of a record: the one tree that all spellings are read into, and written from.
 *
 * <p>An AND holds no AND and an OR no OR, so that one meaning has one tree.
 */
public sealed interface Condition {

    /** How deep conditions may be nested. */
    int DEPTH_MAX = 100;

    /** How many an AND or an OR may join. */
    int PARTS_MAX = 10_000;

    /** What it says of a record. */
    Truth of(Subject subject);

    /** Whether it is true of a record. */
    default boolean accepts(Subject subject) {
        return of(subject) == Truth.TRUE;
    }

    /** How many conditions stand in each other. */
    int depth();

    /** Every record. */
    record Every() implements Condition {

        @Override
        public Truth of(Subject subject) {
            return Truth.TRUE;
        }

        @Override
        public int depth() {
            return 1;
        }
    }

    /**
     * False where one is, else unknown where one is.
     *
     * @param parts two or more, none of them an AND
     */
    record And(List<Condition> parts, int depth) implements Condition {

        public And {
            parts = List.copyOf(parts);
            checkParts(parts);
        }

        @Override
        public Truth of(Subject subject) {
            Truth all = Truth.TRUE;
            for (Condition part : parts) {
                Truth one = part.of(subject);
                if (one == Truth.FALSE) {
                    return one;
                }
                all = one == Truth.UNKNOWN ? one : all;
            }
            return all;
        }
    }

    /**
     * True where one is, else unknown where one is.
     *
     * @param parts two or more, none of them an OR
     */
    record Or(List<Condition> parts, int depth) implements Condition {

        public Or {
            parts = List.copyOf(parts);
            checkParts(parts);
        }

        @Override
        public Truth of(Subject subject) {
            Truth any = Truth.FALSE;
            for (Condition part : parts) {
                Truth one = part.of(subject);
                if (one == Truth.TRUE) {
                    return one;
                }
                any = one == Truth.UNKNOWN ? one : any;
            }
            return any;
        }
    }

    /** The contrary; of the unknown that is unknown. */
    record Not(Condition part, int depth) implements Condition {

        /** Checks how deep it is. */
        public Not(Condition part) {
            this(part, deeper(List.of(part)));
        }

        @Override
        public Truth of(Subject subject) {
            return part.of(subject).not();
        }
    }

    /** A value that matches. */
    record Test(Operand operand, Match match) implements Condition {

        @Override
        public Truth of(Subject subject) {
            return operand.test(subject.metadata(), match);
        }

        @Override
        public int depth() {
            return 1;
        }
    }

    /** The field is there, be its value null. Never unknown. */
    record Exists(FieldPath path) implements Condition {

        @Override
        public Truth of(Subject subject) {
            return Truth.of(path.exists(subject.metadata()));
        }

        @Override
        public int depth() {
            return 1;
        }
    }

    /** The field is not there, or its value is null. Never unknown. */
    record IsNull(FieldPath path) implements Condition {

        @Override
        public Truth of(Subject subject) {
            return Truth.of(path.find(subject.metadata()) == null);
        }

        @Override
        public int depth() {
            return 1;
        }
    }

    /** The value is that boolean, and nothing that resembles it. Never unknown. */
    record Is(FieldPath path, boolean value) implements Condition {

        @Override
        public Truth of(Subject subject) {
            Object found = path.find(subject.metadata());
            return Truth.of(found instanceof Boolean truth && truth == value);
        }

        @Override
        public int depth() {
            return 1;
        }
    }

    /**
     * One of LEANN's operators, which have rules of their own. Never unknown.
     *
     * @param field a name, which may have dots in it
     * @param operator see there
     * @param literal what it is compared with
     */
    record Leann(String field, LeannOperator operator, Object literal) implements Condition {

        public Leann {
            if (field.equals("score")) {
                throw new IllegalArgumentException(
                        "field 'score': a filter comes before scores are computed (expected: id,"
                                + " text or a field of the metadata)");
            }
            literal = operator.check(Literals.check(literal));
        }

        @Override
        public Truth of(Subject subject) {
            Object own =
                    switch (field) {
                        case "id" -> subject.id();
                        case "text" -> subject.text();
                        default -> null;
                    };
            Object value = own == null ? subject.metadata().get(field) : own;
            return Truth.of(value != null && operator.fits(value, literal));
        }

        @Override
        public int depth() {
            return 1;
        }
    }

    /** All of them. */
    static Condition and(List<Condition> conditions) {
        List<Condition> parts = new ArrayList<>();
        for (Condition condition : conditions) {
            if (condition instanceof And and) {
                parts.addAll(and.parts);
            } else {
                parts.add(condition);
            }
        }
        return parts.size() == 1 ? parts.getFirst() : new And(parts, deeper(parts));
    }

    /** At least one of them. */
    static Condition or(List<Condition> conditions) {
        List<Condition> parts = new ArrayList<>();
        for (Condition condition : conditions) {
            if (condition instanceof Or or) {
                parts.addAll(or.parts);
            } else {
                parts.add(condition);
            }
        }
        return parts.size() == 1 ? parts.getFirst() : new Or(parts, deeper(parts));
    }

    private static void checkParts(List<Condition> parts) {
        if (parts.size() < 2 || parts.size() > PARTS_MAX) {
            throw new IllegalArgumentException(
                    "conditions: %d joined (expected: 1..%d)".formatted(parts.size(), PARTS_MAX));
        }
    }

    private static int deeper(List<Condition> parts) {
        int depth = 1 + parts.stream().mapToInt(Condition::depth).max().orElse(0);
        if (depth > DEPTH_MAX) {
            throw new IllegalArgumentException(
                    "filter: nested deeper than " + DEPTH_MAX + " (expected: flatter)");
        }
        return depth;
    }
}
