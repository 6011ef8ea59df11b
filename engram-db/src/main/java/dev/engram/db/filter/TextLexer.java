package dev.engram.db.filter;

import dev.engram.db.filter.Token.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Cuts a filter's text into words and signs. */
final class TextLexer {

    private static final Pattern NUMBER =
            Pattern.compile("[+-]?(?:[0-9]+(?:\\.[0-9]*)?|\\.[0-9]+)(?:[eE][+-]?[0-9]+)?");

    private static final Set<String> SIGNS =
            Set.of(
                    "==", "!=", "<>", "<=", ">=", "&&", "||", "=", "<", ">", "(", ")", "[", "]",
                    ",", ".", "!");

    /** Signs of other languages, and what they are here. */
    private static final Map<String, String> FOREIGN =
            Map.ofEntries(
                    Map.entry("===", "="),
                    Map.entry("!==", "!="),
                    Map.entry("=>", ">="),
                    Map.entry("=<", "<="),
                    Map.entry("~=", "!="),
                    Map.entry("=~", "MATCHES"),
                    Map.entry("~", "MATCHES"),
                    Map.entry("&", "AND"),
                    Map.entry("|", "OR"),
                    Map.entry(";", "AND"),
                    Map.entry("{", "["));

    private static final int SIGN_LETTERS_MAX = 3;

    private final String text;
    private final List<Token> tokens = new ArrayList<>();
    private int at;

    TextLexer(String text) {
        this.text = text;
    }

    List<Token> tokens() {
        for (skipBlanks(); at < text.length(); skipBlanks()) {
            tokens.add(next());
        }
        tokens.add(new Token(Kind.END, "", null, text.length()));
        return tokens;
    }

    private void skipBlanks() {
        while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
            at++;
        }
    }

    private Token next() {
        char letter = text.charAt(at);
        return switch (letter) {
            case '\'', '"' -> quoted(Kind.STRING, letter);
            case '`' -> quoted(Kind.QUOTED_NAME, letter);
            default -> {
                int end = Words.nameEnd(text, at);
                yield end > at ? token(Kind.NAME, end, null) : numberOrSign();
            }
        };
    }

    private Token token(Kind kind, int end, @Nullable Object value) {
        Token token = new Token(kind, text.substring(at, end), value, at);
        at = end;
        return token;
    }

    private Token quoted(Kind kind, char quote) {
        int end = FieldPath.endOfQuoted(text, at, quote);
        if (end < 0) {
            throw Caret.refuse(text, at, "a " + quote + " that nothing closes");
        }
        return token(kind, end, FieldPath.unquote(text.substring(at, end)));
    }

    private Token numberOrSign() {
        Matcher number = NUMBER.matcher(text).region(at, text.length());
        if (number.lookingAt()) {
            int end = number.end();
            if (Words.nameEnd(text, end) > end) {
                throw Caret.refuse(text, end, "a letter in a number (expected: a blank)");
            }
            return token(Kind.NUMBER, end, number(number.group()));
        }
        // The longest sign that fits is meant.
        for (int letters = SIGN_LETTERS_MAX; letters > 0; letters--) {
            String sign = text.substring(at, Math.min(text.length(), at + letters));
            if (SIGNS.contains(sign)) {
                return token(Kind.SIGN, at + sign.length(), null);
            }
            String meant = FOREIGN.get(sign);
            if (meant != null) {
                throw Caret.refuse(
                        text, at, "'%s' is no operator; did you mean '%s'?".formatted(sign, meant));
            }
        }
        String letter = Character.toString(text.codePointAt(at));
        throw Caret.refuse(text, at, "'%s' means nothing here".formatted(letter));
    }

    private Object number(String digits) {
        try {
            if (digits.chars().allMatch(c -> (c >= '0' && c <= '9') || c == '-' || c == '+')) {
                return Long.valueOf(digits);
            }
        } catch (NumberFormatException _) {
            throw Caret.refuse(text, at, "a whole number (expected: 64 bits at most)");
        }
        double number = Double.parseDouble(digits);
        if (!Double.isFinite(number)) {
            throw Caret.refuse(text, at, "a number (expected: at most 1.8e308)");
        }
        return number;
    }
}
