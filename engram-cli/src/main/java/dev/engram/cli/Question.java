package dev.engram.cli;

import java.util.Locale;
import java.util.Objects;

/** Asks before something is gone for good. */
final class Question {

    private Question() {}

    /**
     * Whether the user agrees.
     *
     * @param what the command does, for the message to a script that nobody answers
     */
    static boolean agreed(Common common, String question, String what) {
        if (!common.terminal().interactive()) {
            throw new IllegalArgumentException(
                    what
                            + ", and nobody is there to answer (expected: -f to do it without"
                            + " asking)");
        }
        String answer = Objects.requireNonNull(System.console()).readLine("%s [y/N] ", question);
        return answer != null && answer.strip().toLowerCase(Locale.ROOT).startsWith("y");
    }
}
