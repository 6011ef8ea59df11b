package dev.engram.server.http;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Finds the name that was probably meant. */
final class Suggestion {

    private Suggestion() {}

    /** "did you mean 'query'?", or all names where none is near. */
    static String of(String wrong, List<String> known) {
        String nearest = nearest(wrong, known);
        return nearest == null
                ? "known here: " + String.join(", ", known)
                : "did you mean '" + nearest + "'?";
    }

    private static @Nullable String nearest(String wrong, List<String> known) {
        String nearest = null;
        int fewest = Integer.MAX_VALUE;
        for (String name : known) {
            int edits = edits(wrong, name);
            // A third of the letters wrong still looks like a slip; more is another word.
            if (edits < fewest && edits <= Math.max(1, name.length() / 3)) {
                nearest = name;
                fewest = edits;
            }
        }
        return nearest;
    }

    /** Letters to insert, delete or change to make one word of the other (Levenshtein, 1966). */
    private static int edits(String from, String to) {
        if (Math.abs(from.length() - to.length()) > to.length()) {
            return Integer.MAX_VALUE;
        }
        int[] row = new int[to.length() + 1];
        for (int j = 0; j <= to.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= from.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= to.length(); j++) {
                int change = diagonal + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(change, Math.min(row[j], row[j - 1]) + 1);
            }
        }
        return row[to.length()];
    }
}
