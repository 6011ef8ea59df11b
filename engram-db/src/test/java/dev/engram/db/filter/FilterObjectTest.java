package dev.engram.db.filter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class FilterObjectTest {

    private static String text(String json) {
        return TextPrinter.text(FilterJson.read(json, KnownFields.ANY));
    }

    /** What an object is, as a text. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '§',
            value = {
                "{} | TRUE",
                "{'a': 1} | a = 1",
                "{'a': 1, 'b.c': 'x'} | a = 1 AND b.c = 'x'",
                "{'a': null} | a IS NULL",
                "{'a': {'$eq': null}} | a IS NULL",
                "{'a': {'$ne': null}} | a IS NOT NULL",
                "{'a': {'$gt': 1, '$lte': 2.5}} | a > 1 AND a <= 2.5",
                "{'a': {'$gte': 1}} | a >= 1",
                "{'a': {'$lt': 'x'}} | a < 'x'",
                "{'a': {'$ne': true}} | a != TRUE",
                "{'a': {'$in': [1, 'x']}} | a IN (1, 'x')",
                "{'a': {'$nin': []}} | a NOT IN ()",
                "{'a': {'$between': [1, 2]}} | a BETWEEN 1 AND 2",
                "{'a': {'$exists': true}} | EXISTS a",
                "{'a': {'$exists': false}} | NOT EXISTS a",
                "{'a': {'$regex': '^x'}} | a MATCHES '^x'",
                "{'a': {'$like': 'x%'}} | a LIKE 'x%'",
                "{'a': {'$contains': 'x'}} | a CONTAINS 'x'",
                "{'a': {'$starts_with': 'x'}} | a STARTS_WITH 'x'",
                "{'a': {'$ends_with': 'x'}} | a ENDS_WITH 'x'",
                "{'a': {'$null': false}} | a IS NOT NULL",
                "{'a': {'$is': false}} | a IS FALSE",
                "{'a': {'$not': {'$gt': 1}}} | NOT a > 1",
                "{'a': {'$any': {'$gt': 1}}} | ANY(a) > 1",
                "{'a': {'$all': {'$in': [1]}}} | ALL(a) IN (1)",
                "{'$or': [{'a': 1}, {'b': 2, 'c': 3}]} | a = 1 OR (b = 2 AND c = 3)",
                "{'$and': [{'a': 1}, {'b': 2}]} | a = 1 AND b = 2",
                "{'$not': {'a': 1}} | NOT a = 1",
                "{'$or': [{'a': 1}]} | a = 1",
                "{'t': {'$gt': {'$date': '2024-01-31'}}} | t > TIMESTAMP '2024-01-31T00:00:00Z'",
                "{'t': {'$date': '2024-01-31'}} | t = TIMESTAMP '2024-01-31T00:00:00Z'",
                "{'a': [1, 2]} | a = [1, 2]",
                "{'`a.b`.c d': 1} | `a.b`.`c d` = 1",
                "{'year': {'>=': 2020, '<': '2024'}} | LEANN(year, '>=', 2020) AND LEANN(year, '<',"
                        + " '2024')",
                "{'a.b': {'in': ['x']}} | LEANN(`a.b`, 'in', ['x'])",
                "{'a': {'is_true': true}} | LEANN(a, 'is_true', TRUE)",
                "{'a': {'>': 1, '$exists': true}} | LEANN(a, '>', 1) AND EXISTS a",
            })
    void readsAndWrites(String quoted, String written) {
        String json = quoted.replace('\'', '"');
        assertThat(text(json)).isEqualTo(written);
        Condition read = FilterJson.read(json, KnownFields.ANY);
        assertThat(FilterText.read(written, KnownFields.ANY)).isEqualTo(read);
        assertThat(FilterJson.read(FilterJson.json(read), KnownFields.ANY)).isEqualTo(read);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '§',
            value = {
                "{'year': {'$gtt': 1}} | filter, at /year/$gtt: '$gtt' is no operator; did you mean"
                        + " '$gt'?",
                "{'a': {'startswith': 'x'}} | filter, at /a/startswith: 'startswith' is no"
                        + " operator; did you mean",
                "{'a': {'b': 1}} | filter, at /a/b: 'b' is no operator (expected: $eq",
                "{'$ro': []} | filter, at /$ro: '$ro' is no operator; did you mean '$or'?",
                "{'$or': []} | filter, at /$or: an empty array (expected: an array of one filter or"
                        + " more)",
                "{'$or': [{'a': 1}, 2]} | filter, at /$or/1: 2 (expected: an object)",
                "{'$and': {'a': 1}} | filter, at /$and: an object (expected: an array of one filter"
                        + " or more)",
                "{'a': {}} | filter, at /a: an empty object",
                "{'a': {'$in': 1}} | filter, at /a/$in: 1 (expected: an array of values)",
                "{'a': {'$in': [1, null]}} | filter, at /a/$in/1: value: null (expected: a value;"
                        + " IS NULL finds",
                "{'a': {'in': 'x'}} | filter, at /a/in: value of 'in': no list (expected: a list of"
                        + " values)",
                "{'a': {'$gt': true}} | filter, at /a/$gt: value: true has no order",
                "{'a': {'$gt': {'b': 1}}} | filter, at /a/$gt: an object (expected: a value; fields"
                        + " of fields are written",
                "{'a': {'$between': [1]}} | filter, at /a/$between: 1 values (expected: 2)",
                "{'a': {'$exists': 1}} | filter, at /a/$exists: 1 (expected: true or false)",
                "{'a': {'$regex': 1}} | filter, at /a/$regex: 1 (expected: a string)",
                "{'a': {'$regex': '['}} | filter, at /a/$regex: pattern: missing closing ]",
                "{'a': {'$any': {'$gt': 1, '$lt': 3}}} | filter, at /a/$any: 2 operators (expected:"
                        + " one)",
                "{'a': {'$date': 'soon'}} | filter, at /a: 'soon' (expected: a timestamp",
                "{'score': {'>': 1}} | filter, at /score/>: field 'score': a filter comes before"
                        + " scores",
                "{'a..b': 1} | filter, at /a..b: field: an empty name",
                "{'a/b~c': {'$x': 1}} | filter, at /a~1b~0c/$x: '$x' is no operator",
            })
    void saysWhatIsWrongAndWhere(String quoted, String mistake) {
        assertThatThrownBy(() -> text(quoted.replace('\'', '"')))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(mistake);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '§',
            value = {
                "{'a': 1 | Unexpected end-of-input",
                "{'a': 1} 2 | more than one value",
                "{'a': 1, 'a': 2} | Duplicate field 'a'",
                "{'a': 99999999999999999999} | a whole number (expected: 64 bits at most)",
                "{'a': NaN} | Non-standard token 'NaN'",
                "{a: 1} | was expecting double-quote",
            })
    void showsWhereTheJsonIsBroken(String quoted, String mistake) {
        assertThatThrownBy(() -> text(quoted.replace('\'', '"')))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("filter, column ")
                .hasMessageContaining(mistake)
                .hasMessageEndingWith("^");
    }

    @Test
    void refusesWhatIsNestedTooDeep() {
        String json = "{\"$not\": ".repeat(1_000) + "{}" + "}".repeat(1_000);
        assertThatThrownBy(() -> text(json)).isInstanceOf(IllegalArgumentException.class);
        String fewer = "{\"$not\": ".repeat(150) + "{}" + "}".repeat(150);
        assertThatThrownBy(() -> text(fewer))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("nested deeper than 100");
    }

    @Test
    void suggestsAFieldOfThoseThereAre() {
        KnownFields known = new KnownFields(Set.of("year"));
        assertThatThrownBy(() -> FilterJson.read("{\"$or\": [{\"yaer\": 1}]}", known))
                .hasMessage(
                        "filter, at /$or/0/yaer: field 'yaer' is unknown; did you mean 'year'?");
    }

    @Test
    void takesTypedValuesThatJsonLacks() {
        Map<String, Object> object = Map.of("a", Map.of("$in", List.of(1, 2.5f)));
        assertThat(TextPrinter.text(new FilterObject(KnownFields.ANY).read(object)))
                .isEqualTo("a IN (1, 2.5)");
    }
}
