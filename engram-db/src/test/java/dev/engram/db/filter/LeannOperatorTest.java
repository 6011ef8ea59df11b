package dev.engram.db.filter;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The 13 operators, as Python answers. */
final class LeannOperatorTest {

    private static final Map<String, @Nullable Object> RECORD = record();

    private static Map<String, @Nullable Object> record() {
        Map<String, @Nullable Object> record = new HashMap<>();
        record.put("year", 2020);
        record.put("text_year", "2020");
        record.put("price", 19.5);
        record.put("big", 1e20);
        record.put("name", "Dune");
        record.put("yes", true);
        record.put("no", false);
        record.put("empty", "");
        record.put("tags", Arrays.asList("sci-fi", "it's", 3, 2.0, null));
        record.put("nothing", List.of());
        record.put("nil", null);
        record.put("id", "of the metadata");
        record.put("a.b", 1);
        record.put("map", Map.of("k", 1));
        return record;
    }

    private static boolean fits(String json) {
        Condition condition = FilterJson.read(json.replace('\'', '"'), KnownFields.ANY);
        return condition.accepts(new Subject("book-1", "The text.", RECORD));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '§',
            value = {
                // Equality is strict, but True is 1.
                "year | == | 2020 | true",
                "year | == | 2020.0 | true",
                "year | == | '2020' | false",
                "text_year | == | 2020 | false",
                "yes | == | 1 | true",
                "no | == | 0 | true",
                "yes | == | 'True' | false",
                "name | == | 'Dune' | true",
                "tags | == | 'sci-fi' | false",
                "year | != | '2020' | true",
                "year | != | 2020 | false",
                // Strings as strings, else as numbers, else as strings.
                "year | < | 2021 | true",
                "year | < | '2021' | true",
                "text_year | < | 2021 | true",
                "text_year | < | '30' | true",
                "text_year | > | 1e3 | true",
                "year | <= | 2020 | true",
                "price | > | '19.49' | true",
                "price | >= | 19.5 | true",
                "year | < | 'abc' | true",
                "name | < | 5 | false",
                "name | > | 5 | true",
                "yes | > | 0 | true",
                "year | < | ' 2_021 ' | true",
                "year | < | 'nan' | false",
                "year | >= | 'nan' | false",
                "year | < | 'inf' | true",
                "year | < | '0x9999' | false",
                // A list field is not "any of".
                "name | in | ['Dune', 'Emma'] | true",
                "name | in | [] | false",
                "year | in | ['2020'] | false",
                "yes | in | [1] | true",
                "tags | in | ['sci-fi'] | false",
                "name | not_in | ['Emma'] | true",
                "name | not_in | ['Dune'] | false",
                "tags | not_in | ['sci-fi'] | true",
                // Everything is a string here.
                "name | contains | 'un' | true",
                "name | contains | 'UN' | false",
                "year | contains | 20 | true",
                "year | starts_with | '20' | true",
                "year | ends_with | 20 | true",
                "yes | starts_with | 'Tr' | true",
                "price | ends_with | '.5' | true",
                "big | == | 1e20 | true",
                "big | starts_with | '1e+20' | true",
                "tags | contains | 'sci-fi' | true",
                "tags | starts_with | '[''sci-fi'', \"it''s\", 3, 2.0, None]' | true",
                "map | contains | '{''k'': 1}' | true",
                "name | starts_with | 'Du' | true",
                "name | ends_with | 'ne' | true",
                // Truth.
                "yes | is_true | true | true",
                "yes | is_true | false | true",
                "no | is_true | true | false",
                "no | is_false | true | true",
                "empty | is_true | true | false",
                "empty | is_false | true | true",
                "nothing | is_false | true | true",
                "tags | is_true | true | true",
                "year | is_true | true | true",
                // Missing and null fit nothing.
                "gone | == | 1 | false",
                "gone | != | 1 | false",
                "gone | not_in | [1] | false",
                "gone | is_false | true | false",
                "nil | != | 1 | false",
                "nil | is_false | true | false",
                // The record's own name and text come first; a dot is a letter.
                "id | == | 'book-1' | true",
                "text | contains | 'text.' | true",
                "a.b | == | 1 | true",
            })
    void fitsAsInPython(String field, String operator, String literal, boolean expected) {
        String value = literal.replace("\"", "\\\"").replace("''", "\u0001");
        String json =
                "{'%s': {'%s': %s}}"
                        .formatted(field, operator, value)
                        .replace('\'', '"')
                        .replace('\u0001', '\'');
        Condition condition = FilterJson.read(json, KnownFields.ANY);
        assertThat(condition.accepts(new Subject("book-1", "The text.", RECORD)))
                .as(json)
                .isEqualTo(expected);
    }

    @Test
    void operatorsAndFieldsAreAllMeant() {
        assertThat(fits("{'year': {'>=': 2020, '<': 2021}, 'name': {'==': 'Dune'}}")).isTrue();
        assertThat(fits("{'year': {'>=': 2020, '<': 2020}, 'name': {'==': 'Dune'}}")).isFalse();
        assertThat(fits("{'year': {'>=': 2020}, 'name': {'==': 'Emma'}}")).isFalse();
    }

    @Test
    void thereAreThirteen() {
        assertThat(LeannOperator.BY_NAME).hasSize(13);
    }

    @Test
    void aFilterWithoutTheRecordLooksIntoTheMetadata() {
        Condition condition = FilterJson.read("{\"id\": {\"==\": \"x\"}}", KnownFields.ANY);
        assertThat(condition.accepts(new Subject(null, null, Map.of("id", "x")))).isTrue();
    }
}
