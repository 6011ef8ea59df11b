package dev.engram.db;

import dev.engram.db.filter.Condition;
import dev.engram.db.filter.FieldPath;
import dev.engram.db.filter.FilterJson;
import dev.engram.db.filter.FilterObject;
import dev.engram.db.filter.FilterText;
import dev.engram.db.filter.KnownFields;
import dev.engram.db.filter.Match;
import dev.engram.db.filter.Operand;
import dev.engram.db.filter.Subject;
import dev.engram.db.filter.TextPrinter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which records a search may answer, by their metadata. Immutable.
 *
 * <p>There are four spellings of the same thing: a text that resembles SQL, JSON that resembles
 * Mongo's, LEANN's dictionaries, and the methods here. docs/filters.md says what each means; what
 * they all share is that a comparison with a field that is missing, or null, is neither true nor
 * false, and that a record is accepted only where the whole is true.
 *
 * <p>Fields are paths: {@code author.name} is the entry "name" of the map under "author"; a name
 * with a dot in it stands between backticks. Values are String, Boolean, Integer, Long, Float,
 * Double, Instant, UUID, and lists of these. Every method throws IllegalArgumentException for
 * anything else, and for a filter that is nested deeper than 100.
 */
public final class Filter {

    private final Condition condition;

    private Filter(Condition condition) {
        this.condition = condition;
    }

    /**
     * Reads a text such as {@code year > 2020 AND tag IN ('a', 'b')}, or a JSON object such as
     * {@code {"year": {"$gt": 2020}}}.
     *
     * @throws IllegalArgumentException with the place where it is wrong
     */
    public static Filter parse(String text) {
        return parse(text, KnownFields.ANY);
    }

    /**
     * The same, of these fields only; the message for another one suggests the nearest.
     *
     * @param fields paths of all fields there are
     */
    public static Filter parse(String text, Set<String> fields) {
        return parse(text, new KnownFields(fields));
    }

    private static Filter parse(String text, KnownFields known) {
        return new Filter(
                FilterJson.isJson(text)
                        ? FilterJson.read(text, known)
                        : FilterText.read(text, known));
    }

    /**
     * Reads what a JSON object holds: one like Mongo's, or LEANN's {@code {"year": {">": 2020}}}.
     *
     * @throws IllegalArgumentException with a JSON pointer to the place where it is wrong
     */
    public static Filter of(Map<String, ? extends @Nullable Object> object) {
        return new Filter(new FilterObject(KnownFields.ANY).read(object));
    }

    /** Accepts every record. */
    public static Filter every() {
        return new Filter(new Condition.Every());
    }

    /** A field, to be compared with something. */
    public static Field field(String path) {
        return new Field(new Operand(FieldPath.of(path), Operand.Items.NONE));
    }

    /** At least one item of a list; none of an empty one is. */
    public static Field any(String path) {
        return new Field(new Operand(FieldPath.of(path), Operand.Items.ANY));
    }

    /** Every item of a list; of an empty one every item is anything. */
    public static Field all(String path) {
        return new Field(new Operand(FieldPath.of(path), Operand.Items.ALL));
    }

    /** {@code field = value}: a list equals a list with equal items. */
    public static Filter eq(String path, Object value) {
        return field(path).eq(value);
    }

    /** {@code field != value}: also where it is of another type, but not where there is none. */
    public static Filter ne(String path, Object value) {
        return field(path).ne(value);
    }

    /** {@code field < value}. */
    public static Filter lt(String path, Object value) {
        return field(path).lt(value);
    }

    /** {@code field <= value}. */
    public static Filter le(String path, Object value) {
        return field(path).le(value);
    }

    /** {@code field > value}. */
    public static Filter gt(String path, Object value) {
        return field(path).gt(value);
    }

    /** {@code field >= value}. */
    public static Filter ge(String path, Object value) {
        return field(path).ge(value);
    }

    /** Equal to one of up to 10,000 values. */
    public static Filter in(String path, Object... values) {
        return field(path).in(Arrays.asList(values));
    }

    /** {@code low <= field <= high}. */
    public static Filter between(String path, Object low, Object high) {
        return field(path).between(low, high);
    }

    /** A string that holds another, or a list that holds a value. */
    public static Filter contains(String path, Object value) {
        return field(path).contains(value);
    }

    /** A string that starts so. */
    public static Filter startsWith(String path, String prefix) {
        return field(path).startsWith(prefix);
    }

    /** A string that ends so. */
    public static Filter endsWith(String path, String suffix) {
        return field(path).endsWith(suffix);
    }

    /** A string that fits as a whole: {@code %} stands for any letters, {@code _} for one. */
    public static Filter like(String path, String pattern) {
        return field(path).like(pattern);
    }

    /** A string in which a regular expression, in the syntax of RE2, is found. */
    public static Filter regex(String path, String pattern) {
        return field(path).regex(pattern);
    }

    /** The field is there, be its value null. */
    public static Filter exists(String path) {
        return new Filter(new Condition.Exists(FieldPath.of(path)));
    }

    /** The field is not there, or its value is null. */
    public static Filter isNull(String path) {
        return new Filter(new Condition.IsNull(FieldPath.of(path)));
    }

    /** The value is the boolean true. */
    public static Filter isTrue(String path) {
        return new Filter(new Condition.Is(FieldPath.of(path), true));
    }

    /** The value is the boolean false. */
    public static Filter isFalse(String path) {
        return new Filter(new Condition.Is(FieldPath.of(path), false));
    }

    /** Both. */
    public Filter and(Filter other) {
        return new Filter(Condition.and(List.of(condition, other.condition)));
    }

    /** One of them, or both. */
    public Filter or(Filter other) {
        return new Filter(Condition.or(List.of(condition, other.condition)));
    }

    /** The contrary; what is neither true nor false stays so. */
    public Filter not() {
        return new Filter(new Condition.Not(condition));
    }

    /** Whether a record with this metadata is accepted. */
    public boolean matches(Map<String, ? extends @Nullable Object> metadata) {
        return matches(new Subject(null, null, metadata));
    }

    /** Whether it accepts whatever there is. */
    boolean isEvery() {
        return condition instanceof Condition.Every;
    }

    boolean matches(Point point) {
        return matches(new Subject(point.id(), point.text(), point.metadata()));
    }

    boolean matches(Subject subject) {
        return condition.accepts(subject);
    }

    /** The text that {@link #parse(String)} reads an equal filter from. */
    public String toText() {
        return TextPrinter.text(condition);
    }

    /** The JSON object that {@link #parse(String)} reads an equal filter from. */
    public String toJson() {
        return FilterJson.json(condition);
    }

    /** The same as {@link #toText}. */
    @Override
    public String toString() {
        return toText();
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Filter that && condition.equals(that.condition);
    }

    @Override
    public int hashCode() {
        return condition.hashCode();
    }

    /** A field, or the items of one, waiting to be compared. */
    public static final class Field {

        private final Operand operand;

        private Field(Operand operand) {
            this.operand = operand;
        }

        /** See {@link Filter#eq}. */
        public Filter eq(Object value) {
            return compare(Match.Order.EQ, value);
        }

        /** See {@link Filter#ne}. */
        public Filter ne(Object value) {
            return compare(Match.Order.NE, value);
        }

        /** See {@link Filter#lt}. */
        public Filter lt(Object value) {
            return compare(Match.Order.LT, value);
        }

        /** See {@link Filter#le}. */
        public Filter le(Object value) {
            return compare(Match.Order.LE, value);
        }

        /** See {@link Filter#gt}. */
        public Filter gt(Object value) {
            return compare(Match.Order.GT, value);
        }

        /** See {@link Filter#ge}. */
        public Filter ge(Object value) {
            return compare(Match.Order.GE, value);
        }

        /** See {@link Filter#in}. */
        public Filter in(List<?> values) {
            return test(new Match.In(new ArrayList<>(values)));
        }

        /** See {@link Filter#between}. */
        public Filter between(Object low, Object high) {
            return test(new Match.Between(low, high));
        }

        /** See {@link Filter#contains}. */
        public Filter contains(Object value) {
            return test(new Match.Contains(value));
        }

        /** See {@link Filter#startsWith}. */
        public Filter startsWith(String prefix) {
            return test(new Match.StartsWith(prefix));
        }

        /** See {@link Filter#endsWith}. */
        public Filter endsWith(String suffix) {
            return test(new Match.EndsWith(suffix));
        }

        /** See {@link Filter#like}. */
        public Filter like(String pattern) {
            return test(new Match.Like(pattern));
        }

        /** See {@link Filter#regex}. */
        public Filter regex(String pattern) {
            return test(new Match.Regex(pattern));
        }

        private Filter compare(Match.Order order, Object value) {
            return test(new Match.Compare(order, value));
        }

        private Filter test(Match match) {
            return new Filter(new Condition.Test(operand, match));
        }
    }
}
