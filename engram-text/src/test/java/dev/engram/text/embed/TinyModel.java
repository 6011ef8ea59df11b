package dev.engram.text.embed;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes a real, very small sentence transformer: a vector per word, and no layer above them. What
 * it gives can be worked out by hand.
 */
public final class TinyModel {

    static final List<String> WORDS =
            List.of("[PAD]", "[UNK]", "[CLS]", "[SEP]", "red", "green", "blue", "query", "passage");
    static final int DIMENSION = 3;

    /** A row per word. */
    static final float[][] ROWS = {
        {0, 0, 0},
        {0.5f, 0.5f, 0.5f},
        {1, -1, 0},
        {0, 2, -4},
        {4, 0, 0},
        {0, 4, 0},
        {0, 0, 4},
        {8, 1, 0},
        {0, 1, 8}
    };

    private TinyModel() {}

    /** Writes graph, tokenizer and config.json: mean pooling, as it is understood. */
    public static void write(Path folder) throws IOException {
        Files.createDirectories(folder);
        Files.write(folder.resolve("model.onnx"), graph());
        Files.writeString(folder.resolve("tokenizer.json"), tokenizer());
        Files.writeString(
                folder.resolve("config.json"),
                "{\"hidden_size\":3,\"max_position_embeddings\":32,\"model_type\":\"bert\"}");
    }

    /** Adds what sentence-transformers says of a model. */
    static void modules(Path folder, String pooling, boolean normalise) throws IOException {
        Files.createDirectories(folder.resolve("1_Pooling"));
        Files.writeString(
                folder.resolve("modules.json"),
                """
                [{"idx":0,"path":"","type":"sentence_transformers.models.Transformer"},
                 {"idx":1,"path":"1_Pooling","type":"sentence_transformers.models.Pooling"}%s]
                """
                        .formatted(
                                normalise
                                        ? ",{\"idx\":2,\"path\":\"2_Normalize\","
                                              + "\"type\":\"sentence_transformers.models.Normalize\"}"
                                        : ""));
        Files.writeString(
                folder.resolve("1_Pooling").resolve("config.json"),
                "{\"word_embedding_dimension\":3,\"" + pooling + "\":true}");
    }

    static String tokenizer() {
        List<String> entries = new ArrayList<>();
        for (int i = 0; i < WORDS.size(); i++) {
            entries.add("\"" + WORDS.get(i) + "\":" + i);
        }
        return """
        {"version":"1.0","truncation":null,"padding":null,
         "added_tokens":[
          {"id":2,"content":"[CLS]","single_word":false,"lstrip":false,"rstrip":false,
           "normalized":false,"special":true},
          {"id":3,"content":"[SEP]","single_word":false,"lstrip":false,"rstrip":false,
           "normalized":false,"special":true}],
         "normalizer":null,"pre_tokenizer":{"type":"Whitespace"},
         "post_processor":{"type":"TemplateProcessing",
          "single":[{"SpecialToken":{"id":"[CLS]","type_id":0}},{"Sequence":{"id":"A","type_id":0}},
           {"SpecialToken":{"id":"[SEP]","type_id":0}}],
          "pair":[{"Sequence":{"id":"A","type_id":0}},{"Sequence":{"id":"B","type_id":1}}],
          "special_tokens":{"[CLS]":{"id":"[CLS]","ids":[2],"tokens":["[CLS]"]},
           "[SEP]":{"id":"[SEP]","ids":[3],"tokens":["[SEP]"]}}},
         "decoder":null,
         "model":{"type":"WordLevel","vocab":{%s},"unk_token":"[UNK]"}}
        """
                .formatted(String.join(",", entries));
    }

    /** One node: last_hidden_state = Gather(table, input_ids). */
    static byte[] graph() {
        ByteBuffer rows =
                ByteBuffer.allocate(ROWS.length * DIMENSION * Float.BYTES)
                        .order(ByteOrder.LITTLE_ENDIAN);
        for (float[] row : ROWS) {
            for (float x : row) {
                rows.putFloat(x);
            }
        }
        Message table =
                new Message()
                        .number(1, ROWS.length)
                        .number(1, DIMENSION)
                        .number(2, 1)
                        .text(8, "table")
                        .bytes(9, rows.array());
        Message node =
                new Message()
                        .text(1, "table")
                        .text(1, "input_ids")
                        .text(2, "last_hidden_state")
                        .text(4, "Gather");
        Message graph =
                new Message()
                        .message(1, node)
                        .text(2, "tiny")
                        .message(5, table)
                        .message(11, value("input_ids", 7, "b", "n", ""))
                        .message(12, value("last_hidden_state", 1, "b", "n", "d"));
        return new Message()
                .number(1, 8)
                .message(7, graph)
                .message(8, new Message().text(1, "").number(2, 13))
                .array();
    }

    private static Message value(String name, int type, String... dimensions) {
        Message shape = new Message();
        for (String dimension : dimensions) {
            if (!dimension.isEmpty()) {
                shape.message(1, new Message().text(2, dimension));
            }
        }
        Message tensor = new Message().number(1, type).message(2, shape);
        return new Message().text(1, name).message(2, new Message().message(1, tensor));
    }

    /** A protocol buffer message. */
    private static final class Message {

        private final ByteArrayOutputStream out = new ByteArrayOutputStream();

        Message number(int field, long value) {
            varint((long) field << 3);
            varint(value);
            return this;
        }

        Message bytes(int field, byte[] value) {
            varint(((long) field << 3) | 2);
            varint(value.length);
            out.writeBytes(value);
            return this;
        }

        Message text(int field, String value) {
            return bytes(field, value.getBytes(StandardCharsets.UTF_8));
        }

        Message message(int field, Message value) {
            return bytes(field, value.array());
        }

        private void varint(long value) {
            long left = value;
            while (left > 127) {
                out.write((int) ((left & 127) | 128));
                left >>>= 7;
            }
            out.write((int) left);
        }

        byte[] array() {
            return out.toByteArray();
        }
    }
}
