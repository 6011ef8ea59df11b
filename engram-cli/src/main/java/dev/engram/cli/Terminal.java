package dev.engram.cli;

import java.io.Console;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;

/**
 * The world of one command: where it prints, where it stands, what the environment says.
 *
 * @param out answers
 * @param err errors and progress
 * @param folder relative paths start here
 * @param environment variables
 * @param interactive whether a person watches: progress is shown and questions may be asked
 */
record Terminal(
        PrintWriter out,
        PrintWriter err,
        Path folder,
        Map<String, String> environment,
        boolean interactive) {

    /** This process's own. */
    static Terminal system() {
        // Null where input or output is no terminal, whatever newer javadocs say.
        Console console = System.console();
        return new Terminal(
                new PrintWriter(System.out, true, StandardCharsets.UTF_8),
                new PrintWriter(System.err, true, StandardCharsets.UTF_8),
                Path.of(""),
                System.getenv(),
                console != null && console.isTerminal());
    }
}
