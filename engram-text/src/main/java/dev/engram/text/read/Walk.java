package dev.engram.text.read;

import dev.engram.error.NotFoundException;
import dev.engram.text.Skipped;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/**
 * Finds the files below some paths, in the order of their names, each once: links are followed, but
 * never to a file or folder that was already seen.
 *
 * <p>Inside a folder, what is hidden and what machines made is passed over: {@code node_modules},
 * {@code __pycache__}, {@code venv}, and the output of a build next to what it was built from.
 * Named as an input itself, such a folder is read.
 */
public final class Walk {

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

    private final boolean recursive;
    private final List<Source> sources = new ArrayList<>();
    private final List<Skipped> skipped = new ArrayList<>();
    private final Set<Path> seen = new HashSet<>();

    private Walk(boolean recursive) {
        this.recursive = recursive;
    }

    /**
     * What a walk found.
     *
     * @param sources files to be read
     * @param skipped what could not even be looked at
     */
    public record Found(List<Source> sources, List<Skipped> skipped) {

        public Found {
            sources = List.copyOf(sources);
            skipped = List.copyOf(skipped);
        }
    }

    /**
     * Walks.
     *
     * @param inputs files and folders
     * @param recursive whether folders in folders are entered
     * @throws NotFoundException where an input does not exist
     */
    public static Found over(List<Path> inputs, boolean recursive) {
        if (inputs.isEmpty()) {
            throw new IllegalArgumentException("inputs: none (expected: files or folders)");
        }
        for (Path input : inputs) {
            if (!Files.exists(input)) {
                throw new NotFoundException("no such file or folder: " + input);
            }
        }
        Walk walk = new Walk(recursive);
        for (Path input : inputs) {
            Path given = input.normalize();
            walk.visit(given.toString().isEmpty() ? Path.of(".") : given, given, true);
        }
        return new Found(walk.sources, walk.skipped);
    }

    /**
     * Looks at one path.
     *
     * @param given the path as the user wrote it, or would have: so a result can be opened from
     *     where the user stands
     */
    private void visit(Path path, Path given, boolean named) {
        String name = slashed(given);
        try {
            BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class);
            if (attributes.isDirectory()) {
                if (named || recursive) {
                    folder(path, given);
                }
            } else if (attributes.isRegularFile()) {
                file(path, name, attributes.size(), named);
            } else {
                skip(name, "not a file (a pipe, a socket or a device)");
            }
        } catch (NoSuchFileException e) {
            boolean link = Files.isSymbolicLink(path);
            skip(name, link ? "a link to nowhere" : FileReader.reason(e));
        } catch (FileSystemException e) {
            boolean loop = Files.isSymbolicLink(path);
            skip(name, loop ? "a link that cannot be followed" : FileReader.reason(e));
        } catch (IOException e) {
            skip(name, FileReader.reason(e));
        }
    }

    private void file(Path path, String name, long bytes, boolean named) throws IOException {
        if (seen.add(path.toRealPath())) {
            sources.add(new Source(path, name, bytes, named));
        }
    }

    private void folder(Path path, Path given) throws IOException {
        if (!seen.add(path.toRealPath())) {
            return;
        }
        List<Path> children;
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(path)) {
            children =
                    StreamSupport.stream(stream.spliterator(), false)
                            .sorted(Comparator.comparing(Walk::fileName))
                            .toList();
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        Set<String> siblings = children.stream().map(Walk::fileName).collect(Collectors.toSet());
        boolean project = BUILD_FILES.stream().anyMatch(siblings::contains);
        for (Path child : children) {
            String childName = fileName(child);
            if (!isPassedOver(child, childName, project)) {
                visit(child, given.resolve(childName), false);
            }
        }
    }

    private static boolean isPassedOver(Path path, String name, boolean project) {
        if (name.startsWith(".")) {
            return true;
        }
        boolean machineMade = MACHINE_MADE.contains(name) || (project && OUTPUTS.contains(name));
        return machineMade && Files.isDirectory(path);
    }

    private static String fileName(Path path) {
        return String.valueOf(path.getFileName());
    }

    private static String slashed(Path path) {
        String separator = path.getFileSystem().getSeparator();
        return path.toString().replace(separator, "/");
    }

    private void skip(String name, String reason) {
        skipped.add(new Skipped(name, reason));
    }
}
