package dev.engram.db;

import java.util.Collection;
import java.util.List;
import java.util.regex.Pattern;

/** What a collection may be called, and how those there are stand in a message. */
final class CollectionNames {

    private static final Pattern NAME = Pattern.compile("[\\p{L}\\p{N}][\\p{L}\\p{N}._-]{0,127}");

    /** How many names an error message lists. */
    private static final int TOLD_MAX = 20;

    private CollectionNames() {}

    static void check(String name) {
        if (!NAME.matcher(name).matches() || name.contains("..")) {
            throw new IllegalArgumentException(
                    "collection name: '"
                            + name
                            + "' (expected: 1..128 letters, digits, '.', '_' or '-', starting with"
                            + " a letter or digit, without '..')");
        }
    }

    /** Such as "are: a, b and 7 more". */
    static String told(Collection<String> names) {
        List<String> sorted = names.stream().sorted().toList();
        if (sorted.isEmpty()) {
            return "are none yet";
        }
        String first = String.join(", ", sorted.subList(0, Math.min(TOLD_MAX, sorted.size())));
        return sorted.size() <= TOLD_MAX
                ? "are: " + first
                : "are: " + first + " and " + (sorted.size() - TOLD_MAX) + " more";
    }
}
