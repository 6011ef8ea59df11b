package dev.engram.text;

import dev.engram.db.Embedder;
import dev.engram.text.chunk.Tokenizer;

/** The built-in model, loaded once for all tests of a run. */
public final class BuiltIn {

    private static final EmbeddingModels MODELS = EmbeddingModels.builtIn();

    private BuiltIn() {}

    public static EmbeddingModels models() {
        return MODELS;
    }

    public static Tokenizer tokenizer() {
        return MODELS.tokenizer(EmbeddingModels.DEFAULT);
    }

    public static Embedder embedder() {
        return MODELS.embedder(EmbeddingModels.DEFAULT);
    }
}
