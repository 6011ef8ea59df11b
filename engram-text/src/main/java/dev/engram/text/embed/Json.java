package dev.engram.text.embed;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import dev.engram.error.UnavailableException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * JSON that others wrote: the files of models, the answers of providers. Read within limits, and
 * asked for what is expected in it; anything else is refused by name.
 *
 * @param what names the place in messages
 * @param value a String, Number, Boolean, List, Map, or null
 */
public record Json(String what, @Nullable Object value) {

    /** Larger files than that are no JSON of a model. */
    public static final long BYTES_MAX = 256L << 20;

    private static final int DEPTH_MAX = 100;
    private static final int STRING_MAX = 64 << 20;

    private static final JsonFactory FACTORY =
            JsonFactory.builder()
                    .streamReadConstraints(
                            StreamReadConstraints.builder()
                                    .maxNestingDepth(DEPTH_MAX)
                                    .maxStringLength(STRING_MAX)
                                    .maxDocumentLength(BYTES_MAX)
                                    .build())
                    .build();

    /**
     * Reads a file.
     *
     * @throws UnavailableException where it cannot be read, or is no JSON
     */
    public static Json of(Path file) {
        try {
            long size = Files.size(file);
            if (size > BYTES_MAX) {
                throw new UnavailableException(
                        file + ": " + size + " bytes (expected: at most " + BYTES_MAX + ")");
            }
            try (InputStream in = Files.newInputStream(file)) {
                return of(file.toString(), in);
            }
        } catch (JsonProcessingException e) {
            throw new UnavailableException(file + " is no JSON: " + e.getOriginalMessage(), e);
        } catch (IOException e) {
            throw new UnavailableException("cannot read " + file, e);
        }
    }

    /** Reads a file; a value of null where there is none. */
    public static Json ifThere(Path file) {
        return Files.isRegularFile(file) ? of(file) : new Json(file.toString(), null);
    }

    /**
     * Reads all of a stream.
     *
     * @throws IOException where the stream fails, or is no JSON
     */
    public static Json of(String what, InputStream in) throws IOException {
        try (JsonParser parser = FACTORY.createParser(in)) {
            return whole(what, parser);
        }
    }

    /**
     * Reads bytes.
     *
     * @throws IOException where they are no JSON
     */
    public static Json of(String what, byte[] bytes) throws IOException {
        try (JsonParser parser = FACTORY.createParser(bytes)) {
            return whole(what, parser);
        }
    }

    private static Json whole(String what, JsonParser parser) throws IOException {
        JsonToken first = parser.nextToken();
        if (first == null) {
            throw new NoSuchFileException(what + " is empty");
        }
        Object value = value(parser, first);
        if (parser.nextToken() != null) {
            throw new IOException(what + " has more behind its end");
        }
        return new Json(what, value);
    }

    private static @Nullable Object value(JsonParser parser, JsonToken token) throws IOException {
        return switch (token) {
            case START_OBJECT -> {
                Map<String, @Nullable Object> map = new LinkedHashMap<>();
                while (parser.nextToken() == JsonToken.FIELD_NAME) {
                    String name = parser.currentName();
                    map.put(name, value(parser, parser.nextToken()));
                }
                yield map;
            }
            case START_ARRAY -> {
                List<@Nullable Object> list = new ArrayList<>();
                for (JsonToken next = parser.nextToken();
                        next != JsonToken.END_ARRAY;
                        next = parser.nextToken()) {
                    list.add(value(parser, next));
                }
                yield list;
            }
            case VALUE_STRING -> parser.getText();
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> parser.getNumberValue();
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            case VALUE_NULL -> null;
            case NOT_AVAILABLE, END_OBJECT, END_ARRAY, FIELD_NAME, VALUE_EMBEDDED_OBJECT ->
                    throw new IOException("unexpected " + token);
        };
    }

    /** What stands under a name of an object; a value of null where nothing does. */
    public Json at(String name) {
        Object found = value instanceof Map<?, ?> map ? map.get(name) : null;
        return new Json(what + "." + name, found);
    }

    /** Whether there is a value. */
    public boolean isThere() {
        return value != null;
    }

    /** The names of an object; none where it is none. */
    public List<String> names() {
        return value instanceof Map<?, ?> map
                ? map.keySet().stream().map(String::valueOf).toList()
                : List.of();
    }

    /** The items of a list. */
    public List<Json> items() {
        if (!(value instanceof List<?> list)) {
            throw wrong("a list");
        }
        List<Json> items = new ArrayList<>(list.size());
        for (int i = 0; i < list.size(); i++) {
            items.add(new Json(what + "[" + i + "]", list.get(i)));
        }
        return items;
    }

    /** The items of a list; none where there is no value. */
    public List<Json> itemsOrNone() {
        return value == null ? List.of() : items();
    }

    /** A string. */
    public String text() {
        if (value instanceof String text) {
            return text;
        }
        throw wrong("a string");
    }

    /** A string, or that one where there is no value. */
    public String textOr(String absent) {
        return value == null ? absent : text();
    }

    /** A number that is no fraction. */
    public long number() {
        if (value instanceof Integer || value instanceof Long) {
            return ((Number) value).longValue();
        }
        throw wrong("a whole number");
    }

    /** A whole number, or that one where there is none, or one that no long can hold. */
    public long numberOr(long absent) {
        return value instanceof Integer || value instanceof Long
                ? ((Number) value).longValue()
                : absent;
    }

    /** A boolean, or that one where there is no value. */
    public boolean flagOr(boolean absent) {
        if (value == null) {
            return absent;
        }
        if (value instanceof Boolean flag) {
            return flag;
        }
        throw wrong("true or false");
    }

    /** A list of numbers. */
    public float[] floats() {
        if (!(value instanceof List<?> list)) {
            throw wrong("a list of numbers");
        }
        float[] floats = new float[list.size()];
        for (int i = 0; i < floats.length; i++) {
            if (!(list.get(i) instanceof Number number)) {
                throw new Json(what + "[" + i + "]", list.get(i)).wrong("a number");
            }
            floats[i] = number.floatValue();
        }
        return floats;
    }

    private UnavailableException wrong(String expected) {
        String found = value == null ? "missing" : String.valueOf(value);
        String shown = found.length() > 60 ? found.substring(0, 60) + "..." : found;
        return new UnavailableException(what + ": " + shown + " (expected: " + expected + ")");
    }
}
