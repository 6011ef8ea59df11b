package dev.engram.db.filter;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;

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
    @CsvFileSource(resources = "leann.csv", delimiter = '|', quoteCharacter = '§')
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
