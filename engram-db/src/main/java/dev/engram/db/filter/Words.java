package dev.engram.db.filter;

import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The words of the language of texts, and what else is a name. */
final class Words {

    /** The operators that are words: each stands behind a field. */
    static final List<String> OPERATORS =
            List.of(
                    "IN",
                    "NOT",
                    "BETWEEN",
                    "LIKE",
                    "MATCHES",
                    "CONTAINS",
                    "STARTS_WITH",
                    "ENDS_WITH",
                    "EXISTS",
                    "IS");

    private static final Set<String> OTHERS =
            Set.of(
                    "AND",
                    "OR",
                    "TRUE",
                    "FALSE",
                    "NULL",
                    "ANY",
                    "ALL",
                    "TIMESTAMP",
                    "UUID",
                    "LEANN");

    /** A third of the letters wrong still looks like a slip; more is another word. */
    private static final int LETTERS_PER_SLIP = 3;

    private Words() {}

    /** Whether a name means something else where no backticks stand around it. */
    static boolean isReserved(String name) {
        String upper = name.toUpperCase(Locale.ROOT);
        return OTHERS.contains(upper) || OPERATORS.contains(upper);
    }

    static boolean isPlainName(String name) {
        return !isReserved(name) && nameEnd(name, 0) == name.length();
    }

    /** Behind the name that starts there; there itself where none does. */
    static int nameEnd(String text, int start) {
        int at = start;
        while (at < text.length()) {
            int letter = text.codePointAt(at);
            boolean inside = at > start;
            boolean fits =
                    Character.isLetter(letter)
                            || letter == '_'
                            || letter == '$'
                            || letter == '@'
                            || (inside && (Character.isDigit(letter) || letter == '-'));
            if (!fits) {
                break;
            }
            at += Character.charCount(letter);
        }
        return at;
    }

    /** "; did you mean 'x'?", or nothing where no known word is near. */
    static String suggestion(String wrong, Collection<String> known) {
        String nearest = nearest(wrong, known);
        return nearest == null ? "" : "; did you mean '" + nearest + "'?";
    }

    private static @Nullable String nearest(String wrong, Collection<String> known) {
        String nearest = null;
        int fewest = Integer.MAX_VALUE;
        for (String name : known) {
            int bound = name.length() / LETTERS_PER_SLIP;
            if (Math.abs(name.length() - wrong.length()) <= bound) {
                int edits = edits(wrong.toLowerCase(Locale.ROOT), name.toLowerCase(Locale.ROOT));
                if (edits < fewest && edits <= bound) {
                    nearest = name;
                    fewest = edits;
                }
            }
        }
        return nearest;
    }

    /**
     * Letters to insert, delete, change or swap with the next to make one word of the other
     * (Damerau, 1964).
     */
    private static int edits(String from, String to) {
        int[][] edits = new int[from.length() + 1][to.length() + 1];
        for (int i = 0; i <= from.length(); i++) {
            for (int j = 0; j <= to.length(); j++) {
                edits[i][j] = i == 0 || j == 0 ? i + j : step(edits, from, to, i, j);
            }
        }
        return edits[from.length()][to.length()];
    }

    private static int step(int[][] edits, String from, String to, int i, int j) {
        boolean same = from.charAt(i - 1) == to.charAt(j - 1);
        int fewest = edits[i - 1][j - 1] + (same ? 0 : 1);
        fewest = Math.min(fewest, Math.min(edits[i - 1][j], edits[i][j - 1]) + 1);
        boolean swapped =
                i > 1
                        && j > 1
                        && from.charAt(i - 1) == to.charAt(j - 2)
                        && from.charAt(i - 2) == to.charAt(j - 1);
        return swapped ? Math.min(fewest, edits[i - 2][j - 2] + 1) : fewest;
    }
}
