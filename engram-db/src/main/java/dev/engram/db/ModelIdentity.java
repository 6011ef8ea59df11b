package dev.engram.db;

/**
 * What makes two embedding models the same: part of a collection's schema, so that vectors of
 * different models never meet in one index.
 *
 * @param name what a user calls it, such as {@code all-MiniLM-L6-v2}
 * @param dimension components of its vectors
 * @param fingerprint of the model's files and of how they are used: tokenizer, window, pooling,
 *     normalisation
 */
public record ModelIdentity(String name, int dimension, String fingerprint) {

    public ModelIdentity {
        if (name.isBlank()) {
            throw new IllegalArgumentException("model name: blank (expected: a name)");
        }
        if (dimension < 1) {
            throw new IllegalArgumentException("dimension: " + dimension + " (expected: >= 1)");
        }
    }
}
