package dev.engram.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.StreamWriteFeature;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Writes JSON without loading a data binder: the command line starts faster. */
final class Json {

    private static final JsonFactory FACTORY =
            JsonFactory.builder().disable(StreamWriteFeature.AUTO_CLOSE_TARGET).build();

    private Json() {}

    static JsonGenerator to(PrintWriter writer) throws IOException {
        return FACTORY.createGenerator(writer);
    }

    /** A value of a record's metadata; types JSON lacks become strings. */
    static void value(JsonGenerator out, @Nullable Object value) throws IOException {
        switch (value) {
            case null -> out.writeNull();
            case Boolean v -> out.writeBoolean(v);
            case Integer v -> out.writeNumber(v);
            case Long v -> out.writeNumber(v);
            case Float v -> number(out, v, Float.isFinite(v));
            case Double v -> number(out, v, Double.isFinite(v));
            case List<?> list -> {
                out.writeStartArray();
                for (Object item : list) {
                    value(out, item);
                }
                out.writeEndArray();
            }
            case Map<?, ?> map -> object(out, map);
            default -> out.writeString(value.toString());
        }
    }

    private static void number(JsonGenerator out, Number value, boolean finite) throws IOException {
        if (finite) {
            out.writeNumber(value.toString());
        } else {
            out.writeString(value.toString());
        }
    }

    private static void object(JsonGenerator out, Map<?, ?> map) throws IOException {
        out.writeStartObject();
        for (Map.Entry<?, ?> entry : map.entrySet()) {
            out.writeFieldName(String.valueOf(entry.getKey()));
            value(out, entry.getValue());
        }
        out.writeEndObject();
    }
}
