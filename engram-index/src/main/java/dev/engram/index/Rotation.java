package dev.engram.index;

/** What vectors are turned by before product quantisation cuts them into parts. */
public enum Rotation {
    /** Nothing: a model's own axes, which for text embeddings are the better ones. */
    NONE,
    /**
     * A random orthogonal map, which spreads what a few components hold over all parts. Worth it
     * where components differ much, as those of images or of PCA do.
     */
    RANDOM
}
