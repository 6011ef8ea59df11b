package dev.engram.db;

import dev.engram.error.EngramException;
import dev.engram.error.UnavailableException;
import dev.engram.index.IndexSpec;
import dev.engram.testkit.Seed;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.lucene.analysis.en.EnglishAnalyzer;
import org.apache.lucene.index.IndexWriter;
import org.rocksdb.RocksDB;

/** A second JVM that works on a database until it is killed, and tells each thing it has done. */
final class OtherProcess implements AutoCloseable {

    private final Process process;
    private final BufferedReader said;

    private OtherProcess(Process process) {
        this.process = process;
        this.said = process.inputReader(StandardCharsets.UTF_8);
    }

    /**
     * @param job {@code hold}, {@code put}, {@code transact} or {@code load}
     * @param arguments of the job
     */
    static OtherProcess start(Path folder, String job, Object... arguments) throws IOException {
        Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        String classPath =
                Stream.of(
                                EngramException.class,
                                IndexSpec.class,
                                Database.class,
                                OtherProcess.class,
                                Seed.class,
                                RocksDB.class,
                                IndexWriter.class,
                                EnglishAnalyzer.class)
                        .map(OtherProcess::home)
                        .distinct()
                        .collect(Collectors.joining(File.pathSeparator));
        ProcessBuilder builder =
                new ProcessBuilder(
                        java.toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-Xmx256m",
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        classPath,
                        OtherProcess.class.getName(),
                        folder.toString(),
                        job);
        Stream.of(arguments).map(String::valueOf).forEach(builder.command()::add);
        return new OtherProcess(builder.redirectError(ProcessBuilder.Redirect.INHERIT).start());
    }

    /** The folder or archive a class was loaded from. */
    private static String home(Class<?> type) {
        try {
            return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI())
                    .toString();
        } catch (URISyntaxException e) {
            throw new AssertionError(e);
        }
    }

    long pid() {
        return process.pid();
    }

    /** Waits for the next line it says. */
    String hear() throws IOException {
        String line = said.readLine();
        if (line == null) {
            throw new AssertionError("the other process ended without a word");
        }
        return line;
    }

    /** Ends the process as kill -9 does; returns how many lines it had said that nobody heard. */
    int kill() throws IOException, InterruptedException {
        // Not Process.destroyForcibly: that would throw away what was said, too.
        process.toHandle().destroyForcibly();
        int lines = 0;
        for (String line = said.readLine(); line != null; line = said.readLine()) {
            lines++;
        }
        process.waitFor();
        return lines;
    }

    @Override
    public void close() throws IOException {
        process.destroyForcibly();
        said.close();
    }

    /** The other process. */
    static void main(String[] arguments) throws IOException {
        Path folder = Path.of(arguments[0]);
        switch (arguments[1]) {
            case "hold" -> hold(folder, arguments[2].equals("shared"));
            case "put" -> put(folder, Long.parseLong(arguments[2]), Integer.parseInt(arguments[3]));
            case "transact" ->
                    transact(folder, Long.parseLong(arguments[2]), Integer.parseInt(arguments[3]));
            case "load" ->
                    load(folder, Long.parseLong(arguments[2]), Integer.parseInt(arguments[3]));
            default -> throw new AssertionError(arguments[1]);
        }
    }

    private static void hold(Path folder, boolean shared) throws IOException {
        try (Database database =
                shared ? Database.openReadOnly(folder, Models.NONE) : Database.open(folder)) {
            System.out.println(database.collections().size());
            int end = System.in.read();
            System.out.println(end);
        } catch (UnavailableException e) {
            System.out.println(e.getMessage());
        }
    }

    private static void put(Path folder, long seed, int from) {
        try (Database database = CrashWork.open(folder)) {
            CrashWork work = new CrashWork(seed);
            for (int i = from; ; i++) {
                work.step(i).run(database);
                System.out.println(i);
            }
        }
    }

    private static void transact(Path folder, long seed, int from) {
        try (Database database = CrashWork.open(folder)) {
            CrashWork work = new CrashWork(seed);
            for (int i = from; ; i++) {
                work.step(i).runTogether(database, i);
                System.out.println(i);
            }
        }
    }

    private static void load(Path folder, long seed, int from) {
        try (Database database = CrashWork.open(folder)) {
            CrashWork work = new CrashWork(seed);
            for (int i = from; ; i++) {
                work.load(database, i);
                System.out.println(i);
            }
        }
    }
}
