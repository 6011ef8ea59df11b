package dev.engram.text.embed;

/**
 * How the files of a sentence transformer are used.
 *
 * @param dimension components of its vectors
 * @param window the most tokens it reads at once, special tokens included
 * @param pooling from tokens to a text
 * @param normalise whether vectors are scaled to length 1
 * @param queryPrefix put in front of questions
 * @param passagePrefix put in front of passages
 */
record Manner(
        int dimension,
        int window,
        Pooling pooling,
        boolean normalise,
        String queryPrefix,
        String passagePrefix) {

    static final int DIMENSION_MAX = 65_536;
    static final int WINDOW_MIN = 16;
    static final int WINDOW_MAX = 1 << 17;
    private static final int PREFIX_MAX = 4096;

    Manner {
        if (dimension < 1 || dimension > DIMENSION_MAX) {
            throw new IllegalArgumentException(
                    "dimension: " + dimension + " (expected: 1.." + DIMENSION_MAX + ")");
        }
        if (window < WINDOW_MIN || window > WINDOW_MAX) {
            throw new IllegalArgumentException(
                    "window: "
                            + window
                            + " tokens (expected: "
                            + WINDOW_MIN
                            + ".."
                            + WINDOW_MAX
                            + ")");
        }
        if (queryPrefix.length() > PREFIX_MAX || passagePrefix.length() > PREFIX_MAX) {
            throw new IllegalArgumentException(
                    "prefix: longer than " + PREFIX_MAX + " characters (expected: a few words)");
        }
    }

    /** Mean, length 1, no prefixes. */
    static Manner usual(int dimension, int window) {
        return new Manner(dimension, window, Pooling.MEAN, true, "", "");
    }

    /**
     * In words, for the fingerprint. Whatever changes vectors though the files stay the same is
     * named here, and numbered up when the code that does it changes.
     */
    String words() {
        String words =
                "engram-onnx/1 pooling="
                        + pooling.word()
                        + " normalise="
                        + (normalise ? "l2" : "none")
                        + " batch=1 padding=none windows=weighted-mean window="
                        + window
                        + " dimension="
                        + dimension;
        return queryPrefix.isEmpty() && passagePrefix.isEmpty()
                ? words
                : words + " query=[" + queryPrefix + "] passage=[" + passagePrefix + "]";
    }
}
