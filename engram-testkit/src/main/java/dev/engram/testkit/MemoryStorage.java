package dev.engram.testkit;

import dev.engram.error.CorruptException;
import dev.engram.error.NotFoundException;
import dev.engram.error.UnavailableException;
import dev.engram.storage.Storage;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * A disk in memory that can lose power.
 *
 * <p>It keeps what a running process sees apart from what would survive: a file's bytes survive
 * once its {@link Output} was synced, its name once the folder was, or once {@link #replace} gave
 * it that name. It promises no more than {@link Storage} does, so it forgets things that most disks
 * would happen to keep. All folders of one disk lose power together.
 */
public final class MemoryStorage implements Storage {

    private final MemoryDisk disk;

    /** Where this folder is on the disk: empty, or ends with a slash. */
    private final String path;

    /** A new, empty disk. */
    public MemoryStorage() {
        this(new MemoryDisk(), "");
    }

    private MemoryStorage(MemoryDisk disk, String path) {
        this.disk = disk;
        this.path = path;
    }

    /** The power goes and comes back: all that was not made durable is gone. */
    public void crash() {
        disk.crash(_ -> false, _ -> 0);
    }

    /**
     * The power goes and comes back. What was not made durable is gone, or half gone: a name may
     * have come or gone before the power did, and a file may have kept a part of its unsynced
     * bytes, the last of them perhaps as zeros.
     */
    public void crash(RandomGenerator random) {
        disk.crash(_ -> random.nextBoolean(), bound -> random.nextLong(bound + 1));
    }

    @Override
    public List<String> list() {
        return disk.names(path);
    }

    @Override
    public List<String> folders() {
        return disk.folders(path);
    }

    @Override
    public void link(String name, Storage into) {
        if (into instanceof MemoryStorage other && other.disk == disk) {
            if (!disk.link(other.path(name), file(name))) {
                throw new UnavailableException("file is already there: " + other.describe(name));
            }
        } else {
            copy(name, into);
        }
    }

    @Override
    public long size(String name) {
        return file(name).written();
    }

    @Override
    public Output create(String name) {
        MemoryDisk.File file = disk.create(path(name));
        if (file == null) {
            throw new UnavailableException("file is already there: " + describe(name));
        }
        return new MemoryDisk.Output(disk, file);
    }

    @Override
    public MemorySegment map(String name, Arena arena) {
        byte[] bytes = file(name).copy();
        MemorySegment segment = arena.allocate(Math.max(1, bytes.length), 64);
        MemorySegment.copy(MemorySegment.ofArray(bytes), 0, segment, 0, bytes.length);
        return segment.asSlice(0, bytes.length).asReadOnly();
    }

    @Override
    public Input open(String name) {
        return new MemoryInput(describe(name), file(name));
    }

    private record MemoryInput(String name, MemoryDisk.File file) implements Input {

        @Override
        public void read(long position, MemorySegment into) {
            if (!file.read(position, into)) {
                throw new CorruptException(
                        name,
                        position,
                        "length: "
                                + file.written()
                                + " (expected: >= "
                                + (position + into.byteSize())
                                + ")");
            }
        }

        @Override
        public void close() {}
    }

    @Override
    public void replace(String from, String to) {
        if (!disk.rename(path(from), path(to))) {
            throw missing(from);
        }
    }

    @Override
    public void sync() {
        disk.syncNames(path);
    }

    @Override
    public void delete(String name) {
        disk.delete(path(name));
    }

    @Override
    public Storage folder(String name) {
        return new MemoryStorage(disk, path(name) + "/");
    }

    @Override
    public void deleteAll() {
        disk.deleteAll(path);
    }

    @Override
    public String describe(String name) {
        return "memory:/" + path(name);
    }

    private String path(String name) {
        if (name.isEmpty()
                || name.equals(".")
                || name.startsWith("..")
                || name.contains("/")
                || name.contains("\\")) {
            throw new IllegalArgumentException("file name: '" + name + "' (expected: no path)");
        }
        return path + name;
    }

    private MemoryDisk.File file(String name) {
        MemoryDisk.File file = disk.file(path(name));
        if (file == null) {
            throw missing(name);
        }
        return file;
    }

    private NotFoundException missing(String name) {
        return new NotFoundException("no such file: " + describe(name));
    }
}
