package dev.engram.text.chunk;

/**
 * Goes through the words of a text, each with its number of tokens. The text is tokenised once, in
 * slabs, as the words are asked for.
 */
final class Words {

    private static final Tokens NONE = new Tokens(new long[0], new int[0], new int[0], new long[0]);

    private final Tokenizer tokenizer;
    private final String text;
    private Tokens slab = NONE;
    private int slabStart;
    private int slabEnd;
    private int token;

    Words(Tokenizer tokenizer, String text) {
        this.tokenizer = tokenizer;
        this.text = text;
    }

    /** Where the next word begins; the end of the text where there is none. */
    int start() {
        while (token == slab.count() && slabEnd < text.length()) {
            slabStart = slabEnd;
            slabEnd = Slabs.end(text, slabStart);
            slab = tokenizer.tokenize(text.substring(slabStart, slabEnd));
            token = 0;
        }
        return token < slab.count() ? slabStart + slab.starts()[token] : text.length();
    }

    /** Where the next word ends; there has to be one. */
    int end() {
        return slabStart + slab.ends()[token + tokens() - 1];
    }

    /** How many tokens the next word has; there has to be one. */
    int tokens() {
        int end = token + 1;
        while (end < slab.count() && !slab.beginsWord(end)) {
            end++;
        }
        return end - token;
    }

    /** Goes on to the word after the next. */
    void skip() {
        token += tokens();
    }
}
