package dev.engram.storage;

import dev.engram.error.EngramException;
import dev.engram.error.LimitExceededException;
import dev.engram.error.NotFoundException;
import dev.engram.error.UnavailableException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** {@link Storage} in a folder of the file system. */
public final class DiskStorage implements Storage {

    private static final Object MAKING = new Object();

    private final Path folder;

    /**
     * @param folder where the files are; need not exist yet
     */
    public DiskStorage(Path folder) {
        this.folder = folder;
    }

    @Override
    public List<String> list() {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(Files::isRegularFile)
                    .map(file -> file.getFileName().toString())
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw trouble(folder, e);
        }
    }

    @Override
    public List<String> folders() {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(Files::isDirectory)
                    .map(file -> file.getFileName().toString())
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw trouble(folder, e);
        }
    }

    @Override
    public long size(String name) {
        try {
            return Files.size(path(name));
        } catch (IOException e) {
            throw trouble(path(name), e);
        }
    }

    @Override
    public Output create(String name) {
        try {
            makeFolder();
            return new DiskOutput(
                    path(name),
                    FileChannel.open(
                            path(name), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE));
        } catch (IOException e) {
            throw trouble(path(name), e);
        }
    }

    @Override
    public MemorySegment map(String name, Arena arena) {
        try (FileChannel channel = FileChannel.open(path(name), StandardOpenOption.READ)) {
            return channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
        } catch (IOException e) {
            throw trouble(path(name), e);
        }
    }

    @Override
    public Input open(String name) {
        try {
            return new DiskInput(path(name));
        } catch (IOException e) {
            throw trouble(path(name), e);
        }
    }

    @Override
    public void replace(String from, String to) {
        try {
            Files.move(
                    path(from),
                    path(to),
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw trouble(path(from), e);
        }
        sync();
    }

    @Override
    public void link(String name, Storage into) {
        if (!(into instanceof DiskStorage other) || !links(name, other)) {
            copy(name, into);
        }
    }

    /** Whether the file system gave the file a second name: not all can, nor across two of them. */
    private boolean links(String name, DiskStorage other) {
        try {
            other.makeFolder();
            Files.createLink(other.path(name), path(name));
            return true;
        } catch (NoSuchFileException e) {
            throw trouble(path(name), e);
        } catch (FileAlreadyExistsException e) {
            throw trouble(other.path(name), e);
        } catch (UnsupportedOperationException | FileSystemException e) {
            return false;
        } catch (IOException e) {
            throw trouble(other.path(name), e);
        }
    }

    @Override
    public void sync() {
        if (!Files.isDirectory(folder)) {
            return;
        }
        try {
            syncFolder(folder);
        } catch (IOException e) {
            throw trouble(folder, e);
        }
    }

    @Override
    public void delete(String name) {
        try {
            Files.deleteIfExists(path(name));
        } catch (IOException e) {
            throw trouble(path(name), e);
        }
    }

    @Override
    public Storage folder(String name) {
        return new DiskStorage(path(name));
    }

    @Override
    public void deleteAll() {
        if (!Files.exists(folder)) {
            return;
        }
        try (Stream<Path> tree = Files.walk(folder)) {
            for (Path path : tree.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        } catch (IOException e) {
            throw trouble(folder, e);
        }
    }

    @Override
    public String describe(String name) {
        return path(name).toString();
    }

    private Path path(String name) {
        if (name.isEmpty()
                || name.equals(".")
                || name.startsWith("..")
                || name.contains("/")
                || name.contains("\\")) {
            throw new IllegalArgumentException("file name: '" + name + "' (expected: no path)");
        }
        return folder.resolve(name);
    }

    /**
     * Creates this folder where it is missing, and makes its name durable: a synced file in a
     * folder whose own name is lost is lost with it. One at a time, or a second thread would take a
     * folder for durable that the first has only just created.
     */
    private void makeFolder() throws IOException {
        synchronized (MAKING) {
            Path made = folder.toAbsolutePath();
            List<Path> parents = new ArrayList<>();
            while (made != null && !Files.exists(made)) {
                made = made.getParent();
                if (made != null) {
                    parents.add(made);
                }
            }
            Files.createDirectories(folder);
            for (Path parent : parents) {
                syncFolder(parent);
            }
        }
    }

    /**
     * A directory can be opened for reading and forced on POSIX systems; Windows refuses to open
     * it, and there the file system journals names by itself.
     */
    private static void syncFolder(Path folder) throws IOException {
        if (isWindows()) {
            return;
        }
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    private static boolean isWindows() {
        return System.getProperty("os.name", "").toLowerCase(Locale.ROOT).startsWith("windows");
    }

    /** Says in the product's terms what the file system answered. */
    static EngramException trouble(Path path, IOException e) {
        if (e instanceof NoSuchFileException) {
            return new NotFoundException("no such file: " + path, e);
        }
        if (e instanceof FileAlreadyExistsException) {
            return new UnavailableException("file is already there: " + path, e);
        }
        // The JDK hands the system's text through and has no type for a full disk.
        String text = String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT);
        if (text.contains("no space left")
                || text.contains("not enough space")
                || text.contains("disk quota")
                || text.contains("file too large")) {
            return new LimitExceededException(
                    "disk full while writing " + path + "; free some space and try again", e);
        }
        return new UnavailableException("cannot use " + path + ": " + e.getMessage(), e);
    }

    private record DiskOutput(Path path, FileChannel channel) implements Output {

        @Override
        public void write(MemorySegment source) {
            try {
                long done = 0;
                while (done < source.byteSize()) {
                    long step = Math.min(source.byteSize() - done, 1 << 30);
                    ByteBuffer bytes = source.asSlice(done, step).asByteBuffer();
                    while (bytes.hasRemaining()) {
                        channel.write(bytes);
                    }
                    done += step;
                }
            } catch (IOException e) {
                throw trouble(path, e);
            }
        }

        @Override
        public void sync() {
            try {
                channel.force(true);
            } catch (IOException e) {
                throw trouble(path, e);
            }
        }

        @Override
        public void close() {
            try {
                channel.close();
            } catch (IOException e) {
                throw trouble(path, e);
            }
        }
    }
}
