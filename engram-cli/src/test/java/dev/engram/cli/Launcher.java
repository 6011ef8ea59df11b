package dev.engram.cli;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Starts real processes, as a user's shell does. */
final class Launcher {

    static final Path ROOT = TestShell.ROOT.toAbsolutePath().normalize();

    private Launcher() {}

    record Ended(int status, String said) {}

    /** Starts a command with bin/ on its PATH. */
    static Process start(Path folder, Map<String, String> environment, String... command)
            throws IOException {
        if (command[0].equals("engram")) {
            // Java looks for programs on its own PATH, not on the one it hands down.
            command[0] = ROOT.resolve("bin/engram").toString();
        }
        ProcessBuilder builder =
                new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true);
        String path = ROOT.resolve("bin") + File.pathSeparator + System.getenv("PATH");
        builder.environment().put("PATH", path);
        builder.environment().putAll(environment);
        return builder.start();
    }

    static Ended run(Path folder, Map<String, String> environment, String... command)
            throws IOException, InterruptedException {
        Process process = start(folder, environment, command);
        process.getOutputStream().close();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Ended(process.waitFor(), said);
    }

    /** The fenced blocks of a Markdown file in one language, in order. */
    static List<String> blocks(String markdown, String language) {
        List<String> blocks = new ArrayList<>();
        StringBuilder block = null;
        for (String line : markdown.split("\n", -1)) {
            if (block == null && line.equals("```" + language)) {
                block = new StringBuilder();
            } else if (block != null && line.equals("```")) {
                blocks.add(block.toString());
                block = null;
            } else if (block != null) {
                block.append(line).append('\n');
            }
        }
        return blocks;
    }
}
