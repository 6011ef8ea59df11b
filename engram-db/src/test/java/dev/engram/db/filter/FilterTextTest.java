package dev.engram.db.filter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class FilterTextTest {

    private static String again(String text) {
        return TextPrinter.text(FilterText.read(text, KnownFields.ANY));
    }

    /** What a text is, in the one spelling that the printer has. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '§',
            value = {
                "category == \"AI\" AND year > 2020 | category = 'AI' AND year > 2020",
                "a=1 or b<>2 And not c<=3 | a = 1 OR (b != 2 AND NOT c <= 3)",
                "a = 1 && (b = 2 OR !(c = 3)) | a = 1 AND (b = 2 OR NOT c = 3)",
                "((a = 1)) | a = 1",
                "(a = 1 AND b = 2) AND c = 3 | a = 1 AND b = 2 AND c = 3",
                "a IN (1, 2.5, 'x') | a IN (1, 2.5, 'x')",
                "a in [TRUE, 'it''s'] | a IN (TRUE, 'it''s')",
                "a NOT IN () | a NOT IN ()",
                "a BETWEEN 1 AND 5 AND b = 1 | a BETWEEN 1 AND 5 AND b = 1",
                "a NOT BETWEEN -1 AND +5 | a NOT BETWEEN -1 AND 5",
                "a LIKE 'x%' AND a NOT LIKE '_y' | a LIKE 'x%' AND a NOT LIKE '_y'",
                "a MATCHES '^\\d+$' | a MATCHES '^\\d+$'",
                "tags CONTAINS 'x' AND NOT tags CONTAINS 1 | tags CONTAINS 'x' AND tags NOT"
                        + " CONTAINS 1",
                "a starts_with 'x' OR a ends_with \"y\"\"z\" | a STARTS_WITH 'x' OR a ENDS_WITH"
                        + " 'y\"z'",
                "EXISTS(a.b) AND c exists AND c NOT EXISTS | EXISTS a.b AND EXISTS c AND NOT EXISTS"
                        + " c",
                "a IS NULL OR a IS NOT NULL | a IS NULL OR a IS NOT NULL",
                "a IS TRUE OR a IS NOT FALSE | a IS TRUE OR a IS NOT FALSE",
                "ANY(scores) > 3 AND ALL(a.scores) IN (1) | ANY(scores) > 3 AND ALL(a.scores) IN"
                        + " (1)",
                "`odd name`.`a``b` = 1 AND file-type = 2 | `odd name`.`a``b` = 1 AND file-type = 2",
                "`like` = 1 AND größe = 2 | `like` = 1 AND größe = 2",
                "t > TIMESTAMP '2024-01-31' | t > TIMESTAMP '2024-01-31T00:00:00Z'",
                "t = timestamp '2024-01-31 12:00:00+02:00' | t = TIMESTAMP '2024-01-31T10:00:00Z'",
                "a = UUID '0000000A-0000-0000-0000-00000000000b' | a = UUID"
                        + " '0000000a-0000-0000-0000-00000000000b'",
                "a = [1, [2.0, 'x']] | a = [1, [2.0, 'x']]",
                "a = 1e3 AND b = .5 AND c = -9223372036854775808 | a = 1000.0 AND b = 0.5 AND c ="
                        + " -9223372036854775808",
                "LEANN(year, '>=', '2020') | LEANN(year, '>=', '2020')",
                "TRUE | TRUE",
                "FALSE OR a = 1 | NOT TRUE OR a = 1",
            })
    void readsAndWrites(String text, String written) {
        assertThat(again(text)).isEqualTo(written);
        assertThat(again(written)).isEqualTo(written);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '§',
            value = {
                "year >= | 8 | the end (expected: a value)",
                "year => 3 | 6 | '=>' is no operator; did you mean '>='?",
                "a LIK 'x' | 3 | LIK (expected: an operator: = != < <= > >= IN NOT BETWEEN LIKE"
                    + " MATCHES CONTAINS STARTS_WITH ENDS_WITH EXISTS IS); did you mean 'LIKE'?",
                "a STARTSWITH 'x' | 3 | did you mean 'STARTS_WITH'?",
                "a = 1 ADN b = 2 | 7 | ADN (expected: AND, OR or the end); did you mean 'AND'?",
                "a = 1 b = 2 | 7 | b (expected: AND, OR or the end)",
                "(a = 1 | 7 | the end (expected: ')')",
                "a = 'x | 5 | a ' that nothing closes",
                "`a = 1 | 1 | a ` that nothing closes",
                "a = NULL | 5 | NULL equals nothing (expected: a value, or IS NULL)",
                "a = x | 5 | x (expected: a value; strings stand between quotes)",
                "'a' = 1 | 1 | 'a' is a value (expected: a field",
                "in = 1 | 1 | in (expected: a field; write `in` for one of that name)",
                "a < TRUE | 5 | value: true has no order",
                "a BETWEEN 1 AND 'x' | 3 | between: 1 and x do not compare",
                "a BETWEEN 1, 2 | 12 | , (expected: AND, between the two values)",
                "a IS NUL | 6 | NUL (expected: NULL, NOT, TRUE, FALSE); did you mean 'NULL'?",
                "a = 9223372036854775808 | 5 | a whole number (expected: 64 bits at most)",
                "a = 1e999 | 5 | a number (expected: at most 1.8e308)",
                "a = 12abc | 7 | a letter in a number",
                "a = TIMESTAMP 'soon' | 15 | no timestamp",
                "a = UUID 'x' | 10 | no UUID",
                "a MATCHES '(' | 11 | pattern: missing closing )",
                "a MATCHES '(x)\\1' | 11 | pattern: invalid escape sequence",
                "a MATCHES '((x{900}){900}){900}' | 11 | pattern: its repeats make it about",
                "a LIKE 'x\\' | 8 | pattern: ends with a backslash",
                "LEANN(a, '~', 1) | 10 | no operator of LEANN (expected: ==",
                "LEANN(a, 'in', 1) | 1 | value of 'in': no list",
                "LEANN(score, '>', 1) | 1 | field 'score': a filter comes before scores",
                "ANY(a) IS NULL | 8 | IS (expected: a comparison behind ANY)",
                "a = 1 # b | 7 | '#' means nothing here",
                "a..b = 1 | 3 | . (expected: a field)",
            })
    void saysWhatIsWrongAndWhere(String text, int column, String mistake) {
        assertThatThrownBy(() -> FilterText.read(text, KnownFields.ANY))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("filter, column " + column + ": ")
                .hasMessageContaining(mistake)
                .hasMessageEndingWith("\n  " + text + "\n  " + " ".repeat(column - 1) + "^");
    }

    @Test
    void knowsTheSignsOfC() {
        assertThat(again("a = 1 || !(b = 2) && c = 3")).isEqualTo("a = 1 OR (NOT b = 2 AND c = 3)");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "   ", "\n"})
    void refusesNothing(String text) {
        assertThatThrownBy(() -> FilterText.read(text, KnownFields.ANY))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("empty (expected: a condition, as in year > 2020)");
    }

    @Test
    void showsOnlyThePlaceOfALongText() {
        String text = "a = 1 AND ".repeat(100) + "b ? 2" + " AND c = 3".repeat(100);
        assertThatThrownBy(() -> FilterText.read(text, KnownFields.ANY))
                .hasMessageStartingWith("filter, column 1003: '?' means nothing here\n  …")
                .hasMessageContaining("…\n")
                .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(400));
    }

    @Test
    void suggestsAFieldOfThoseThereAre() {
        KnownFields known = new KnownFields(Set.of("category", "author.name"));
        assertThat(FilterText.read("author.name = 'x' AND category IS NULL", known)).isNotNull();
        assertThatThrownBy(() -> FilterText.read("categroy = 'x'", known))
                .hasMessageContaining(
                        "column 1: field 'categroy' is unknown; did you mean 'category'?");
        assertThatThrownBy(() -> FilterText.read("category = 'x' OR LEANN(nmae, '==', 1)", known))
                .hasMessageContaining("column 25: field 'nmae' is unknown");
    }

    @ParameterizedTest
    @ValueSource(strings = {"(", "NOT ", "!", "a = ["})
    void refusesWhatIsNestedTooDeep(String opening) {
        String text = opening.repeat(1_000) + "a = 1" + ")".repeat(1_000);
        assertThatThrownBy(() -> FilterText.read(text, KnownFields.ANY))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("filter, column");
    }

    @Test
    void refusesAMegabyte() {
        assertThatThrownBy(() -> FilterText.read(" ".repeat(1 << 20), KnownFields.ANY))
                .hasMessage("filter: 1048576 characters (expected: at most 262144)");
    }

    @Test
    void refusesTooManyValuesAndConditions() {
        String values = "1, ".repeat(Literals.LIST_MAX) + "1";
        assertThatThrownBy(() -> FilterText.read("a IN (" + values + ")", KnownFields.ANY))
                .hasMessageContaining("list: 10001 values (expected: at most 10000)");
        String parts = "a = 1 OR ".repeat(Condition.PARTS_MAX) + "a = 1";
        assertThatThrownBy(() -> FilterText.read(parts, KnownFields.ANY))
                .hasMessageContaining("conditions: 10001 joined (expected: 1..10000)");
    }
}
