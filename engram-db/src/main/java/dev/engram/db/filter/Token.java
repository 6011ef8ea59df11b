package dev.engram.db.filter;

import org.jspecify.annotations.Nullable;

/**
 * A word or sign of a filter's text.
 *
 * @param kind of it
 * @param text as it was written
 * @param value what a string, a number or a quoted name stands for
 * @param start where it starts
 */
record Token(Kind kind, String text, @Nullable Object value, int start) {

    enum Kind {
        NAME,
        QUOTED_NAME,
        STRING,
        NUMBER,
        SIGN,
        END
    }

    boolean isWord(String word) {
        return kind == Kind.NAME && text.equalsIgnoreCase(word);
    }

    boolean isSign(String sign) {
        return kind == Kind.SIGN && text.equals(sign);
    }

    /** For a message. */
    String shown() {
        return kind == Kind.END ? "the end" : text;
    }
}
