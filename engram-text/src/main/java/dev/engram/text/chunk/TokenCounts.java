package dev.engram.text.chunk;

import java.util.Arrays;

/** How many tokens lie between two places of a text that is tokenised once. */
final class TokenCounts {

    /** Where each word begins. */
    private final int[] starts;

    /** The tokens of all words before each word, and of all words. */
    private final int[] sums;

    TokenCounts(Tokenizer tokenizer, String text) {
        int[] begins = new int[1024];
        int[] before = new int[1025];
        int count = 0;
        Words words = new Words(tokenizer, text);
        while (words.start() < text.length()) {
            if (count == begins.length) {
                begins = Arrays.copyOf(begins, 2 * count);
                before = Arrays.copyOf(before, 2 * count + 1);
            }
            begins[count] = words.start();
            before[count + 1] = before[count] + words.tokens();
            count++;
            words.skip();
        }
        starts = Arrays.copyOf(begins, count);
        sums = Arrays.copyOf(before, count + 1);
    }

    /** The tokens of the words that begin from {@code start} to before {@code end}. */
    int between(int start, int end) {
        return sums[words(end)] - sums[words(start)];
    }

    /** How many words begin before a place. */
    private int words(int before) {
        int found = Arrays.binarySearch(starts, before);
        return found >= 0 ? found : -found - 1;
    }
}
