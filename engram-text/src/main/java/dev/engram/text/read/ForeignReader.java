package dev.engram.text.read;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Has foreign documents read, and source code parsed by native code, by a process of its own, so
 * that none can take this one down: the process has little memory, no say over this one's, none of
 * its secrets, and is ended where a document takes too long.
 *
 * <pre>
 *   this process ── {@link ForeignRequest} ──► ForeignMain (java -Xmx512m), which opens the file
 *                ◄── {@link ForeignReply} ────
 * </pre>
 *
 * <p>It is started by the first document, and again by the next one after it broke. For one thread
 * at a time.
 */
final class ForeignReader implements AutoCloseable {

    /** All that process is told of this one's environment: no keys, no proxies. */
    private static final Set<String> ENVIRONMENT =
            Set.of("PATH", "LANG", "LC_ALL", "LC_CTYPE", "SystemRoot");

    private static final String NONSENSE = "broke the process that read it (it made no sense)";

    /** How the JVM ends that was told to end where memory does. */
    private static final int OUT_OF_MEMORY = 3;

    private final ForeignLimits limits;
    private @Nullable Child child;

    /**
     * The process, while it runs.
     *
     * @param process itself
     * @param requests to it
     * @param replies from it
     * @param scratch a folder for its temporary files
     */
    private record Child(
            Process process, DataOutputStream requests, DataInputStream replies, Path scratch) {}

    ForeignReader(ForeignLimits limits) {
        this.limits = limits;
    }

    /**
     * Reads a document.
     *
     * @param type the end of its name, without the dot
     * @throws Unreadable where it cannot be read
     */
    Document read(Path file, String type) throws Unreadable {
        ForeignRequest request = new ForeignRequest.Read(file.toAbsolutePath(), type);
        return switch (ask(request, limits.time())) {
            case ForeignReply.Read(Document document) -> document;
            case ForeignReply.Failed(String reason) -> throw new Unreadable(reason);
            case ForeignReply.Parsed _, ForeignReply.Absent _ -> throw new Unreadable(NONSENSE);
        };
    }

    /**
     * Parses source code.
     *
     * @throws Unreadable where it cannot be parsed
     * @throws Unparsable where nothing can, on this platform
     */
    Syntax parse(String text, Grammar grammar) throws Unreadable, Unparsable {
        return switch (ask(new ForeignRequest.Parse(text, grammar), limits.syntaxTime())) {
            case ForeignReply.Parsed(Syntax syntax) when syntax.end() <= text.length() -> syntax;
            case ForeignReply.Failed(String reason) -> throw new Unreadable(reason);
            case ForeignReply.Absent(String reason) -> throw new Unparsable(reason);
            case ForeignReply.Read _, ForeignReply.Parsed _ -> throw new Unreadable(NONSENSE);
        };
    }

    private ForeignReply ask(ForeignRequest request, Duration time) throws Unreadable {
        Child running = child();
        FutureTask<ForeignReply> asked = new FutureTask<>(() -> ask(running, request));
        Thread.ofVirtual().name("engram-foreign").start(asked);
        try {
            return asked.get(time.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            close();
            throw new Unreadable("takes longer than " + time.toSeconds() + " s to read", e);
        } catch (InterruptedException e) {
            close();
            Thread.currentThread().interrupt();
            throw new Unreadable("interrupted", e);
        } catch (ExecutionException e) {
            throw broken(running, e);
        }
    }

    private ForeignReply ask(Child running, ForeignRequest request) throws IOException {
        request.write(running.requests());
        return ForeignReply.read(running.replies(), limits.charsMax());
    }

    private Unreadable broken(Child running, ExecutionException cause) {
        int exit = end(running.process());
        close();
        String reason =
                exit == OUT_OF_MEMORY
                        ? "takes more than " + limits.heapMiB() + " MiB of memory to read"
                        : "broke the process that read it (exit code " + exit + ")";
        return new Unreadable(reason, cause);
    }

    /** The exit code; of a process that talks nonsense and goes on, the one of its ending. */
    private static int end(Process process) {
        try {
            if (!process.waitFor(2, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
            return process.waitFor();
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
            return -1;
        }
    }

    private Child child() throws Unreadable {
        if (child == null || !child.process().isAlive()) {
            close();
            try {
                child = start();
            } catch (IOException e) {
                throw new Unreadable("cannot be read: no process for it could be started", e);
            }
        }
        return child;
    }

    private Child start() throws IOException {
        Path scratch = Files.createTempDirectory("engram-read");
        ProcessBuilder builder =
                new ProcessBuilder(command(scratch)).redirectError(ProcessBuilder.Redirect.DISCARD);
        builder.environment().keySet().retainAll(ENVIRONMENT);
        Process process = builder.start();
        return new Child(
                process,
                new DataOutputStream(new BufferedOutputStream(process.getOutputStream())),
                new DataInputStream(new BufferedInputStream(process.getInputStream())),
                scratch);
    }

    private List<String> command(Path scratch) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("-Xmx" + limits.heapMiB() + "m");
        command.add("-XX:+UseSerialGC");
        command.add("-XX:+ExitOnOutOfMemoryError");
        command.add("-XX:-UsePerfData");
        command.add("-Djava.awt.headless=true");
        command.add("-Djava.io.tmpdir=" + scratch);
        command.add("-Dpdfbox.fontcache=" + scratch);
        // Parsers of source code are native.
        command.add("--enable-native-access=ALL-UNNAMED");
        // Nothing that a document refers to is fetched.
        command.add("-Djavax.xml.accessExternalDTD=");
        command.add("-Djavax.xml.accessExternalSchema=");
        command.add("-Djavax.xml.accessExternalStylesheet=");
        command.add("-cp");
        command.add(ForeignPath.classPath());
        command.add(ForeignMain.class.getName());
        command.add(String.valueOf(limits.charsMax()));
        command.add(scratch.toString());
        return command;
    }

    /** Ends the process, where there is one. */
    @Override
    public void close() {
        if (child == null) {
            return;
        }
        Child ended = child;
        child = null;
        ended.process().destroyForcibly();
        boolean interrupted = Thread.interrupted();
        end(ended.process());
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        delete(ended.scratch());
    }

    /** Removes a folder for temporary files. */
    static void delete(Path scratch) {
        try (Stream<Path> tree = Files.walk(scratch)) {
            for (Path path : tree.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        } catch (IOException | UncheckedIOException e) {
            // It lies in the folder for temporary files, which the system empties.
            scratch.toFile().deleteOnExit();
        }
    }
}
