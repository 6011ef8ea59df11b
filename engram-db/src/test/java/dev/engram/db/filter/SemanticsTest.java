package dev.engram.db.filter;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What docs/filters.md says of every kind of value: one record, one line for each promise. */
final class SemanticsTest {

    private static final long TWO_53 = 1L << 53;

    private static final Map<String, @Nullable Object> RECORD = record();

    private static Map<String, @Nullable Object> record() {
        Map<String, @Nullable Object> record = new HashMap<>();
        record.put("i", 5);
        record.put("l", TWO_53 + 1);
        record.put("d", 2.5);
        record.put("f", 0.1f);
        record.put("big", 1e300);
        record.put("nan", Double.NaN);
        record.put("inf", Double.POSITIVE_INFINITY);
        record.put("zero", -0.0);
        record.put("s", "Straße");
        record.put("n", "42");
        record.put("e", "");
        record.put("yes", true);
        record.put("no", false);
        record.put("nil", null);
        record.put("t", Instant.parse("2024-01-31T12:00:00Z"));
        record.put("ts", "2024-01-31T14:00:00+02:00");
        record.put("day", "2024-01-31");
        record.put("u", UUID.fromString("0000000a-0000-0000-0000-00000000000b"));
        record.put("list", List.of(1, 2, 3));
        record.put("words", Arrays.asList("a", "b", null));
        record.put("none", List.of());
        record.put("map", Map.of("in", 7, "deep", Map.of("er", "x")));
        record.put("a.b", "dotted");
        record.put("smile", "\uD83D\uDE00");
        record.put("wide", "\uFF00");
        return record;
    }

    private static Truth of(String text) {
        return FilterText.read(text, KnownFields.ANY).of(new Subject("id", "text", RECORD));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '§',
            value = {
                // Missing and null.
                "gone = 1 | UNKNOWN",
                "gone != 1 | UNKNOWN",
                "NOT gone = 1 | UNKNOWN",
                "nil = 1 | UNKNOWN",
                "nil IN (1) | UNKNOWN",
                "nil NOT IN (1) | UNKNOWN",
                "gone LIKE '%' | UNKNOWN",
                "gone IS NULL | TRUE",
                "nil IS NULL | TRUE",
                "i IS NOT NULL | TRUE",
                "EXISTS nil | TRUE",
                "EXISTS gone | FALSE",
                "gone IS TRUE | FALSE",
                "gone IS NOT TRUE | TRUE",
                "gone = 1 AND no = TRUE | FALSE",
                "gone = 1 AND yes = TRUE | UNKNOWN",
                "gone = 1 OR yes = TRUE | TRUE",
                "gone = 1 OR no = TRUE | UNKNOWN",
                // Numbers.
                "i = 5.0 | TRUE",
                "l = 9007199254740992.0 | FALSE",
                "l > 9007199254740992.0 | TRUE",
                "l = 9007199254740993 | TRUE",
                "f = 0.1 | FALSE",
                "f BETWEEN 0.09 AND 0.11 | TRUE",
                "big > 9223372036854775807 | TRUE",
                "inf > 1e308 | TRUE",
                "nan = 1 | FALSE",
                "nan < 1 | UNKNOWN",
                "zero = 0 | TRUE",
                "d BETWEEN 2.5 AND 3 | TRUE",
                // Types that differ.
                "i = '5' | FALSE",
                "i != '5' | TRUE",
                "i > '4' | UNKNOWN",
                "n = 42 | FALSE",
                "n > 41 | UNKNOWN",
                "yes = 1 | FALSE",
                "i IN ('5', 5) | TRUE",
                "i NOT IN ('5', 6) | TRUE",
                "map = 1 | FALSE",
                "list > 1 | UNKNOWN",
                "i CONTAINS 'x' | UNKNOWN",
                "i LIKE '%' | UNKNOWN",
                "i STARTS_WITH '5' | UNKNOWN",
                "i MATCHES '5' | UNKNOWN",
                // Strings.
                "s = 'Straße' | TRUE",
                "s = 'straße' | FALSE",
                "s LIKE 'Stra_e' | TRUE",
                "s LIKE '%a%' | TRUE",
                "s LIKE 'tra%' | FALSE",
                "s LIKE 'Str%ß%e' | TRUE",
                "smile LIKE '_' | TRUE",
                "s MATCHES 'ra' | TRUE",
                "s MATCHES '(?i)^strasse$' | FALSE",
                "s CONTAINS 'raß' | TRUE",
                "s STARTS_WITH 'Str' | TRUE",
                "s ENDS_WITH 'ße' | TRUE",
                "e = '' | TRUE",
                "e IS NULL | FALSE",
                "smile > '\uFF00' | TRUE",
                "wide < '\uD83D\uDE00' | TRUE",
                // Booleans.
                "yes = TRUE | TRUE",
                "yes IS TRUE | TRUE",
                "i IS TRUE | FALSE",
                "no IS FALSE | TRUE",
                // Moments and UUIDs.
                "t = TIMESTAMP '2024-01-31T12:00:00Z' | TRUE",
                "t > '2024-01-31' | TRUE",
                "t > 'soon' | UNKNOWN",
                "ts = TIMESTAMP '2024-01-31T12:00:00Z' | TRUE",
                "ts = '2024-01-31T12:00:00Z' | FALSE",
                "day < TIMESTAMP '2024-01-31T00:00:00.000000001Z' | TRUE",
                "i < TIMESTAMP '2024-01-31' | UNKNOWN",
                "u = UUID '0000000A-0000-0000-0000-00000000000B' | TRUE",
                "u = '0000000a-0000-0000-0000-00000000000b' | TRUE",
                "u = 'x' | FALSE",
                // Lists.
                "list = [1, 2, 3] | TRUE",
                "list = [1, 2] | FALSE",
                "list = 1 | FALSE",
                "list CONTAINS 2.0 | TRUE",
                "list CONTAINS '2' | FALSE",
                "words CONTAINS 'b' | TRUE",
                "ANY(list) > 2 | TRUE",
                "ANY(list) > 3 | FALSE",
                "ALL(list) > 0 | TRUE",
                "ALL(list) > 1 | FALSE",
                "ANY(list) BETWEEN 3 AND 9 | TRUE",
                "ANY(words) = 'a' | TRUE",
                "ANY(words) = 'x' | UNKNOWN",
                "ALL(words) != 'x' | UNKNOWN",
                "ALL(words) != 'a' | FALSE",
                "ANY(none) = 1 | FALSE",
                "ALL(none) = 1 | TRUE",
                "ANY(i) = 5 | UNKNOWN",
                "ANY(gone) = 5 | UNKNOWN",
                // Paths.
                "map.`in` = 7 | TRUE",
                "map.deep.er = 'x' | TRUE",
                "map.deep.gone = 'x' | UNKNOWN",
                "i.x = 1 | UNKNOWN",
                "a.b = 'dotted' | UNKNOWN",
                "`a.b` = 'dotted' | TRUE",
                "EXISTS map.deep.er | TRUE",
                // Everything.
                "TRUE | TRUE",
                "FALSE | FALSE",
            })
    void means(String text, Truth expected) {
        assertThat(of(text)).isEqualTo(expected);
    }

    /** A value of a pattern's own making is compared with what a slow and simple matcher says. */
    @Test
    void likeAgreesWithARegularExpression() {
        String[] patterns = {
            "", "%", "a", "a%", "%a", "%a%", "a_b", "_", "%%", "a%b%c", "%ab%b", "\\%"
        };
        String[] values = {"", "a", "b", "ab", "ba", "axb", "abc", "aabbcc", "%", "abab", "bbb"};
        for (String pattern : patterns) {
            StringBuilder regex = new StringBuilder();
            for (int i = 0; i < pattern.length(); i++) {
                char letter = pattern.charAt(i);
                switch (letter) {
                    case '%' -> regex.append(".*");
                    case '_' -> regex.append('.');
                    case '\\' -> regex.append(Pattern.quote(String.valueOf(pattern.charAt(++i))));
                    default -> regex.append(Pattern.quote(String.valueOf(letter)));
                }
            }
            for (String value : values) {
                assertThat(new Wildcard(pattern).fits(value))
                        .as("%s LIKE %s", value, pattern)
                        .isEqualTo(value.matches(regex.toString()));
            }
        }
    }
}
