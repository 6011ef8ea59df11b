package dev.engram.testkit.tidy;

/** Tells code from comments and literals, character by character, as the Java lexer would. */
final class Blanks {

    private final String text;
    private final StringBuilder code;
    private final StringBuilder comments;

    Blanks(String text) {
        this.text = text;
        this.code = new StringBuilder(text);
        this.comments = new StringBuilder(text);
        int at = 0;
        while (at < text.length()) {
            int end = endOfToken(at);
            boolean comment = text.startsWith("//", at) || text.startsWith("/*", at);
            if (end > at + 1 || comment) {
                blank(code, at, end);
            }
            if (!comment) {
                blank(comments, at, end);
            }
            at = end;
        }
    }

    String code() {
        return code.toString();
    }

    String comments() {
        return comments.toString();
    }

    /** The end of the comment or literal that starts here, or of this one character. */
    private int endOfToken(int at) {
        if (text.startsWith("//", at)) {
            return endAfter("\n", at) - 1;
        }
        if (text.startsWith("/*", at)) {
            return endAfter("*/", at + 2);
        }
        if (text.startsWith("\"\"\"", at)) {
            return endOfLiteral("\"\"\"", at + 3);
        }
        char first = text.charAt(at);
        return first == '"' || first == '\'' ? endOfLiteral(String.valueOf(first), at + 1) : at + 1;
    }

    private int endAfter(String mark, int from) {
        int found = text.indexOf(mark, from);
        return found < 0 ? text.length() : found + mark.length();
    }

    private int endOfLiteral(String mark, int from) {
        int at = from;
        while (at < text.length() && !text.startsWith(mark, at)) {
            at += text.charAt(at) == '\\' ? 2 : 1;
        }
        return Math.min(text.length(), at + mark.length());
    }

    private static void blank(StringBuilder view, int from, int to) {
        for (int at = from; at < to; at++) {
            if (view.charAt(at) != '\n') {
                view.setCharAt(at, ' ');
            }
        }
    }
}
