package dev.engram.db;

import java.util.List;

/**
 * Turns texts into vectors. Safe for many threads.
 *
 * <p>The same text gives the same vector, bit by bit, whatever else is embedded beside it or before
 * it: a recalled vector must be the one that was indexed.
 */
public interface Embedder extends AutoCloseable {

    /** Which model this is; two embedders of equal identity give equal vectors. */
    ModelIdentity identity();

    /**
     * Embeds passages to be stored, using as many cores as pay.
     *
     * @param passages any texts, also longer than the model's window; none may be blank
     * @return a vector of {@link ModelIdentity#dimension} components for each, in the same order
     */
    List<float[]> embed(List<String> passages);

    /** Embeds a question to be searched for; some models mark questions in another way. */
    float[] embedQuery(String query);

    /** Frees the model. */
    @Override
    void close();
}
