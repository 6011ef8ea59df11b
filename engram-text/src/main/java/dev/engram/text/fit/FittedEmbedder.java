package dev.engram.text.fit;

import dev.engram.db.ModelIdentity;
import dev.engram.text.chunk.Tokenizer;
import dev.engram.text.embed.TextEmbedder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/**
 * Embeds by terms and by how they occur together in the texts it was fitted on: without a network,
 * without files, in a tenth of a millisecond. Before it was fitted it knows terms only.
 */
public final class FittedEmbedder implements TextEmbedder {

    /** Its name among the models. */
    public static final String NAME = "fitted";

    private static final String MANNER = "engram-fitted/1";

    private final FittedModel model;
    private final ModelIdentity identity;

    private FittedEmbedder(FittedModel model, byte[] state) {
        this.model = model;
        identity =
                new ModelIdentity(
                        NAME,
                        NAME,
                        model.texts() == 0 ? "" : model.texts() + " texts",
                        FittedModel.DIMENSION,
                        "",
                        "",
                        "",
                        true,
                        fingerprint(state));
    }

    /** One that was fitted on nothing. */
    public static FittedEmbedder unfitted() {
        return new FittedEmbedder(FittedModel.UNFITTED, new byte[0]);
    }

    /**
     * One that was fitted.
     *
     * @param state what {@link Fitting#fit} gave
     * @throws dev.engram.error.CorruptException where it is something else
     */
    public static FittedEmbedder of(byte[] state) {
        return new FittedEmbedder(FittedModel.decode(state), state);
    }

    private static String fingerprint(byte[] state) {
        try {
            MessageDigest sha = MessageDigest.getInstance("SHA-256");
            sha.update(MANNER.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(sha.digest(state), 0, 16);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every JDK has SHA-256", e);
        }
    }

    @Override
    public ModelIdentity identity() {
        return identity;
    }

    @Override
    public Tokenizer tokenizer() {
        return new WordTokenizer(NAME, WordTokenizer.WINDOW_MAX);
    }

    @Override
    public List<float[]> embed(List<String> passages) {
        return passages.stream().map(this::embedQuery).toList();
    }

    @Override
    public float[] embedQuery(String query) {
        if (query.isBlank()) {
            throw new IllegalArgumentException("text: blank (expected: something to embed)");
        }
        return model.vector(query);
    }

    /** There is nothing to free. */
    @Override
    public void close() {}
}
