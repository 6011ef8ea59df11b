package dev.engram.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * Runs each everyday command once, so that the JVM can note what they load: packing the archive
 * makes a start-up cache of it. Not for users.
 */
public final class Rehearsal {

    private Rehearsal() {}

    /**
     * Plays through the commands.
     *
     * @param args a folder to work in
     */
    public static void main(String[] args) throws IOException {
        Path folder = Path.of(args[0]);
        Files.writeString(
                folder.resolve("note.md"),
                "# Rehearsal\n\nThe stage is empty, and the lamps are being lit.\n");
        PrintWriter nowhere = new PrintWriter(Writer.nullWriter());
        Terminal terminal = new Terminal(nowhere, nowhere, folder, Map.of(), false);
        List<List<String>> commands =
                List.of(
                        List.of("--help"),
                        List.of("build", "stage", "--input", "note.md"),
                        List.of("list"),
                        List.of("list", "--format", "json"),
                        List.of("info", "stage"),
                        List.of("info", "stage", "--format", "json"),
                        List.of("search", "stage", "is it dark?"),
                        List.of("search", "stage", "is it dark?", "--format", "json"),
                        List.of("remove", "stage", "-f"));
        for (List<String> command : commands) {
            int status = new Shell(terminal).run(command.toArray(String[]::new));
            if (status != Shell.DONE) {
                throw new IllegalStateException(command + " ended with " + status);
            }
        }
    }
}
