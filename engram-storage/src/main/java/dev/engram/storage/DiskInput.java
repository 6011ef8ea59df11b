package dev.engram.storage;

import dev.engram.error.CorruptException;
import dev.engram.error.UnavailableException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Parts of a file of the file system.
 *
 * <p>The JDK closes a channel, for all who read it, when one reading thread is interrupted. Whoever
 * finds it closed in that way opens it again, and an interrupted thread stays interrupted: it is
 * not this class's business to end its work.
 */
final class DiskInput implements Storage.Input {

    private static final int STEP_BYTES = 1 << 30;

    private final Path path;
    private FileChannel channel;
    private boolean closed;

    DiskInput(Path path) throws IOException {
        this.path = path;
        this.channel = FileChannel.open(path, StandardOpenOption.READ);
    }

    @Override
    public void read(long position, MemorySegment into) {
        boolean interrupted = false;
        try {
            while (true) {
                FileChannel open = channel();
                try {
                    fill(open, position, into);
                    return;
                } catch (ClosedByInterruptException e) {
                    interrupted |= Thread.interrupted();
                    reopen();
                } catch (ClosedChannelException e) {
                    reopen();
                }
            }
        } catch (IOException e) {
            throw DiskStorage.trouble(path, e);
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private void fill(FileChannel open, long position, MemorySegment into) throws IOException {
        long done = 0;
        while (done < into.byteSize()) {
            long step = Math.min(into.byteSize() - done, STEP_BYTES);
            int read = open.read(into.asSlice(done, step).asByteBuffer(), position + done);
            if (read < 0) {
                long end = position + into.byteSize();
                throw new CorruptException(
                        path.toString(),
                        position,
                        "length: " + open.size() + " (expected: >= " + end + ")");
            }
            done += read;
        }
    }

    private synchronized FileChannel channel() {
        return channel;
    }

    private synchronized void reopen() throws IOException {
        if (closed) {
            throw new UnavailableException("no longer open: " + path);
        }
        if (!channel.isOpen()) {
            channel = FileChannel.open(path, StandardOpenOption.READ);
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
        try {
            channel.close();
        } catch (IOException e) {
            throw DiskStorage.trouble(path, e);
        }
    }
}
