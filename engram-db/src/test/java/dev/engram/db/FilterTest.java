package dev.engram.db;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

final class FilterTest {

    @Test
    void isBuiltAsItIsWritten() {
        assertThat(Filter.eq("year", 2020).and(Filter.in("tag", "a", "b")).toText())
                .isEqualTo("year = 2020 AND tag IN ('a', 'b')");
        assertThat(Filter.ne("a", 1).or(Filter.lt("a", 2.5f)).or(Filter.le("a", "x")).toText())
                .isEqualTo("a != 1 OR a < 2.5 OR a <= 'x'");
        assertThat(Filter.gt("a", 1L).and(Filter.ge("a", 1)).not().toText())
                .isEqualTo("NOT (a > 1 AND a >= 1)");
        assertThat(Filter.between("a.b", 1, 2).and(Filter.contains("`c.d`", true)).toText())
                .isEqualTo("a.b BETWEEN 1 AND 2 AND `c.d` CONTAINS TRUE");
        assertThat(Filter.startsWith("a", "x").not().and(Filter.endsWith("a", "'")).toText())
                .isEqualTo("a NOT STARTS_WITH 'x' AND a ENDS_WITH ''''");
        assertThat(Filter.like("a", "x%").and(Filter.regex("a", "^x")).toText())
                .isEqualTo("a LIKE 'x%' AND a MATCHES '^x'");
        assertThat(Filter.exists("a").and(Filter.isNull("b").not()).toText())
                .isEqualTo("EXISTS a AND b IS NOT NULL");
        assertThat(Filter.isTrue("a").and(Filter.isFalse("b")).toText())
                .isEqualTo("a IS TRUE AND b IS FALSE");
        assertThat(Filter.any("a").gt(3).and(Filter.all("a").in(Arrays.asList(4, 5))).toText())
                .isEqualTo("ANY(a) > 3 AND ALL(a) IN (4, 5)");
        assertThat(Filter.eq("t", Instant.EPOCH).and(Filter.eq("u", new UUID(0, 1))).toJson())
                .isEqualTo(
                        "{\"$and\":[{\"t\":{\"$eq\":{\"$date\":\"1970-01-01T00:00:00Z\"}}},"
                                + "{\"u\":{\"$eq\":{\"$uuid\":"
                                + "\"00000000-0000-0000-0000-000000000001\"}}}]}");
    }

    @Test
    void isEqualInEverySpelling() {
        Filter built = Filter.eq("category", "AI").and(Filter.gt("year", 2020));
        Filter text = Filter.parse("category == \"AI\" AND year > 2020");
        Filter json = Filter.parse(" {\"category\": \"AI\", \"year\": {\"$gt\": 2020}}");
        assertThat(text).isEqualTo(built).hasSameHashCodeAs(built).hasToString(built.toText());
        assertThat(json).isEqualTo(built);
        assertThat(Filter.parse(built.toJson())).isEqualTo(built);
        assertThat(Filter.every()).isEqualTo(Filter.of(Map.of())).isNotEqualTo(built);
    }

    @Test
    void asksMetadata() {
        Filter filter = Filter.parse("year > 2020 OR author.name LIKE '%Lem'");
        assertThat(filter.matches(Map.of("year", 2021))).isTrue();
        assertThat(filter.matches(Map.of("year", 2020))).isFalse();
        assertThat(filter.matches(Map.of("author", Map.of("name", "Stanisław Lem")))).isTrue();
        assertThat(filter.matches(Map.of())).isFalse();
        assertThat(filter.not().matches(Map.of())).isFalse();
    }

    @Test
    void refusesWhatCanOnlyBeAMistake() {
        assertThatThrownBy(() -> Filter.eq("a", Double.NaN))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("value: NaN (expected: a finite number)");
        assertThatThrownBy(() -> Filter.gt("a", true)).hasMessageContaining("has no order");
        assertThatThrownBy(() -> Filter.eq("a", new Object()))
                .hasMessageStartingWith("value of java.lang.Object (expected: String, Boolean");
        assertThatThrownBy(() -> Filter.eq("a", "\uD83D"))
                .hasMessage("value: half a character at 0 (expected: whole Unicode characters)");
        assertThatThrownBy(() -> Filter.eq("", 1)).hasMessageContaining("an empty name");
        assertThatThrownBy(() -> Filter.eq("`a", 1)).hasMessageContaining("that nothing closes");
        assertThatThrownBy(() -> Filter.parse("yaer = 1", Set.of("year")))
                .hasMessageContaining("did you mean 'year'?");
        Filter[] deep = {Filter.eq("a", 1)};
        assertThatThrownBy(
                        () -> {
                            for (int i = 0; i < 1_000; i++) {
                                deep[0] = deep[0].not();
                            }
                        })
                .hasMessage("filter: nested deeper than 100 (expected: flatter)");
    }
}
