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
import org.jspecify.annotations.Nullable;

/**
 * Keeps a folder to one writer, or to any number of readers, among all processes.
 *
 * <p>The system frees it when the process ends, however it ends. The lock file holds the writer's
 * process id behind the locked byte, for the message another process prints; it is never deleted,
 * since a deleted lock file could be locked twice.
 */
public final class FolderLock implements AutoCloseable {

    private static final String NAME = "LOCK";

    /** Only this byte is locked: where locks are mandatory the pid behind it stays readable. */
    private static final long LOCKED_BYTE = 0;

    private static final int PID_OFFSET = 1;
    private static final int PID_BYTES = 20;

    private final FileChannel channel;
    private final FileLock lock;

    private FolderLock(FileChannel channel, FileLock lock) {
        this.channel = channel;
        this.lock = lock;
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
        Path file = folder.resolve(NAME);
        try {
            Files.createDirectories(folder);
            FileChannel channel =
                    FileChannel.open(
                            file,
                            StandardOpenOption.CREATE,
                            StandardOpenOption.READ,
                            StandardOpenOption.WRITE);
            FileLock lock = tryLock(channel, shared);
            if (lock == null) {
                String owner = owner(channel);
                channel.close();
                throw new UnavailableException(
                        folder + " is in use by " + owner + "; stop it or wait until it is done");
            }
            if (!shared) {
                writeOwner(channel);
            }
            return new FolderLock(channel, lock);
        } catch (IOException e) {
            throw DiskStorage.trouble(file, e);
        }
    }

    private static @Nullable FileLock tryLock(FileChannel channel, boolean shared)
            throws IOException {
        try {
            return channel.tryLock(LOCKED_BYTE, 1, shared);
        } catch (OverlappingFileLockException held) {
            // This very process holds it through another channel: refused like any other owner.
            return null;
        }
    }

    private static void writeOwner(FileChannel channel) throws IOException {
        byte[] pid =
                Long.toString(ProcessHandle.current().pid()).getBytes(StandardCharsets.US_ASCII);
        channel.truncate(PID_OFFSET);
        channel.write(ByteBuffer.wrap(pid), PID_OFFSET);
    }

    private static String owner(FileChannel channel) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(PID_BYTES);
        channel.read(bytes, PID_OFFSET);
        String pid = new String(bytes.array(), 0, bytes.position(), StandardCharsets.US_ASCII);
        return pid.isBlank() ? "another engram process" : "another engram process, pid " + pid;
    }

    @Override
    public void close() {
        try {
            lock.release();
            channel.close();
        } catch (IOException e) {
            throw new UnavailableException("cannot release the folder lock", e);
        }
    }
}
