package dev.engram.db.filter;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A pattern of LIKE: {@code %} stands for any letters, {@code _} for one, a backslash takes the
 * meaning of the letter behind it. Upper and lower case differ.
 *
 * <p>The pattern is cut at its {@code %}; the first place where a piece fits is as good as any, so
 * no place is tried twice.
 */
final class Wildcard {

    private static final int ANY_LETTER = -1;

    private final List<int[]> pieces = new ArrayList<>();

    Wildcard(String pattern) {
        int[] letters = new int[pattern.length()];
        int count = 0;
        for (int at = 0; at < pattern.length(); ) {
            int letter = pattern.codePointAt(at);
            at += Character.charCount(letter);
            if (letter == '%') {
                pieces.add(Arrays.copyOf(letters, count));
                count = 0;
                continue;
            }
            if (letter == '\\') {
                if (at == pattern.length()) {
                    throw new IllegalArgumentException(
                            "pattern: ends with a backslash (expected: a letter behind it)");
                }
                letter = pattern.codePointAt(at);
                at += Character.charCount(letter);
            } else if (letter == '_') {
                letter = ANY_LETTER;
            }
            letters[count++] = letter;
        }
        pieces.add(Arrays.copyOf(letters, count));
    }

    boolean fits(String value) {
        int[] text = value.codePoints().toArray();
        int[] first = pieces.getFirst();
        int[] last = pieces.getLast();
        if (pieces.size() == 1) {
            return text.length == first.length && fits(first, text, 0);
        }
        if (text.length < first.length + last.length || !fits(first, text, 0)) {
            return false;
        }
        int end = text.length - last.length;
        int at = first.length;
        for (int[] piece : pieces.subList(1, pieces.size() - 1)) {
            at = find(piece, text, at, end);
            if (at < 0) {
                return false;
            }
            at += piece.length;
        }
        return fits(last, text, end);
    }

    private static int find(int[] piece, int[] text, int from, int end) {
        for (int at = from; at + piece.length <= end; at++) {
            if (fits(piece, text, at)) {
                return at;
            }
        }
        return -1;
    }

    private static boolean fits(int[] piece, int[] text, int at) {
        for (int i = 0; i < piece.length; i++) {
            if (piece[i] != ANY_LETTER && piece[i] != text[at + i]) {
                return false;
            }
        }
        return true;
    }
}
