package dev.engram.text.embed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.engram.error.CorruptException;
import dev.engram.error.EngramException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class StaticEmbedderTest {

    private static final Offset<Float> NEAR = within(1e-6f);
    private static final int WORDS = TinyModel.WORDS.size();

    @TempDir private Path folder;

    @BeforeEach
    void write() throws IOException {
        Files.writeString(folder.resolve("tokenizer.json"), TinyModel.tokenizer());
        config(true);
        table("F32");
    }

    private void config(boolean normalise) throws IOException {
        Files.writeString(
                folder.resolve("config.json"),
                "{\"model_type\":\"model2vec\",\"normalize\":" + normalise + "}");
    }

    /** The rows of the tiny model in that type; all of them are small whole numbers or halves. */
    private void table(String type) throws IOException {
        ByteBuffer data = buffer(WORDS * 3 * 4);
        for (float[] row : TinyModel.ROWS) {
            for (float x : row) {
                switch (type) {
                    case "F32" -> data.putFloat(x);
                    case "F16" -> data.putShort(Float.floatToFloat16(x));
                    default -> data.put((byte) (2 * x));
                }
            }
        }
        int bytes = data.position();
        file(
                "{\"__metadata__\":{\"format\":\"pt\"},\"embeddings\":{\"dtype\":\"%s\",\"shape\":[9,3],"
                                .formatted(type)
                        + "\"data_offsets\":[0,%d]}}".formatted(bytes),
                data.flip());
    }

    private static ByteBuffer buffer(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    private void file(String header, ByteBuffer data) throws IOException {
        byte[] json = header.getBytes(StandardCharsets.UTF_8);
        byte[] all = new byte[8 + json.length + data.remaining()];
        ByteBuffer.wrap(all)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(json.length)
                .put(json)
                .put(data);
        Files.write(folder.resolve("model.safetensors"), all);
    }

    private TextEmbedder open() {
        return ModelFolder.of("static", folder).open(1, CacheFolder.ofUser());
    }

    @ParameterizedTest
    @ValueSource(strings = {"F32", "F16", "I8"})
    void isTheMeanOfItsWords(String type) throws IOException {
        table(type);
        config(false);
        float scale = type.equals("I8") ? 2 : 1;
        try (TextEmbedder embedder = open()) {
            // No special tokens; "pink" is unknown and does not count.
            assertThat(embedder.embedQuery("red pink green query"))
                    .containsExactly(new float[] {scale * 12 / 3, scale * 5 / 3, 0}, NEAR);
            assertThat(embedder.identity().dimension()).isEqualTo(3);
            assertThat(embedder.identity().provider()).isEqualTo("static");
        }
    }

    @Test
    void hasLengthOneWhereItsFilesSaySo() {
        try (TextEmbedder embedder = open()) {
            assertThat(embedder.embed(List.of("red", "red green")).getLast())
                    .containsExactly(
                            new float[] {(float) Math.sqrt(0.5), (float) Math.sqrt(0.5), 0}, NEAR);
        }
    }

    @Test
    void findsRowsByMappingAndWeighsThem() throws IOException {
        ByteBuffer data = buffer(2 * 3 * 4 + 9 * 8 + 9 * 4);
        data.putFloat(1).putFloat(0).putFloat(0).putFloat(0).putFloat(1).putFloat(0);
        for (int i = 0; i < WORDS; i++) {
            data.putDouble(i);
        }
        for (int i = 0; i < WORDS; i++) {
            data.putInt(i % 2);
        }
        file(
                "{\"embeddings\":{\"dtype\":\"F32\",\"shape\":[2,3],\"data_offsets\":[0,24]},"
                    + "\"weights\":{\"dtype\":\"F64\",\"shape\":[9],\"data_offsets\":[24,96]},"
                    + "\"mapping\":{\"dtype\":\"I32\",\"shape\":[9],\"data_offsets\":[96,132]}}",
                data.flip());
        config(false);
        try (TextEmbedder embedder = open()) {
            // red is 4, green 5.
            assertThat(embedder.embedQuery("red green"))
                    .containsExactly(new float[] {2, 2.5f, 0}, NEAR);
        }
        data.putInt(96 + 8 * 4, 2);
        file(
                "{\"embeddings\":{\"dtype\":\"F32\",\"shape\":[2,3],\"data_offsets\":[0,24]},"
                    + "\"mapping\":{\"dtype\":\"I32\",\"shape\":[9],\"data_offsets\":[96,132]}}",
                data.position(0));
        assertThatThrownBy(this::open)
                .isInstanceOf(CorruptException.class)
                .hasMessageContaining("mapping of token 8 to row 2");
    }

    @Test
    void givesTextsOfUnknownWordsADirection() {
        try (TextEmbedder embedder = open()) {
            float[] vector = embedder.embedQuery("pink ?");
            assertThat(vector).containsOnly((float) (1 / Math.sqrt(3)));
            assertThatThrownBy(() -> embedder.embedQuery(" "))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void refusesToWorkOnceClosed() {
        TextEmbedder embedder = open();
        embedder.close();
        embedder.close();
        assertThatThrownBy(() -> embedder.embedQuery("red"))
                .isInstanceOf(IllegalStateException.class);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"embeddings\":{\"dtype\":\"F32\",\"shape\":[9,3],\"data_offsets\":[0,112]}} |"
                        + " bytes 0..112",
                "{\"embeddings\":{\"dtype\":\"F32\",\"shape\":[9,3],\"data_offsets\":[-4,104]}} |"
                        + " bytes -4..104",
                "{\"embeddings\":{\"dtype\":\"F32\",\"shape\":[9,4],\"data_offsets\":[0,144]}} |"
                        + " bytes 0..144",
                "{\"embeddings\":{\"dtype\":\"F32\",\"shape\":[4,3],\"data_offsets\":[0,48]}} | 4"
                        + " rows for 9 tokens",
                "{\"embeddings\":{\"dtype\":\"BF16\",\"shape\":[9,3],\"data_offsets\":[0,54]}} |"
                        + " dtype: BF16",
                "{\"embeddings\":{\"dtype\":\"F32\",\"shape\":[2147483647,2147483647],\"data_offsets\":[0,4]}}"
                    + " | do not fit",
                "{\"embeddings\":{\"dtype\":\"F32\",\"shape\":[0,3],\"data_offsets\":[0,0]}} |"
                        + " expected: 1..",
                "{\"other\":{\"dtype\":\"F32\",\"shape\":[9,3],\"data_offsets\":[0,108]}} | no"
                        + " tensor 'embedding.weight'",
                "{\"embeddings\":7} | dtype: missing",
                "{\"embeddings\": | cannot read"
            })
    void refusesADamagedTable(String header, String message) throws IOException {
        file(header, ByteBuffer.allocate(9 * 3 * 4));
        assertThatThrownBy(this::open)
                .isInstanceOf(EngramException.class)
                .hasMessageContaining(message);
    }

    @Test
    void refusesATableThatIsCutOff() throws IOException {
        Path table = folder.resolve("model.safetensors");
        byte[] all = Files.readAllBytes(table);
        for (int length : List.of(0, 7, 8, 40, all.length - 1)) {
            Files.write(table, Arrays.copyOf(all, length));
            assertThatThrownBy(this::open)
                    .as("%d bytes", length)
                    .isInstanceOf(EngramException.class);
        }
    }
}
