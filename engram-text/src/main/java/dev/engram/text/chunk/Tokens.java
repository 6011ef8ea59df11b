package dev.engram.text.chunk;

/**
 * The tokens of a text. Places are UTF-16 offsets into it, ascending; characters of no token (white
 * space, control characters) lie between them.
 *
 * @param ids the model's number of each token
 * @param starts where each token begins
 * @param ends where each token ends
 * @param words the number of the word each token is part of: tokens of one word follow each other
 */
public record Tokens(long[] ids, int[] starts, int[] ends, long[] words) {

    public Tokens {
        if (starts.length != ids.length
                || ends.length != ids.length
                || words.length != ids.length) {
            throw new AssertionError("tokens of unequal arrays");
        }
    }

    /** How many there are. */
    public int count() {
        return ids.length;
    }

    /** Whether a word begins with that token. */
    public boolean beginsWord(int token) {
        return token == 0 || words[token] < 0 || words[token] != words[token - 1];
    }
}
