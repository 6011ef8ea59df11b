package dev.engram.db.filter;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.StreamWriteConstraints;
import java.io.IOException;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** JSON texts of filters: read into maps and lists, and written from them. */
public final class FilterJson {

    /** A condition takes two levels, and a list of values may stand in it. */
    private static final int DEPTH_MAX = 4 * Condition.DEPTH_MAX;

    private static final int NUMBER_LETTERS_MAX = 400;

    private static final JsonFactory FACTORY =
            new JsonFactoryBuilder()
                    .configure(JsonFactory.Feature.INTERN_FIELD_NAMES, false)
                    .configure(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES, false)
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .streamReadConstraints(
                            StreamReadConstraints.builder()
                                    .maxNestingDepth(DEPTH_MAX)
                                    .maxNumberLength(NUMBER_LETTERS_MAX)
                                    .maxNameLength(FilterText.LENGTH_MAX)
                                    .build())
                    .streamWriteConstraints(
                            StreamWriteConstraints.builder().maxNestingDepth(DEPTH_MAX).build())
                    .build();

    private FilterJson() {}

    /** Whether a text is meant to be JSON. */
    public static boolean isJson(String text) {
        return text.stripLeading().startsWith("{");
    }

    /** Reads a JSON object; IllegalArgumentException shows where it is wrong. */
    public static Condition read(String text, KnownFields known) {
        FilterText.checkLength(text);
        return new FilterObject(known).read(parse(text));
    }

    static Map<String, @Nullable Object> parse(String text) {
        try (JsonParser parser = FACTORY.createParser(text)) {
            parser.nextToken();
            Map<String, @Nullable Object> map = map(parser, text);
            if (parser.nextToken() != null) {
                throw Caret.refuse(
                        text, place(parser.currentTokenLocation(), text), "more than one value");
            }
            return map;
        } catch (JsonProcessingException e) {
            throw Caret.refuse(text, place(e.getLocation(), text), e.getOriginalMessage());
        } catch (IOException e) {
            throw new AssertionError("reading from memory failed", e);
        }
    }

    private static int place(@Nullable JsonLocation location, String text) {
        long offset = location == null ? 0 : location.getCharOffset();
        return Math.clamp(offset, 0, text.length());
    }

    private static Map<String, @Nullable Object> map(JsonParser parser, String text)
            throws IOException {
        Map<String, @Nullable Object> map = new LinkedHashMap<>();
        for (String key = parser.nextFieldName(); key != null; key = parser.nextFieldName()) {
            parser.nextToken();
            map.put(key, value(parser, text));
        }
        return map;
    }

    private static @Nullable Object value(JsonParser parser, String text) throws IOException {
        return switch (parser.currentToken()) {
            case VALUE_NULL -> null;
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            case VALUE_STRING -> parser.getText();
            case VALUE_NUMBER_INT -> whole(parser, text);
            case VALUE_NUMBER_FLOAT -> parser.getDoubleValue();
            case START_OBJECT -> map(parser, text);
            case START_ARRAY -> list(parser, text);
            case END_OBJECT, END_ARRAY, FIELD_NAME, NOT_AVAILABLE, VALUE_EMBEDDED_OBJECT ->
                    throw new AssertionError("no value");
        };
    }

    private static Long whole(JsonParser parser, String text) throws IOException {
        if (parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER) {
            throw Caret.refuse(
                    text,
                    place(parser.currentTokenLocation(), text),
                    "a whole number (expected: 64 bits at most)");
        }
        return parser.getLongValue();
    }

    private static List<@Nullable Object> list(JsonParser parser, String text) throws IOException {
        List<@Nullable Object> list = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            list.add(value(parser, text));
        }
        return list;
    }

    /** The condition as a JSON text that {@link #read} reads. */
    public static String json(Condition condition) {
        StringWriter text = new StringWriter();
        try (JsonGenerator out = FACTORY.createGenerator(text)) {
            write(out, ObjectPrinter.object(condition));
        } catch (IOException e) {
            throw new AssertionError("writing to memory failed", e);
        }
        return text.toString();
    }

    private static void write(JsonGenerator out, Object value) throws IOException {
        switch (value) {
            case Map<?, ?> map -> {
                out.writeStartObject();
                for (Map.Entry<?, ?> entry : map.entrySet()) {
                    out.writeFieldName(String.valueOf(entry.getKey()));
                    write(out, entry.getValue());
                }
                out.writeEndObject();
            }
            case List<?> list -> {
                out.writeStartArray();
                for (Object item : list) {
                    write(out, item);
                }
                out.writeEndArray();
            }
            case Boolean truth -> out.writeBoolean(truth);
            case Long number -> out.writeNumber(number);
            case Double number -> out.writeNumber(number);
            default -> out.writeString(value.toString());
        }
    }
}
