package dev.engram.server.http;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.engram.index.Vectors;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Base64;

/** Reads vectors from JSON without a box around each component. */
final class VectorInput {

    private static final int LENGTH_FIRST = 1024;

    private VectorInput() {}

    static float[] read(JsonInput in, JsonParser parser) throws IOException {
        if (parser.currentToken() == JsonToken.VALUE_STRING) {
            return base64(in, parser.getText());
        }
        in.expect(JsonToken.START_ARRAY, "an array of numbers, or base64 of float32");
        float[] vector = new float[LENGTH_FIRST];
        int length = 0;
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            if (!parser.currentToken().isNumeric()) {
                in.expect(JsonToken.VALUE_NUMBER_FLOAT, "a number");
            }
            checkLength(in, length + 1);
            if (length == vector.length) {
                vector = Arrays.copyOf(vector, 2 * length);
            }
            vector[length++] = finite(in, parser.getFloatValue());
        }
        return Arrays.copyOf(vector, length);
    }

    private static float[] base64(JsonInput in, String text) {
        byte[] bytes;
        try {
            bytes = Base64.getDecoder().decode(text);
        } catch (IllegalArgumentException e) {
            throw in.refusal("wrong_type", "not base64: " + e.getMessage(), null);
        }
        if (bytes.length % Float.BYTES != 0) {
            throw in.refusal(
                    "wrong_type",
                    bytes.length + " bytes (expected: little-endian float32, 4 bytes each)",
                    null);
        }
        float[] vector = new float[bytes.length / Float.BYTES];
        checkLength(in, vector.length);
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(vector);
        for (float component : vector) {
            finite(in, component);
        }
        return vector;
    }

    private static float finite(JsonInput in, float component) {
        if (!Float.isFinite(component)) {
            throw in.refusal("wrong_type", component + " (expected: a finite float32)", null);
        }
        return component;
    }

    private static void checkLength(JsonInput in, int length) {
        if (length > Vectors.DIMENSION_MAX) {
            throw in.refusal(
                    "invalid_argument",
                    "vector longer than any (expected: 1.."
                            + Vectors.DIMENSION_MAX
                            + " components)",
                    null);
        }
    }
}
