package dev.engram.text.fit;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * The terms of a text, with how often each occurs, in the order of their first occurrence.
 *
 * <p>Words are runs of letters and digits; identifiers are split where their case changes and at
 * underscores ({@code parseJSONFile}: parse, json, file). Possessives lose their end, common words
 * are left out, English endings are taken off; Han and Hiragana are taken character by character. A
 * text of common words only keeps them; one without any words is a term as a whole. So no text is
 * without terms.
 *
 * <p>A term is known by its hash: FNV-1a over its UTF-8 bytes, 64 bits. Fitted models are made of
 * these: neither the terms of a text nor their hashes may ever change.
 */
final class Terms {

    private static final Set<String> COMMON =
            Set.of(
                    "a", "an", "and", "are", "as", "at", "be", "but", "by", "for", "if", "in",
                    "into", "is", "it", "no", "not", "of", "on", "or", "such", "that", "the",
                    "their", "then", "there", "these", "they", "this", "to", "was", "will", "with");

    private static final int WORD_MAX = 64;
    private static final long FNV_START = 0xcbf29ce484222325L;
    private static final long FNV_PRIME = 0x100000001b3L;

    private final Map<Long, Integer> counts = new LinkedHashMap<>();
    private final Map<Long, Integer> common = new LinkedHashMap<>();

    private Terms() {}

    /** How often each term occurs, by its hash. */
    static Map<Long, Integer> of(String text) {
        Terms terms = new Terms();
        terms.read(text);
        if (!terms.counts.isEmpty()) {
            return terms.counts;
        }
        return terms.common.isEmpty() ? Map.of(hash(text.strip()), 1) : terms.common;
    }

    private void read(String text) {
        int at = 0;
        while (at < text.length()) {
            int point = text.codePointAt(at);
            if (isIdeograph(point)) {
                term(Character.toString(point));
                at += Character.charCount(point);
            } else if (isWord(point)) {
                int end = end(text, at);
                words(text, at, end);
                at = end;
            } else {
                at += Character.charCount(point);
            }
        }
    }

    /** The end of a run of letters and digits; an apostrophe between letters is inside. */
    private static int end(String text, int start) {
        int at = start;
        while (at < text.length()) {
            int point = text.codePointAt(at);
            boolean inside =
                    isWord(point)
                            || (isApostrophe(point)
                                    && at + 1 < text.length()
                                    && Character.isLetter(text.codePointAt(at + 1)));
            if (!inside || isIdeograph(point)) {
                return at;
            }
            at += Character.charCount(point);
        }
        return at;
    }

    private static boolean isWord(int point) {
        return Character.isLetterOrDigit(point)
                || Character.getType(point) == Character.NON_SPACING_MARK
                || Character.getType(point) == Character.COMBINING_SPACING_MARK;
    }

    private static boolean isApostrophe(int point) {
        return point == '\'' || point == '\u2019';
    }

    private static boolean isIdeograph(int point) {
        return Character.isIdeographic(point)
                || Character.UnicodeScript.of(point) == Character.UnicodeScript.HIRAGANA;
    }

    /** Cuts a run where its case changes: before a capital that begins a word. */
    private void words(String text, int start, int end) {
        int from = start;
        for (int i = start + 1; i < end; i++) {
            char c = text.charAt(i);
            boolean begins =
                    Character.isUpperCase(c)
                            && (Character.isLowerCase(text.charAt(i - 1))
                                    || (Character.isUpperCase(text.charAt(i - 1))
                                            && i + 1 < end
                                            && Character.isLowerCase(text.charAt(i + 1))));
            if (begins) {
                word(text.substring(from, i));
                from = i;
            }
        }
        word(text.substring(from, end));
    }

    private void word(String word) {
        StringBuilder lower = new StringBuilder(word.length());
        word.codePoints().map(Character::toLowerCase).forEach(lower::appendCodePoint);
        int length = lower.length();
        boolean possessive =
                length > 2
                        && lower.charAt(length - 1) == 's'
                        && isApostrophe(lower.charAt(length - 2));
        String plain = possessive ? lower.substring(0, length - 2) : lower.toString();
        if (COMMON.contains(plain)) {
            common.merge(hash(plain), 1, Integer::sum);
        } else {
            term(Stemmer.stem(plain));
        }
    }

    private void term(String term) {
        // A run without spaces may be a whole line of Thai: its pieces are more than nothing.
        for (int at = 0; at < term.length(); at += WORD_MAX) {
            String piece = term.substring(at, Math.min(term.length(), at + WORD_MAX));
            counts.merge(hash(piece), 1, Integer::sum);
        }
    }

    static long hash(String term) {
        long hash = FNV_START;
        for (byte b : term.getBytes(StandardCharsets.UTF_8)) {
            hash = (hash ^ (b & 0xff)) * FNV_PRIME;
        }
        return hash;
    }
}
