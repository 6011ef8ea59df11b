package dev.engram.storage;

import dev.engram.error.UnavailableException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a folder to one writer, or to any number of readers, in this process and among all others.
 *
 * <p>The system frees it when the process ends, however it ends. The lock file holds the writer's
 * process id behind the locked byte, for the message another process prints; it is never deleted,
 * since a deleted lock file could be locked twice.
 *
 * <p>POSIX gives a lock to the whole process, and frees it as soon as the process closes any
 * channel of that file. So this process opens a lock file once, however many readers it has, and
 * does not open it at all to find out that it holds the lock itself.
 */
public final class FolderLock implements AutoCloseable {

    private static final String NAME = "LOCK";

    /** Only this byte is locked: where locks are mandatory the pid behind it stays readable. */
    private static final long LOCKED_BYTE = 0;

    private static final int PID_OFFSET = 1;
    private static final int PID_BYTES = 20;

    /** What this process holds, by lock file; also the monitor of all that is in it. */
    private static final Map<Path, Held> HELD = new HashMap<>();

    private final Path file;
    private final Held held;
    private boolean closed;

    private FolderLock(Path file, Held held) {
        this.file = file;
        this.held = held;
    }

    /** One lock of the system, with as many holders here as share it. */
    private static final class Held {

        private final FileChannel channel;
        private final FileLock lock;
        private int holders = 1;

        Held(FileChannel channel, FileLock lock) {
            this.channel = channel;
            this.lock = lock;
        }
    }

    /**
     * Locks at once or fails at once.
     *
     * @throws UnavailableException where another process, or this one, holds the folder
     */
    public static FolderLock exclusive(Path folder) {
        return acquire(folder, false);
    }

    /**
     * Locks against writers only, at once or not at all.
     *
     * @throws UnavailableException where a writer holds the folder
     */
    public static FolderLock shared(Path folder) {
        return acquire(folder, true);
    }

    private static FolderLock acquire(Path folder, boolean shared) {
        try {
            Files.createDirectories(folder);
            Path file = folder.toRealPath().resolve(NAME);
            synchronized (HELD) {
                Held held = HELD.get(file);
                if (held == null) {
                    held = lock(file, shared);
                    HELD.put(file, held);
                } else if (shared && held.lock.isShared()) {
                    held.holders++;
                } else {
                    throw inUse(file, "this process, pid " + ProcessHandle.current().pid());
                }
                return new FolderLock(file, held);
            }
        } catch (IOException e) {
            throw DiskStorage.trouble(folder.resolve(NAME), e);
        }
    }

    private static Held lock(Path file, boolean shared) throws IOException {
        FileChannel channel =
                FileChannel.open(
                        file,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.READ,
                        StandardOpenOption.WRITE);
        boolean locked = false;
        try {
            FileLock lock = tryLock(channel, shared);
            if (lock == null) {
                throw inUse(file, owner(channel));
            }
            if (!shared) {
                writeOwner(channel);
            }
            locked = true;
            return new Held(channel, lock);
        } finally {
            if (!locked) {
                channel.close();
            }
        }
    }

    private static @Nullable FileLock tryLock(FileChannel channel, boolean shared)
            throws IOException {
        try {
            return channel.tryLock(LOCKED_BYTE, 1, shared);
        } catch (OverlappingFileLockException held) {
            // This process holds it by way of another class loader: refused like any other owner.
            return null;
        }
    }

    private static void writeOwner(FileChannel channel) throws IOException {
        byte[] pid =
                Long.toString(ProcessHandle.current().pid()).getBytes(StandardCharsets.US_ASCII);
        channel.truncate(PID_OFFSET);
        channel.write(ByteBuffer.wrap(pid), PID_OFFSET);
    }

    /** Who keeps us out. A writer that was killed left its pid behind, which names no reader. */
    private static String owner(FileChannel channel) throws IOException {
        try (FileLock beside = tryLock(channel, true)) {
            if (beside != null) {
                return "another engram process that reads it";
            }
        }
        ByteBuffer bytes = ByteBuffer.allocate(PID_BYTES);
        channel.read(bytes, PID_OFFSET);
        String pid = new String(bytes.array(), 0, bytes.position(), StandardCharsets.US_ASCII);
        return pid.isBlank() ? "another engram process" : "another engram process, pid " + pid;
    }

    private static UnavailableException inUse(Path file, String owner) {
        return new UnavailableException(
                file.getParent() + " is in use by " + owner + "; stop it or wait until it is done");
    }

    /** Frees the folder, or this share of it; a second call does nothing. */
    @Override
    public void close() {
        synchronized (HELD) {
            if (closed) {
                return;
            }
            closed = true;
            held.holders--;
            if (held.holders > 0) {
                return;
            }
            HELD.remove(file);
            try (FileChannel channel = held.channel;
                    FileLock lock = held.lock) {
                if (!lock.isShared()) {
                    channel.truncate(PID_OFFSET);
                }
            } catch (IOException e) {
                throw new UnavailableException("cannot release the lock " + file, e);
            }
        }
    }
}
