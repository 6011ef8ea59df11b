package dev.engram.server.http;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A JSON text, read once from front to back by one thread. Strict: an unknown or repeated field, a
 * value of another type, or bytes that are not UTF-8 are refused, with a pointer to the place.
 *
 * <p>Every reading method starts at the first token of its value and ends at the last.
 */
final class JsonInput {

    private static final int DEPTH_MAX = 64;
    private static final int NAME_LENGTH_MAX = 1024;
    private static final int NUMBER_LENGTH_MAX = 400;

    /**
     * Field names come from strangers: they are not worth a place in a table that never forgets.
     */
    private static final JsonFactory FACTORY =
            new JsonFactoryBuilder()
                    .configure(JsonFactory.Feature.INTERN_FIELD_NAMES, false)
                    .configure(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES, false)
                    .enable(StreamReadFeature.USE_FAST_DOUBLE_PARSER)
                    .streamReadConstraints(
                            StreamReadConstraints.builder()
                                    .maxNestingDepth(DEPTH_MAX)
                                    .maxNameLength(NAME_LENGTH_MAX)
                                    .maxNumberLength(NUMBER_LENGTH_MAX)
                                    // The body as a whole is bounded already.
                                    .maxStringLength(Integer.MAX_VALUE)
                                    .build())
                    .build();

    private final JsonParser parser;

    private JsonInput(JsonParser parser) {
        this.parser = parser;
    }

    /** Reads a value. */
    @FunctionalInterface
    interface Reading<T> {
        T from(JsonInput in) throws IOException;
    }

    /** Reads the value of a field. */
    @FunctionalInterface
    interface FieldReading {
        void read(String field) throws IOException;
    }

    /** Reads a body that holds exactly one value. */
    static <T> T read(byte[] body, Reading<T> reading) {
        Reader text =
                new InputStreamReader(
                        new ByteArrayInputStream(body),
                        StandardCharsets.UTF_8
                                .newDecoder()
                                .onMalformedInput(CodingErrorAction.REPORT)
                                .onUnmappableCharacter(CodingErrorAction.REPORT));
        try (JsonParser parser = FACTORY.createParser(text)) {
            if (parser.nextToken() == null) {
                throw Refusal.of("invalid_json", "the body is empty (expected: JSON)", null, null);
            }
            T value = reading.from(new JsonInput(parser));
            if (parser.nextToken() != null) {
                throw Refusal.of("invalid_json", "more than one JSON value", null, null);
            }
            return value;
        } catch (CharacterCodingException _) {
            throw Refusal.of("invalid_json", "the body is not valid UTF-8", null, null);
        } catch (JsonProcessingException e) {
            throw Refusal.of("invalid_json", e.getOriginalMessage() + place(e), null, null);
        } catch (IOException e) {
            throw new AssertionError("reading from memory failed", e);
        }
    }

    private static String place(JsonProcessingException e) {
        @Nullable JsonLocation at = e.getLocation(); // Unknown where a bound was passed.
        return at == null
                ? ""
                : " (line %d, column %d)".formatted(at.getLineNr(), at.getColumnNr());
    }

    /** Reads true or false. */
    boolean flag() throws IOException {
        if (parser.currentToken() != JsonToken.VALUE_TRUE) {
            expect(JsonToken.VALUE_FALSE, "true or false");
        }
        return parser.currentToken() == JsonToken.VALUE_TRUE;
    }

    /** Reads an object; {@code reading} is called at the value of each field, in their order. */
    void object(List<String> known, FieldReading reading) throws IOException {
        expect(JsonToken.START_OBJECT, "an object");
        Set<String> seen = new HashSet<>();
        for (String field = parser.nextFieldName(); field != null; field = parser.nextFieldName()) {
            if (!known.contains(field)) {
                throw refusal(
                        "unknown_field",
                        "field '" + field + "' is unknown",
                        Suggestion.of(field, known));
            }
            checkOnce(seen.add(field), field);
            parser.nextToken();
            reading.read(field);
        }
    }

    private void checkOnce(boolean first, String field) {
        if (!first) {
            throw refusal("duplicate_field", "field '" + field + "' comes twice", null);
        }
    }

    /** Reads an array of any values of one kind. */
    <T> List<T> array(Reading<T> item) throws IOException {
        expect(JsonToken.START_ARRAY, "an array");
        List<T> items = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            items.add(item.from(this));
        }
        return items;
    }

    String string() throws IOException {
        expect(JsonToken.VALUE_STRING, "a string");
        return checkText(parser.getText());
    }

    /** Half a surrogate pair has no UTF-8: it would be stored as something else. */
    private String checkText(String text) {
        for (int i = 0; i < text.length(); i++) {
            char letter = text.charAt(i);
            if (Character.isSurrogate(letter)) {
                if (Character.isLowSurrogate(letter)
                        || i + 1 == text.length()
                        || !Character.isLowSurrogate(text.charAt(i + 1))) {
                    throw refusal(
                            "invalid_json", "half a surrogate pair (expected: Unicode text)", null);
                }
                i++;
            }
        }
        return text;
    }

    /** Reads a whole number of 32 bits. */
    int integer() throws IOException {
        expect(JsonToken.VALUE_NUMBER_INT, "a whole number");
        if (parser.getNumberType() != JsonParser.NumberType.INT) {
            throw refusal("wrong_type", parser.getText() + " (expected: 32 bits at most)", null);
        }
        return parser.getIntValue();
    }

    /** Reads a whole number of 64 bits. */
    long longInteger() throws IOException {
        expect(JsonToken.VALUE_NUMBER_INT, "a whole number");
        if (parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER) {
            throw refusal(
                    "wrong_type",
                    parser.getText() + " (expected: 64 bits at most)",
                    "send larger numbers as strings");
        }
        return parser.getLongValue();
    }

    /** Reads a number with or without a fraction. */
    double number() throws IOException {
        if (parser.currentToken() != JsonToken.VALUE_NUMBER_INT) {
            expect(JsonToken.VALUE_NUMBER_FLOAT, "a number");
        }
        return decimal();
    }

    /** Reads an object of any values: whole numbers become Long, others Double, null stays null. */
    Map<String, @Nullable Object> map() throws IOException {
        expect(JsonToken.START_OBJECT, "an object");
        Map<String, @Nullable Object> map = new LinkedHashMap<>();
        for (String field = parser.nextFieldName(); field != null; field = parser.nextFieldName()) {
            checkOnce(!map.containsKey(field), field);
            String key = checkText(field);
            parser.nextToken();
            map.put(key, value());
        }
        return map;
    }

    private @Nullable Object value() throws IOException {
        return switch (parser.currentToken()) {
            case VALUE_NULL -> null;
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            case VALUE_STRING -> string();
            case VALUE_NUMBER_INT -> longInteger();
            case VALUE_NUMBER_FLOAT -> decimal();
            case START_OBJECT -> map();
            case START_ARRAY -> list();
            case END_OBJECT, END_ARRAY, FIELD_NAME, NOT_AVAILABLE, VALUE_EMBEDDED_OBJECT ->
                    throw new AssertionError("no value at " + pointer());
        };
    }

    private List<@Nullable Object> list() throws IOException {
        List<@Nullable Object> list = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            list.add(value());
        }
        return list;
    }

    private double decimal() throws IOException {
        double value = parser.getDoubleValue();
        if (!Double.isFinite(value)) {
            throw refusal("wrong_type", parser.getText() + " (expected: a 64-bit decimal)", null);
        }
        return value;
    }

    /** Reads a vector: an array of numbers, or a string of little-endian float32 in base64. */
    float[] vector() throws IOException {
        return VectorInput.read(this, parser);
    }

    /** Whether the value at hand is a string. */
    boolean atString() {
        return parser.currentToken() == JsonToken.VALUE_STRING;
    }

    void expect(JsonToken token, String what) throws IOException {
        if (parser.currentToken() != token) {
            String found = parser.currentToken().isStructStart() ? kind() : parser.getText();
            throw refusal("wrong_type", found + " (expected: " + what + ")", null);
        }
    }

    private String kind() {
        return parser.currentToken() == JsonToken.START_OBJECT ? "an object" : "an array";
    }

    /** Makes a value of what was read; the maker's complaint gets a pointer to the place. */
    <T> T checked(Supplier<T> maker) {
        try {
            return maker.get();
        } catch (IllegalArgumentException e) {
            throw refusal("invalid_argument", String.valueOf(e.getMessage()), null);
        }
    }

    /** The value of a field that has several names; refused where another of them came before. */
    <T> T once(@Nullable T before, T value, String what) {
        if (before != null) {
            throw refusal("duplicate_field", what + " is given twice (expected: once)", null);
        }
        return value;
    }

    /** The value of a field that must be there; called behind the end of its object. */
    <T> T required(@Nullable T value, String field) {
        if (value == null) {
            throw missing(field, "field '" + field + "' is missing");
        }
        return value;
    }

    /** Says that a field is missing; called behind the end of its object. */
    Refusal missing(String field, String detail) {
        JsonPointer place = parser.getParsingContext().pathAsPointer();
        return Refusal.of("missing_field", detail, place.appendProperty(field).toString(), null);
    }

    /** Refuses the value at hand. */
    Refusal refusal(String code, String detail, @Nullable String hint) {
        String field = pointer();
        return Refusal.of(code, detail, field.isEmpty() ? null : field, hint);
    }

    /** Where the value at hand is; empty for the whole text. */
    private String pointer() {
        return parser.getParsingContext().pathAsPointer().toString();
    }
}
