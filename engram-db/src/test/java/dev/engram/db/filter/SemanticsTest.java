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
import org.junit.jupiter.params.provider.CsvFileSource;

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
    @CsvFileSource(resources = "semantics.csv", delimiter = '|', quoteCharacter = '§')
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
