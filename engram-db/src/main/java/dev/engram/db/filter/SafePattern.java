package dev.engram.db.filter;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * A regular expression in the syntax of RE2, found anywhere in a value. It has no back references,
 * and needs time that grows with the value and with its own size, which is bounded.
 */
final class SafePattern {

    private static final int LENGTH_MAX = 1_000;
    private static final long SIZE_MAX = 5_000;

    private final Pattern pattern;

    SafePattern(String expression) {
        if (expression.length() > LENGTH_MAX) {
            throw new IllegalArgumentException(
                    "pattern: %d letters (expected: at most %d)"
                            .formatted(expression.length(), LENGTH_MAX));
        }
        // Repeats multiply: of these few letters, (((a{999}){999}){999}) wants a billion states.
        long size = new Size(expression).total();
        if (size > SIZE_MAX) {
            throw new IllegalArgumentException(
                    "pattern: its repeats make it about %d letters long (expected: at most %d)"
                            .formatted(size, SIZE_MAX));
        }
        try {
            pattern = Pattern.compile(expression);
        } catch (PatternSyntaxException e) {
            throw new IllegalArgumentException(
                    "pattern: %s in '%s'".formatted(e.getDescription(), e.getPattern()), e);
        }
    }

    boolean fits(String value) {
        return pattern.matcher(value).find();
    }

    /** How long a pattern is with its repeats written out; never less than it is. */
    private static final class Size {

        /** A number that no sum or product goes beyond. */
        private static final long HUGE = 1L << 40;

        private static final int COUNT_DIGITS_MAX = 6;

        private final String expression;
        private final Deque<Long> outside = new ArrayDeque<>();
        private long sum;
        private long last;
        private int at;

        Size(String expression) {
            this.expression = expression;
        }

        long total() {
            while (at < expression.length()) {
                step();
            }
            long total = sum;
            for (long size : outside) {
                total = Math.min(HUGE, total + size);
            }
            return total;
        }

        private void step() {
            char letter = expression.charAt(at);
            switch (letter) {
                case '(' -> {
                    outside.push(sum);
                    sum = 0;
                    last = 0;
                    at++;
                }
                case ')' -> {
                    last = sum + 1;
                    sum = last + (outside.isEmpty() ? 0 : outside.pop());
                    at++;
                }
                case '{' -> repeat();
                case '[' -> atom(classEnd());
                case '\\' -> atom(escapeEnd());
                default -> atom(at + 1);
            }
        }

        private void atom(int end) {
            // Quoted text counts in full, and so does a class: its letters bound its ranges.
            last = (long) end - at;
            sum = Math.min(HUGE, sum + last);
            at = end;
        }

        private int escapeEnd() {
            if (!expression.startsWith("\\Q", at)) {
                return Math.min(at + 2, expression.length());
            }
            int end = expression.indexOf("\\E", at);
            return end < 0 ? expression.length() : end + 2;
        }

        private int classEnd() {
            int end = at + 1;
            end += expression.startsWith("^", end) ? 1 : 0;
            end += expression.startsWith("]", end) ? 1 : 0;
            while (end < expression.length() && expression.charAt(end) != ']') {
                if (expression.startsWith("[:", end) && expression.indexOf(":]", end) > 0) {
                    end = expression.indexOf(":]", end) + 2;
                } else {
                    end += expression.charAt(end) == '\\' ? 2 : 1;
                }
            }
            return Math.min(end + 1, expression.length());
        }

        /** What stands before it comes as often as the larger of its numbers says. */
        private void repeat() {
            int end = expression.indexOf('}', at);
            long times = end < 0 ? 1 : times(expression.substring(at + 1, end));
            long more = Math.min(HUGE, last * times);
            sum = Math.min(HUGE, sum - last + more);
            last = more;
            at = end < 0 ? at + 1 : end + 1;
        }

        private static long times(String counts) {
            long most = 1;
            for (String count : counts.split(",", -1)) {
                boolean number =
                        !count.isEmpty()
                                && count.length() <= COUNT_DIGITS_MAX
                                && count.chars().allMatch(c -> c >= '0' && c <= '9');
                most = number ? Math.max(most, Long.parseLong(count)) : most;
            }
            return most;
        }
    }
}
