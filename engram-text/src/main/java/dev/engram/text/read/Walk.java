package dev.engram.text.read;

import dev.engram.error.NotFoundException;
import dev.engram.text.Selection;
import dev.engram.text.Skipped;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Finds the files below some paths, in the order of their names, each once: links are followed, but
 * never to a file or folder that was already seen. A folder is looked into when it is its turn, and
 * what is remembered are folders, not files.
 *
 * <p>Inside a folder, what is hidden, ignored, of another repository, or made by machines is passed
 * over: {@code node_modules}, {@code __pycache__}, {@code venv}, and the output of a build next to
 * what it was built from. Named as an input itself, such a folder is read.
 */
public final class Walk implements Iterator<Source> {

    private final Selection selection;
    private final Iterator<Path> inputs;
    private final Deque<Folder> open = new ArrayDeque<>();
    private final List<Skipped> skipped = new ArrayList<>();
    private final Set<Path> folders = new HashSet<>();

    /** Files that were found by a link or by name, and could be found again in their folders. */
    private final Set<Path> files = new HashSet<>();

    private @Nullable Source next;

    /**
     * A folder that is being gone through.
     *
     * @param path where it lies
     * @param real the same without links
     * @param given as results name it
     * @param below its name in the patterns, empty or with a slash at its end
     * @param rules that hold in it
     * @param surroundings what its files say about one another
     * @param names of what lies in it and is not yet looked at, in order
     */
    private record Folder(
            Path path,
            Path real,
            Path given,
            String below,
            IgnoreRules rules,
            Surroundings surroundings,
            Deque<String> names) {}

    private Walk(List<Path> inputs, Selection selection) {
        this.inputs = inputs.iterator();
        this.selection = selection;
    }

    /**
     * Begins to walk.
     *
     * @param inputs files and folders
     * @throws NotFoundException where an input does not exist
     */
    public static Walk over(List<Path> inputs, Selection selection) {
        check(inputs);
        return new Walk(inputs, selection);
    }

    /**
     * Makes sure that all inputs exist.
     *
     * @throws NotFoundException where one does not
     */
    public static void check(List<Path> inputs) {
        if (inputs.isEmpty()) {
            throw new IllegalArgumentException("inputs: none (expected: files or folders)");
        }
        for (Path input : inputs) {
            if (!Files.exists(input)) {
                throw new NotFoundException("no such file or folder: " + input);
            }
        }
    }

    @Override
    public boolean hasNext() {
        while (next == null && (!open.isEmpty() || inputs.hasNext())) {
            if (open.isEmpty()) {
                Path given = inputs.next().normalize();
                visit(given.toString().isEmpty() ? Path.of(".") : given, given, null);
            } else if (open.element().names().isEmpty()) {
                open.pop();
            } else {
                child(open.element());
            }
        }
        return next != null;
    }

    @Override
    public Source next() {
        if (!hasNext() || next == null) {
            throw new NoSuchElementException();
        }
        Source found = next;
        next = null;
        return found;
    }

    /** What could not even be looked at, so far; of the whole walk once there is no next file. */
    public List<Skipped> skipped() {
        return skipped;
    }

    private void child(Folder folder) {
        String name = folder.names().remove();
        Path path = folder.path().resolve(name);
        if (!folder.surroundings().passesOver(path, name, selection)
                && !isIgnored(folder, path, name)) {
            visit(path, folder.given().resolve(name), folder);
        }
    }

    private static boolean isIgnored(Folder folder, Path path, String name) {
        // To git, a link to a folder is no folder.
        boolean isFolder = Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS);
        return folder.rules().ignores(folder.below() + name, isFolder);
    }

    /**
     * Looks at one path.
     *
     * @param given the path as the user wrote it, or would have: so a result can be opened from
     *     where the user stands
     * @param folder it lies in; null where it was named
     */
    private void visit(Path path, Path given, @Nullable Folder folder) {
        String name = slashed(given);
        try {
            BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class);
            if (attributes.isDirectory()) {
                if (folder == null || selection.recursive()) {
                    enter(path, given, folder);
                }
            } else if (attributes.isRegularFile()) {
                file(path, name, attributes.size(), folder);
            } else if (folder == null || isWanted(name)) {
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

    private boolean isWanted(String name) {
        Set<String> types = selection.fileTypes();
        return types.isEmpty() || types.contains(FileTypes.extension(name));
    }

    private void file(Path path, String name, long bytes, @Nullable Folder folder)
            throws IOException {
        boolean named = folder == null;
        if ((named || isWanted(name)) && isNew(path, folder)) {
            next = new Source(path, name, bytes, named);
        }
    }

    /** A file of a folder comes once by itself; only links and names can bring it again. */
    private boolean isNew(Path path, @Nullable Folder folder) throws IOException {
        if (folder != null && !Files.isSymbolicLink(path)) {
            return files.isEmpty()
                    || !files.contains(folder.real().resolve(path.getFileName().toString()));
        }
        Path real = path.toRealPath();
        return !wasPassed(real) && files.add(real);
    }

    /** Whether its folder was gone through already, as far as to where it lies. */
    private boolean wasPassed(Path real) {
        Path parent = real.getParent();
        if (!folders.contains(parent)) {
            return false;
        }
        for (Folder folder : open) {
            if (folder.real().equals(parent)) {
                return !folder.names().contains(real.getFileName().toString());
            }
        }
        return true;
    }

    private void enter(Path path, Path given, @Nullable Folder folder) throws IOException {
        Path real = path.toRealPath();
        if (!folders.add(real)) {
            return;
        }
        List<String> names = new ArrayList<>();
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(path)) {
            for (Path child : stream) {
                names.add(String.valueOf(child.getFileName()));
            }
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        names.sort(null);
        Surroundings surroundings = new Surroundings(names);
        String below = folder == null ? "" : folder.below() + path.getFileName() + "/";
        IgnoreRules rules;
        if (folder != null) {
            rules = selection.unignored() ? folder.rules() : folder.rules().in(path, below);
        } else {
            Named named = Named.at(real, selection);
            below = named.below();
            rules = named.rules();
        }
        open.push(
                new Folder(path, real, given, below, rules, surroundings, new ArrayDeque<>(names)));
    }

    /**
     * Where a folder that was named stands in its repository: what is said above it holds in it.
     *
     * @param below its name from the top of the repository, empty or with a slash at its end
     * @param rules that hold in it
     */
    private record Named(String below, IgnoreRules rules) {

        static Named at(Path real, Selection selection) throws IOException {
            IgnoreRules excluded = IgnoreRules.NONE;
            if (selection.unignored()) {
                return new Named("", excluded.with("", selection.excluded()));
            }
            Path top = real;
            while (top != null && !Files.exists(top.resolve(".git"))) {
                top = top.getParent();
            }
            if (top == null) {
                return plain(real, selection);
            }
            String below = "";
            IgnoreRules rules = IgnoreRules.NONE.in(top, below);
            for (Path part : top.relativize(real)) {
                if (part.toString().isEmpty()) {
                    break;
                }
                if (rules.ignores(below + part, true)) {
                    // Named although it is ignored: only what it says itself holds in it.
                    return plain(real, selection);
                }
                below += part + "/";
                rules = rules.in(top.resolve(below), below);
            }
            return new Named(below, rules.with(below, selection.excluded()));
        }

        private static Named plain(Path real, Selection selection) throws IOException {
            return new Named("", IgnoreRules.NONE.in(real, "").with("", selection.excluded()));
        }
    }

    private static String slashed(Path path) {
        String separator = path.getFileSystem().getSeparator();
        return path.toString().replace(separator, "/");
    }

    private void skip(String name, String reason) {
        skipped.add(new Skipped(name, reason));
    }
}
