package dev.engram.storage;

import dev.engram.error.UnavailableException;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Writer;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A second JVM that locks and frees a folder when told to: one word in, one line out. */
final class LockingProcess implements AutoCloseable {

    private final Process process;
    private final BufferedReader answers;
    private final Writer questions;

    private LockingProcess(Process process) {
        this.process = process;
        this.answers = process.inputReader(StandardCharsets.UTF_8);
        this.questions = process.outputWriter(StandardCharsets.UTF_8);
    }

    static LockingProcess start(Path folder) throws IOException {
        Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        String classPath =
                String.join(File.pathSeparator, home(FolderLock.class), home(LockingProcess.class));
        return new LockingProcess(
                new ProcessBuilder(
                                java.toString(),
                                "-Xshare:auto",
                                "-XX:TieredStopAtLevel=1",
                                "-cp",
                                classPath,
                                LockingProcess.class.getName(),
                                folder.toString())
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start());
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

    /** Says {@code exclusive}, {@code shared} or {@code free}, and waits for the answer. */
    String ask(String question) throws IOException {
        questions.write(question + "\n");
        questions.flush();
        String answer = answers.readLine();
        if (answer == null) {
            throw new AssertionError("the other process ended without an answer");
        }
        return answer;
    }

    /** Ends the process as the system would, without a chance to clean up. */
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    @Override
    public void close() throws IOException {
        questions.close();
        answers.close();
        process.destroy();
    }

    /** The other process; ends with its input. */
    static void main(String[] arguments) throws IOException {
        Path folder = Path.of(arguments[0]);
        List<FolderLock> held = new ArrayList<>();
        BufferedReader questions =
                new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = questions.readLine(); line != null; line = questions.readLine()) {
            System.out.println(answer(line, folder, held));
        }
    }

    private static String answer(String question, Path folder, List<FolderLock> held) {
        try {
            switch (question) {
                case "exclusive" -> held.add(FolderLock.exclusive(folder));
                case "shared" -> held.add(FolderLock.shared(folder));
                case "free" -> {
                    held.forEach(FolderLock::close);
                    held.clear();
                    return "freed";
                }
                default -> throw new AssertionError(question);
            }
            return "locked";
        } catch (UnavailableException e) {
            return e.getMessage();
        }
    }
}
