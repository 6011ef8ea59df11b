package dev.engram.text.read;

import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/**
 * The characters between brackets in a pattern, as git reads them.
 *
 * @param members the characters named
 * @param negated whether all others are meant
 * @param end behind the closing bracket
 */
record GlobClass(BitSet members, boolean negated, int end) {

    private static final char ASCII_MAX = 127;

    /**
     * Reads from the opening bracket on.
     *
     * @return null where it never closes, or names a class that there is not
     */
    static @Nullable GlobClass at(String pattern, int open) {
        int i = open + 1;
        boolean negated = i < pattern.length() && "!^".indexOf(pattern.charAt(i)) >= 0;
        if (negated) {
            i++;
        }
        BitSet members = new BitSet();
        int previous = -1;
        boolean first = true;
        while (i < pattern.length()) {
            char c = pattern.charAt(i);
            if (c == ']' && !first) {
                return new GlobClass(members, negated, i + 1);
            }
            first = false;
            if (c == '-'
                    && previous >= 0
                    && i + 1 < pattern.length()
                    && pattern.charAt(i + 1) != ']') {
                i = unescaped(pattern, i + 1);
                if (i < 0) {
                    return null;
                }
                if (pattern.charAt(i) >= previous) {
                    members.set(previous, pattern.charAt(i) + 1);
                }
                previous = -1;
            } else if (c == '[' && pattern.startsWith(":", i + 1)) {
                int close = pattern.indexOf(']', i + 2);
                if (close < 0) {
                    return null;
                }
                if (close == i + 2 || pattern.charAt(close - 1) != ':') {
                    members.set('[');
                    previous = '[';
                } else {
                    if (!addNamed(members, pattern.substring(i + 2, close - 1))) {
                        return null;
                    }
                    previous = -1;
                    i = close;
                }
            } else {
                i = unescaped(pattern, i);
                if (i < 0) {
                    return null;
                }
                members.set(pattern.charAt(i));
                previous = pattern.charAt(i);
            }
            i++;
        }
        return null;
    }

    /** That place, or the next where the one holds a backslash; -1 where there is none. */
    private static int unescaped(String pattern, int at) {
        if (pattern.charAt(at) != '\\') {
            return at;
        }
        return at + 1 < pattern.length() ? at + 1 : -1;
    }

    private static boolean addNamed(BitSet members, String name) {
        for (char c = 0; c <= ASCII_MAX; c++) {
            Boolean in = isIn(name, c);
            if (in == null) {
                return false;
            }
            if (in) {
                members.set(c);
            }
        }
        return true;
    }

    private static @Nullable Boolean isIn(String name, char c) {
        boolean digit = c >= '0' && c <= '9';
        boolean lower = c >= 'a' && c <= 'z';
        boolean upper = c >= 'A' && c <= 'Z';
        boolean graph = c > ' ' && c < ASCII_MAX;
        return switch (name) {
            case "alnum" -> digit || lower || upper;
            case "alpha" -> lower || upper;
            case "blank" -> c == ' ' || c == '\t';
            case "cntrl" -> c < ' ' || c == ASCII_MAX;
            case "digit" -> digit;
            case "graph" -> graph;
            case "lower" -> lower;
            case "print" -> graph || c == ' ';
            case "punct" -> graph && !digit && !lower && !upper;
            case "space" -> c == ' ' || (c >= '\t' && c <= '\r');
            case "upper" -> upper;
            case "xdigit" -> digit || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
            default -> null;
        };
    }
}
