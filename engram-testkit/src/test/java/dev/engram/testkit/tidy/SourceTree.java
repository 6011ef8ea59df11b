package dev.engram.testkit.tidy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The files of a repository that are its authors' own: those git tracks or would track. Without
 * git, all files but those in the folders that tools write to.
 */
final class SourceTree {

    private static final Set<String> NOT_OURS =
            Set.of("target", ".git", ".engram", ".idea", ".vscode", ".settings", "node_modules");

    /** Larger files are data, not text that someone wrote. */
    private static final long TEXT_BYTES_MAX = 2 << 20;

    private final Path root;
    private final List<String> files;
    private final List<JavaSource> java;
    private @Nullable JavaShape shape;

    private SourceTree(Path root, List<String> files) {
        this.root = root;
        this.files = files;
        this.java =
                files.stream()
                        .filter(file -> file.endsWith(".java"))
                        .map(file -> new JavaSource(file, readText(root.resolve(file))))
                        .toList();
    }

    static SourceTree of(Path root) {
        Path real = root.toAbsolutePath().normalize();
        try {
            List<String> tracked = Files.exists(real.resolve(".git")) ? tracked(real) : null;
            return new SourceTree(real, tracked == null ? walked(real) : tracked);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Path root() {
        return root;
    }

    /** All files, sorted, from the root, with slashes. */
    List<String> files() {
        return files;
    }

    /** All Java sources, of any module, main and test. */
    List<JavaSource> java() {
        return java;
    }

    /** The types and methods of all Java sources, parsed at the first call. */
    JavaShape shape() {
        JavaShape parsed = shape;
        if (parsed == null) {
            parsed = JavaShape.of(java);
            shape = parsed;
        }
        return parsed;
    }

    /** The Java sources that are shipped. */
    List<JavaSource> mainJava() {
        return java.stream().filter(JavaSource::isMain).toList();
    }

    /** A file's text, or null where it is no text. */
    @Nullable String text(String file) {
        try {
            if (Files.size(root.resolve(file)) > TEXT_BYTES_MAX) {
                return null;
            }
        } catch (IOException e) {
            throw new UncheckedIOException(file, e);
        }
        String text = readText(root.resolve(file));
        return text.indexOf('\0') >= 0 ? null : text;
    }

    private static String readText(Path file) {
        try {
            return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(file.toString(), e);
        }
    }

    /** Also new files that nobody added yet: better told now than after the commit. */
    private static @Nullable List<String> tracked(Path root) throws IOException {
        Process git =
                new ProcessBuilder(
                                "git",
                                "ls-files",
                                "-z",
                                "--cached",
                                "--others",
                                "--exclude-standard")
                        .directory(root.toFile())
                        .redirectError(ProcessBuilder.Redirect.DISCARD)
                        .start();
        String names = new String(git.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (git.onExit().join().exitValue() != 0) {
            return null;
        }
        return List.of(names.split("\0")).stream()
                .filter(name -> Files.isRegularFile(root.resolve(name)))
                .sorted()
                .toList();
    }

    private static List<String> walked(Path root) throws IOException {
        List<String> found = new ArrayList<>();
        Files.walkFileTree(
                root,
                new SimpleFileVisitor<>() {
                    @Override
                    public FileVisitResult preVisitDirectory(
                            Path folder, BasicFileAttributes attributes) {
                        return NOT_OURS.contains(folder.getFileName().toString())
                                ? FileVisitResult.SKIP_SUBTREE
                                : FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                        if (attributes.isRegularFile()) {
                            found.add(root.relativize(file).toString().replace('\\', '/'));
                        }
                        return FileVisitResult.CONTINUE;
                    }
                });
        Collections.sort(found);
        return List.copyOf(found);
    }
}
