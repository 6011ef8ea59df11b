package dev.engram.db.filter;

import dev.engram.db.filter.Match.Order;
import dev.engram.db.filter.Operand.Items;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Conditions and records that have something to do with each other. */
final class RandomConditions {

    private static final List<String> FIELDS =
            List.of("a", "b", "list", "m", "IN", "x.y", "odd `name`", "$d", "größe", "f-1", "'");

    private static final List<Object> VALUES =
            List.of(
                    0L,
                    1L,
                    -1L,
                    (1L << 53) + 1,
                    Long.MIN_VALUE,
                    Long.MAX_VALUE,
                    0.0,
                    -0.0,
                    1.0,
                    0.1,
                    0x1p53,
                    1e300,
                    -1.5e-7,
                    "",
                    "a",
                    "ab",
                    "it's \"quoted\" \\ % _",
                    "2024-01-31",
                    "\uD83D\uDE00",
                    "line\nbreak\t\u0001",
                    "0000000a-0000-0000-0000-00000000000b",
                    true,
                    false,
                    Instant.parse("2024-01-31T00:00:00Z"),
                    Instant.MAX,
                    Instant.EPOCH.plusNanos(1),
                    UUID.fromString("0000000a-0000-0000-0000-00000000000b"));

    private static final List<String> PATTERNS = List.of("", "%", "a%", "_b", "\\%", "%'%", "ab");
    private static final List<String> EXPRESSIONS = List.of("", "a", "^a?b$", "[a-z]{2}", "'|\\d");

    private final RandomGenerator random;

    RandomConditions(RandomGenerator random) {
        this.random = random;
    }

    private <T> T one(List<T> all) {
        return all.get(random.nextInt(all.size()));
    }

    Map<String, @Nullable Object> record() {
        Map<String, @Nullable Object> record = new HashMap<>();
        for (String field : FIELDS) {
            switch (random.nextInt(8)) {
                case 0 -> record.put(field, null);
                case 1 -> {}
                case 2 -> record.put(field, Arrays.asList(one(VALUES), null, one(VALUES)));
                case 3 -> record.put(field, Map.of(one(FIELDS), one(VALUES)));
                case 4 -> record.put(field, random.nextInt(3));
                case 5 -> record.put(field, one(List.of(Float.NaN, 0.1f, 1f)));
                default -> record.put(field, one(VALUES));
            }
        }
        return record;
    }

    Condition condition(int depth) {
        int kind = random.nextInt(depth > 0 ? 12 : 8);
        return switch (kind) {
            case 0 -> new Condition.Exists(path());
            case 1 -> new Condition.IsNull(path());
            case 2 -> new Condition.Is(path(), random.nextBoolean());
            case 3 -> leann();
            case 4 -> random.nextInt(5) == 0 ? new Condition.Every() : test();
            case 8, 9 -> new Condition.Not(condition(depth - 1));
            case 10 -> Condition.and(conditions(depth - 1));
            case 11 -> Condition.or(conditions(depth - 1));
            default -> test();
        };
    }

    private List<Condition> conditions(int depth) {
        return IntStream.range(0, random.nextInt(1, 4)).mapToObj(_ -> condition(depth)).toList();
    }

    private FieldPath path() {
        int names = random.nextInt(3) == 0 ? 2 : 1;
        return new FieldPath(IntStream.range(0, names).mapToObj(_ -> one(FIELDS)).toList());
    }

    private Condition leann() {
        LeannOperator operator = one(List.of(LeannOperator.values()));
        boolean list = operator == LeannOperator.IN || operator == LeannOperator.NOT_IN;
        return new Condition.Leann(one(FIELDS), operator, list ? values() : literal());
    }

    private List<Object> values() {
        return IntStream.range(0, random.nextInt(4)).<Object>mapToObj(_ -> one(VALUES)).toList();
    }

    private Object literal() {
        return random.nextInt(5) == 0 ? values() : one(VALUES);
    }

    private Object ordered() {
        return until(() -> one(VALUES), value -> !(value instanceof Boolean));
    }

    private static <T> T until(Supplier<T> made, Predicate<T> wanted) {
        T value = made.get();
        while (!wanted.test(value)) {
            value = made.get();
        }
        return value;
    }

    private Condition test() {
        Items items = random.nextInt(3) == 0 ? one(List.of(Items.values())) : Items.NONE;
        return new Condition.Test(new Operand(path(), items), match());
    }

    private Match match() {
        return switch (random.nextInt(9)) {
            case 0 -> new Match.In(values());
            case 1 -> between();
            case 2 -> new Match.Contains(literal());
            case 3 -> new Match.StartsWith(one(PATTERNS));
            case 4 -> new Match.EndsWith(one(PATTERNS));
            case 5 -> new Match.Like(one(PATTERNS));
            case 6 -> new Match.Regex(one(EXPRESSIONS));
            default -> {
                Order order = one(List.of(Order.values()));
                boolean any = order == Order.EQ || order == Order.NE;
                yield new Match.Compare(order, any ? literal() : ordered());
            }
        };
    }

    private Match between() {
        List<Object> two = new ArrayList<>();
        two.add(ordered());
        two.add(
                until(
                        this::ordered,
                        high -> Values.compare(two.getFirst(), high) != Values.INCOMPARABLE));
        return new Match.Between(two.get(0), two.get(1));
    }
}
