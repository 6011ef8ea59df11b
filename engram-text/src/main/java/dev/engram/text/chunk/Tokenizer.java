package dev.engram.text.chunk;

/** How a model counts text. Safe for many threads. */
public interface Tokenizer {

    /** The model this is the tokenizer of, for messages. */
    String model();

    /** The most tokens the model reads at once, its special tokens included. */
    int window();

    /** How many of them are special tokens, put around any text. */
    int specialTokens();

    /**
     * Cuts a text into tokens, without special ones and without a limit.
     *
     * <p>Text to both sides of white space is cut alike whether together or apart; that is what
     * lets a long text be read in slabs.
     */
    Tokens tokenize(String text);
}
