package dev.engram.text.read;

import dev.engram.text.Selection;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Set;

/** What the files of a folder say about one another: which were made by machines, or by others. */
final class Surroundings {

    private static final Set<String> NEVER = Set.of(".git", ".hg", ".svn", ".DS_Store");
    private static final Set<String> MACHINE_MADE =
            Set.of("node_modules", "bower_components", "__pycache__", "venv", "site-packages");
    private static final Set<String> OUTPUTS = Set.of("target", "build", "dist", "out");
    private static final Set<String> BUILD_FILES =
            Set.of(
                    "pom.xml",
                    "build.gradle",
                    "build.gradle.kts",
                    "Cargo.toml",
                    "package.json",
                    "pyproject.toml",
                    "setup.py",
                    "CMakeLists.txt",
                    "Makefile",
                    "build.sbt",
                    "build.xml");
    private static final long LINK_BYTES_MAX = 4096;

    private final boolean project;

    Surroundings(Collection<String> names) {
        project = names.stream().anyMatch(BUILD_FILES::contains);
    }

    /** Whether something in the folder is not looked at. */
    boolean passesOver(Path path, String name, Selection selection) {
        if (NEVER.contains(name) || (name.startsWith(".") && !selection.hidden())) {
            return true;
        }
        boolean machineMade =
                MACHINE_MADE.contains(name)
                        || name.equals(".venv")
                        || (project && OUTPUTS.contains(name));
        if (machineMade && Files.isDirectory(path)) {
            return true;
        }
        return !selection.submodules() && isSubmodule(path);
    }

    /** A submodule has a file that tells where its repository lies: among the modules of this. */
    private static boolean isSubmodule(Path path) {
        Path link = path.resolve(".git");
        try {
            return Files.isRegularFile(link)
                    && Files.size(link) <= LINK_BYTES_MAX
                    && new String(Files.readAllBytes(link), StandardCharsets.UTF_8)
                            .replace('\\', '/')
                            .contains("/modules/");
        } catch (IOException e) {
            // Who cannot read that file is no guest of the folder either: entering will say so.
            return false;
        }
    }
}
