package dev.engram.text.fit;

import dev.engram.text.chunk.Tokenizer;
import dev.engram.text.chunk.Tokens;
import java.util.Arrays;

/**
 * Counts text for models whose own tokenizer is not at hand: a token is up to {@value #LETTERS}
 * letters of a word, or any one other character that is seen. English comes to about as many tokens
 * as with the vocabularies of most models, other languages rather to more.
 *
 * @param model it is used for
 * @param window the most tokens the model reads at once
 */
public record WordTokenizer(String model, int window) implements Tokenizer {

    /** For models that read any number of tokens. */
    public static final int WINDOW_MAX = 1 << 17;

    private static final int LETTERS = 6;

    @Override
    public int specialTokens() {
        return 0;
    }

    @Override
    public Tokens tokenize(String text) {
        int[] starts = new int[text.length()];
        int[] ends = new int[text.length()];
        long[] words = new long[text.length()];
        int count = 0;
        int word = -1;
        int letters = LETTERS;
        boolean inWord = false;
        for (int at = 0; at < text.length(); ) {
            int point = text.codePointAt(at);
            int next = at + Character.charCount(point);
            boolean letter = isLetter(point);
            if (letter && inWord && letters < LETTERS) {
                ends[count - 1] = next;
                letters++;
            } else if (letter || !isBlank(point)) {
                word += letter && inWord ? 0 : 1;
                starts[count] = at;
                ends[count] = next;
                words[count++] = word;
                letters = 1;
            }
            inWord = letter;
            at = next;
        }
        return new Tokens(
                new long[count],
                Arrays.copyOf(starts, count),
                Arrays.copyOf(ends, count),
                Arrays.copyOf(words, count));
    }

    private static boolean isLetter(int point) {
        return Character.isLetterOrDigit(point)
                && !Character.isIdeographic(point)
                && Character.UnicodeScript.of(point) != Character.UnicodeScript.HIRAGANA;
    }

    private static boolean isBlank(int point) {
        return Character.isWhitespace(point)
                || Character.isSpaceChar(point)
                || Character.isISOControl(point);
    }
}
