package dev.engram.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * Runs each everyday command once, so that the JVM can note what they load: packing the archive
 * makes a start-up cache of it. Not for users.
 */
public final class Rehearsal {

    private static final int VECTORS = 4_000;
    private static final int QUERIES = 500;
    private static final int DIMENSION = 128;

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
        Terminal terminal = nowhere(folder);
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
        run(terminal, commands);
        run(terminal, searches(folder));
    }

    /**
     * Commands that search an index of every kind often enough for the JVM to know which methods
     * count: the first search of a later process then finds them compiled soon.
     */
    static List<List<String>> searches(Path folder) throws IOException {
        write(folder.resolve("base.fvecs"), VECTORS);
        write(folder.resolve("queries.fvecs"), QUERIES);
        List<List<String>> kinds =
                List.of(
                        List.of("hnsw"),
                        List.of("hnsw", "--codes", "sq8"),
                        List.of("hnsw", "--codes", "blocks"),
                        List.of("ivf_pq"));
        List<List<String>> commands = new ArrayList<>();
        for (List<String> kind : kinds) {
            List<String> command = new ArrayList<>(List.of("bench", "ann", "--metric", "l2"));
            command.addAll(List.of("--base", "base.fvecs", "--queries", "queries.fvecs"));
            command.addAll(List.of("--beam", "10,64", "--format", "json", "--index"));
            command.addAll(kind);
            commands.add(command);
        }
        return commands;
    }

    private static void write(Path file, int count) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(count * (1 + DIMENSION) * Float.BYTES);
        bytes.order(ByteOrder.LITTLE_ENDIAN);
        SplittableRandom random = new SplittableRandom(count);
        for (int i = 0; i < count; i++) {
            bytes.putInt(DIMENSION);
            for (int j = 0; j < DIMENSION; j++) {
                bytes.putFloat((float) random.nextGaussian());
            }
        }
        Files.write(file, bytes.array());
    }

    /** A terminal that shows nothing. */
    static Terminal nowhere(Path folder) {
        PrintWriter nowhere = new PrintWriter(Writer.nullWriter());
        return new Terminal(nowhere, nowhere, folder, Map.of(), false);
    }

    /** Runs commands one after the other, all of which must succeed. */
    static void run(Terminal terminal, List<List<String>> commands) {
        for (List<String> command : commands) {
            int status = new Shell(terminal).run(command.toArray(String[]::new));
            if (status != Shell.DONE) {
                throw new IllegalStateException(command + " ended with " + status);
            }
        }
    }
}
