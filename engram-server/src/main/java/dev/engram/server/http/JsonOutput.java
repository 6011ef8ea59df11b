package dev.engram.server.http;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Writes JSON in memory. */
final class JsonOutput {

    private static final JsonFactory FACTORY = new JsonFactory();

    private JsonOutput() {}

    /** Writes one JSON text. */
    @FunctionalInterface
    interface Writing {
        void to(JsonGenerator out) throws IOException;
    }

    static byte[] bytes(Writing writing) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JsonGenerator out = FACTORY.createGenerator(bytes)) {
            writing.to(out);
        } catch (IOException e) {
            throw new AssertionError("writing to memory failed", e);
        }
        return bytes.toByteArray();
    }

    /**
     * Writes a value of a record's metadata. Types that JSON lacks become strings: UUID, Instant,
     * and numbers that are not finite.
     */
    static void value(JsonGenerator out, @Nullable Object value) throws IOException {
        switch (value) {
            case null -> out.writeNull();
            case Boolean v -> out.writeBoolean(v);
            case Integer v -> out.writeNumber(v);
            case Long v -> out.writeNumber(v);
            case Float v -> out.writeNumber(v);
            case Double v -> out.writeNumber(v);
            case String v -> out.writeString(v);
            case UUID v -> out.writeString(v.toString());
            case Instant v -> out.writeString(v.toString());
            case List<?> v -> {
                out.writeStartArray();
                for (Object item : v) {
                    value(out, item);
                }
                out.writeEndArray();
            }
            case Map<?, ?> v -> {
                out.writeStartObject();
                for (Map.Entry<?, ?> entry : v.entrySet()) {
                    out.writeFieldName(String.valueOf(entry.getKey()));
                    value(out, entry.getValue());
                }
                out.writeEndObject();
            }
            default -> throw new AssertionError("metadata value of " + value.getClass());
        }
    }

    static void vector(JsonGenerator out, float[] vector) throws IOException {
        out.writeStartArray(vector, vector.length);
        for (float component : vector) {
            out.writeNumber(component);
        }
        out.writeEndArray();
    }
}
