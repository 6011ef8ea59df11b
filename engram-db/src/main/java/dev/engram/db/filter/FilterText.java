package dev.engram.db.filter;

import dev.engram.db.filter.Match.Order;
import dev.engram.db.filter.Operand.Items;
import dev.engram.db.filter.Token.Kind;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Reads the language that resembles SQL, by recursive descent.
 *
 * <pre>
 *   or    := and (OR and)*          and  := not (AND not)*
 *   not   := NOT not | '(' or ')' | TRUE | FALSE | EXISTS path | LEANN '(' name , string , value ')' | test
 *   test  := operand sign value | operand [NOT] word ... | path IS [NOT] (NULL | TRUE | FALSE)
 *   operand := path | (ANY | ALL) '(' path ')'
 * </pre>
 */
public final class FilterText {

    /** How many characters a filter may have. */
    public static final int LENGTH_MAX = 1 << 18;

    private final String text;
    private final KnownFields known;
    private final List<Token> tokens;
    private int at;
    private int depth;

    private FilterText(String text, KnownFields known) {
        this.text = text;
        this.known = known;
        this.tokens = new TextLexer(text).tokens();
    }

    /** Reads a text; IllegalArgumentException shows where it is wrong. */
    public static Condition read(String text, KnownFields known) {
        checkLength(text);
        FilterText parser = new FilterText(text, known);
        if (parser.here().kind() == Kind.END) {
            throw parser.refuse("empty (expected: a condition, as in year > 2020)");
        }
        Condition condition = parser.or();
        if (parser.here().kind() != Kind.END) {
            throw parser.expected("AND, OR or the end", List.of("AND", "OR"));
        }
        return condition;
    }

    static void checkLength(String text) {
        if (text.length() > LENGTH_MAX) {
            throw new IllegalArgumentException(
                    "filter: %d characters (expected: at most %d)"
                            .formatted(text.length(), LENGTH_MAX));
        }
    }

    private Token here() {
        return tokens.get(at);
    }

    private Token next() {
        return tokens.get(at++);
    }

    private boolean takeWord(String word) {
        boolean taken = here().isWord(word);
        at += taken ? 1 : 0;
        return taken;
    }

    private boolean takeSign(String sign) {
        boolean taken = here().isSign(sign);
        at += taken ? 1 : 0;
        return taken;
    }

    private void demandSign(String sign) {
        if (!takeSign(sign)) {
            throw expected("'" + sign + "'", List.of());
        }
    }

    private IllegalArgumentException refuse(String mistake) {
        return Caret.refuse(text, here().start(), mistake);
    }

    private IllegalArgumentException expected(String what, List<String> words) {
        String hint = here().kind() == Kind.NAME ? Words.suggestion(here().text(), words) : "";
        return refuse("%s (expected: %s)%s".formatted(here().shown(), what, hint));
    }

    /** Says where a value stands that a condition refuses. */
    private <T> T placed(int start, Supplier<T> made) {
        try {
            return made.get();
        } catch (IllegalArgumentException e) {
            IllegalArgumentException shown =
                    Caret.refuse(text, start, String.valueOf(e.getMessage()));
            shown.initCause(e);
            throw shown;
        }
    }

    private Condition or() {
        int start = here().start();
        List<Condition> parts = new ArrayList<>();
        do {
            parts.add(and());
        } while (takeWord("OR") || takeSign("||"));
        return placed(start, () -> Condition.or(parts));
    }

    private Condition and() {
        int start = here().start();
        List<Condition> parts = new ArrayList<>();
        do {
            parts.add(not());
        } while (takeWord("AND") || takeSign("&&"));
        return placed(start, () -> Condition.and(parts));
    }

    private Condition not() {
        if (++depth > Condition.DEPTH_MAX) {
            throw refuse("nested deeper than " + Condition.DEPTH_MAX + " (expected: flatter)");
        }
        int start = here().start();
        Condition condition;
        if (takeWord("NOT") || takeSign("!")) {
            Condition part = not();
            condition = placed(start, () -> new Condition.Not(part));
        } else if (takeSign("(")) {
            condition = or();
            demandSign(")");
        } else {
            condition = single();
        }
        depth--;
        return condition;
    }

    private Condition single() {
        if (takeWord("TRUE")) {
            return new Condition.Every();
        }
        if (takeWord("FALSE")) {
            return new Condition.Not(new Condition.Every());
        }
        if (takeWord("EXISTS")) {
            return new Condition.Exists(inBrackets());
        }
        if (here().isWord("LEANN")) {
            return leann();
        }
        Operand operand = operand();
        return test(operand);
    }

    /** A path, with or without brackets around it. */
    private FieldPath inBrackets() {
        boolean bracket = takeSign("(");
        FieldPath path = path();
        if (bracket) {
            demandSign(")");
        }
        return path;
    }

    private Condition leann() {
        int start = next().start();
        demandSign("(");
        int place = here().start();
        String field = name();
        String trouble = known.trouble(field);
        if (trouble != null) {
            throw Caret.refuse(text, place, trouble);
        }
        demandSign(",");
        LeannOperator operator = leannOperator();
        demandSign(",");
        Object literal = value();
        demandSign(")");
        return placed(start, () -> new Condition.Leann(field, operator, literal));
    }

    private LeannOperator leannOperator() {
        int start = here().start();
        LeannOperator operator = LeannOperator.BY_NAME.get(string());
        if (operator == null) {
            throw Caret.refuse(
                    text, start, "no operator of LEANN (expected: " + LeannOperator.NAMES + ")");
        }
        return operator;
    }

    private Operand operand() {
        boolean quantified = at + 1 < tokens.size() && tokens.get(at + 1).isSign("(");
        if (quantified && (here().isWord("ANY") || here().isWord("ALL"))) {
            Items items = next().isWord("ANY") ? Items.ANY : Items.ALL;
            demandSign("(");
            FieldPath path = path();
            demandSign(")");
            return new Operand(path, items);
        }
        return new Operand(path(), Items.NONE);
    }

    private FieldPath path() {
        int start = here().start();
        List<String> names = new ArrayList<>();
        do {
            names.add(name());
        } while (takeSign("."));
        FieldPath path = placed(start, () -> new FieldPath(names));
        String trouble = known.trouble(path);
        if (trouble != null) {
            throw Caret.refuse(text, start, trouble);
        }
        return path;
    }

    private String name() {
        Token token = here();
        return switch (token.kind()) {
            case NAME -> {
                if (Words.isReserved(token.text())) {
                    throw refuse(
                            "%s (expected: a field; write `%s` for one of that name)"
                                    .formatted(token.text(), token.text()));
                }
                at++;
                yield token.text();
            }
            case QUOTED_NAME -> {
                at++;
                yield String.valueOf(token.value());
            }
            case STRING, NUMBER ->
                    throw refuse(
                            token.shown()
                                    + " is a value (expected: a field; one of that name stands"
                                    + " between backticks)");
            case SIGN, END -> throw expected("a field", List.of());
        };
    }

    private Condition test(Operand operand) {
        Order order = order();
        if (order != null) {
            int start = here().start();
            Object literal = value();
            return placed(
                    start, () -> new Condition.Test(operand, new Match.Compare(order, literal)));
        }
        if (here().isWord("IS")) {
            return is(operand);
        }
        boolean not = takeWord("NOT");
        Condition condition =
                here().isWord("EXISTS")
                        ? new Condition.Exists(plain(operand))
                        : new Condition.Test(operand, match());
        return not ? new Condition.Not(condition) : condition;
    }

    private @Nullable Order order() {
        Token token = here();
        if (token.kind() != Kind.SIGN) {
            return null;
        }
        Order order =
                switch (token.text()) {
                    case "=", "==" -> Order.EQ;
                    case "!=", "<>" -> Order.NE;
                    case "<" -> Order.LT;
                    case "<=" -> Order.LE;
                    case ">" -> Order.GT;
                    case ">=" -> Order.GE;
                    default -> null;
                };
        at += order == null ? 0 : 1;
        return order;
    }

    /** What stands before IS or EXISTS, which is said of a field as a whole. */
    private FieldPath plain(Operand operand) {
        if (operand.items() != Items.NONE) {
            throw expected("a comparison behind " + operand.items(), List.of());
        }
        at++;
        return operand.path();
    }

    private Condition is(Operand operand) {
        FieldPath path = plain(operand);
        boolean not = takeWord("NOT");
        Condition condition;
        if (takeWord("NULL")) {
            condition = new Condition.IsNull(path);
        } else if (takeWord("TRUE")) {
            condition = new Condition.Is(path, true);
        } else if (takeWord("FALSE")) {
            condition = new Condition.Is(path, false);
        } else {
            List<String> words =
                    not
                            ? List.of("NULL", "TRUE", "FALSE")
                            : List.of("NULL", "NOT", "TRUE", "FALSE");
            throw expected(String.join(", ", words), words);
        }
        return not ? new Condition.Not(condition) : condition;
    }

    private Match match() {
        Token word = here();
        int start = word.start();
        if (takeWord("IN")) {
            List<Object> values = list();
            return placed(start, () -> new Match.In(values));
        }
        if (takeWord("BETWEEN")) {
            Object low = value();
            if (!takeWord("AND")) {
                throw expected("AND, between the two values", List.of("AND"));
            }
            Object high = value();
            return placed(start, () -> new Match.Between(low, high));
        }
        if (takeWord("CONTAINS")) {
            Object literal = value();
            return placed(start, () -> new Match.Contains(literal));
        }
        if (takeWord("STARTS_WITH")) {
            return new Match.StartsWith(string());
        }
        if (takeWord("ENDS_WITH")) {
            return new Match.EndsWith(string());
        }
        if (takeWord("LIKE")) {
            int place = here().start();
            String pattern = string();
            return placed(place, () -> new Match.Like(pattern));
        }
        if (takeWord("MATCHES")) {
            int place = here().start();
            String pattern = string();
            return placed(place, () -> new Match.Regex(pattern));
        }
        throw expected(
                "an operator: = != < <= > >= " + String.join(" ", Words.OPERATORS),
                Words.OPERATORS);
    }

    private String string() {
        Token token = here();
        if (token.kind() != Kind.STRING) {
            throw expected("a string between quotes", List.of());
        }
        at++;
        int start = token.start();
        return placed(start, () -> (String) Literals.check(token.value()));
    }

    private List<Object> list() {
        String close = here().isSign("[") ? "]" : ")";
        if (!takeSign("[") && !takeSign("(")) {
            throw expected("a list, as in (1, 2)", List.of());
        }
        List<Object> values = new ArrayList<>();
        if (!takeSign(close)) {
            do {
                values.add(value());
            } while (takeSign(","));
            demandSign(close);
        }
        return values;
    }

    private Object value() {
        Token token = here();
        return switch (token.kind()) {
            case STRING -> string();
            case NUMBER -> {
                at++;
                yield Objects.requireNonNull(token.value());
            }
            case SIGN -> {
                if (!token.isSign("[")) {
                    throw expected("a value", List.of());
                }
                if (++depth > Condition.DEPTH_MAX) {
                    throw refuse("nested too deep (expected: flatter)");
                }
                List<Object> values = list();
                depth--;
                yield values;
            }
            case NAME -> word();
            case QUOTED_NAME, END -> throw expected("a value", List.of());
        };
    }

    private Object word() {
        if (takeWord("TRUE")) {
            return true;
        }
        if (takeWord("FALSE")) {
            return false;
        }
        if (here().isWord("NULL")) {
            throw refuse("NULL equals nothing (expected: a value, or IS NULL)");
        }
        if (takeWord("TIMESTAMP")) {
            int start = here().start();
            Instant moment = Timestamps.parse(string());
            if (moment == null) {
                throw Caret.refuse(
                        text, start, "no timestamp (expected: one like '2024-01-31T12:00:00Z')");
            }
            return moment;
        }
        if (takeWord("UUID")) {
            int start = here().start();
            UUID id = Values.parseUuid(string());
            if (id == null) {
                throw Caret.refuse(
                        text, start, "no UUID (expected: 32 hexadecimal digits and 4 hyphens)");
            }
            return id;
        }
        throw refuse(
                "%s (expected: a value; strings stand between quotes)".formatted(here().text()));
    }
}
