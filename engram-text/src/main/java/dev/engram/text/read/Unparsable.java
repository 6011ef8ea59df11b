package dev.engram.text.read;

/** There are no parsers here: what they would do for one file they will not do for another. */
final class Unparsable extends Exception {

    private static final long serialVersionUID = 1L;

    /**
     * @param reason in words for people
     */
    Unparsable(String reason) {
        super(reason);
    }
}
