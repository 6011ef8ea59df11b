package dev.engram.db.filter;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Where a value stands in a record's metadata: {@code author.name} is the entry "name" of the map
 * under "author". A name with a dot in it stands between backticks.
 *
 * @param names from the outside inwards; 1..32 of them
 */
public record FieldPath(List<String> names) {

    private static final int NAMES_MAX = 32;
    private static final char QUOTE = '`';

    public FieldPath {
        names = List.copyOf(names);
        if (names.isEmpty() || names.size() > NAMES_MAX) {
            throw new IllegalArgumentException(
                    "field: %d names (expected: 1..%d)".formatted(names.size(), NAMES_MAX));
        }
        for (String name : names) {
            if (name.isEmpty()) {
                throw new IllegalArgumentException("field: an empty name (expected: a letter)");
            }
        }
    }

    /** Reads a path as it stands in JSON and in Java: any letters between the dots. */
    public static FieldPath of(String path) {
        List<String> names = new ArrayList<>();
        int at = 0;
        while (at <= path.length()) {
            boolean quoted = at < path.length() && path.charAt(at) == QUOTE;
            int end = quoted ? quotedEnd(path, at) : path.indexOf('.', at);
            end = end < 0 ? path.length() : end;
            String name = path.substring(at, end);
            names.add(quoted ? unquote(name) : name);
            if (end < path.length() && path.charAt(end) != '.') {
                throw new IllegalArgumentException(
                        "field '%s': letters behind a closing ` (expected: a dot)".formatted(path));
            }
            at = end + 1;
        }
        return new FieldPath(names);
    }

    private static int quotedEnd(String path, int start) {
        int end = endOfQuoted(path, start, QUOTE);
        if (end < 0) {
            throw new IllegalArgumentException(
                    "field '%s': a ` that nothing closes".formatted(path));
        }
        return end;
    }

    /** Behind the closing quote of what opens at {@code start}; -1 where there is none. */
    static int endOfQuoted(String text, int start, char quote) {
        for (int at = start + 1; at < text.length(); at++) {
            if (text.charAt(at) == quote) {
                if (at + 1 == text.length() || text.charAt(at + 1) != quote) {
                    return at + 1;
                }
                at++;
            }
        }
        return -1;
    }

    /** What stands between quotes, each doubled one being one of the text itself. */
    static String unquote(String quoted) {
        String quote = quoted.substring(0, 1);
        return quoted.substring(1, quoted.length() - 1).replace(quote + quote, quote);
    }

    /** The value there; null where there is none, or where it is null. */
    @Nullable Object find(Map<String, ? extends @Nullable Object> metadata) {
        Map<?, ?> map = parent(metadata);
        return map == null ? null : map.get(names.getLast());
    }

    /** Whether there is an entry of that name, be its value null. */
    boolean exists(Map<String, ? extends @Nullable Object> metadata) {
        Map<?, ?> map = parent(metadata);
        return map != null && map.containsKey(names.getLast());
    }

    private @Nullable Map<?, ?> parent(Map<String, ? extends @Nullable Object> metadata) {
        Map<?, ?> map = metadata;
        for (int i = 0; i < names.size() - 1; i++) {
            if (!(map.get(names.get(i)) instanceof Map<?, ?> inner)) {
                return null;
            }
            map = inner;
        }
        return map;
    }

    /** As the language of texts spells it. */
    String text() {
        return names.stream()
                .map(name -> Words.isPlainName(name) ? name : quoted(name))
                .collect(Collectors.joining("."));
    }

    /** As a key of a JSON object: {@link #of} reads it. */
    String key() {
        return names.stream()
                .map(name -> isPlainKey(name) ? name : quoted(name))
                .collect(Collectors.joining("."));
    }

    private static boolean isPlainKey(String name) {
        return name.indexOf('.') < 0 && name.indexOf(QUOTE) < 0 && name.charAt(0) != '$';
    }

    private static String quoted(String name) {
        return QUOTE + name.replace("`", "``") + QUOTE;
    }
}
