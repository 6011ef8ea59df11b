package dev.engram.storage;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * A folder of files that are written once, synced, and from then on only read.
 *
 * <p>Names are plain file names, never paths. Every method throws an {@link
 * dev.engram.error.EngramException}: NotFound where a file is missing, LimitExceeded where the disk
 * is full, Unavailable for any other answer of the disk. Implementations are safe for many threads;
 * so is an {@link Input}; a single {@link Output} is not.
 */
public interface Storage {

    /** How much is copied at a time. */
    int COPY_BYTES = 1 << 20;

    /** The names of the files here, sorted; empty where the folder does not exist yet. */
    List<String> list();

    /**
     * The names of the folders here, sorted. One that was made and got no file may be among them.
     */
    List<String> folders();

    /** The size of a file in bytes. */
    long size(String name);

    /** Starts a new file; fails where the name is taken. */
    Output create(String name);

    /**
     * The whole file, read-only.
     *
     * @param arena owns the mapping: closing it makes the segment unusable
     */
    MemorySegment map(String name, Arena arena);

    /**
     * Opens a file to read parts of it without mapping it: what is read is in the caller's memory
     * and nowhere else in the process.
     */
    Input open(String name);

    /**
     * Gives {@code from} the name {@code to}, replacing what was there, in one atomic and durable
     * step.
     */
    void replace(String from, String to);

    /**
     * Gives another folder a file of this one, under the same name; fails where the name is taken
     * there. Where the two folders can share the bytes on the disk they do, in no time, however
     * large the file is; where they cannot, the bytes are copied and synced. The name is durable
     * once the other folder was synced.
     */
    default void link(String name, Storage into) {
        copy(name, into);
    }

    /** As {@link #link}, and in any case with bytes of its own. */
    default void copy(String name, Storage into) {
        byte[] bytes = new byte[COPY_BYTES];
        try (Input input = open(name);
                Output output = into.create(name)) {
            long size = size(name);
            for (long done = 0; done < size; ) {
                long step = Math.min(bytes.length, size - done);
                MemorySegment some = MemorySegment.ofArray(bytes).asSlice(0, step);
                input.read(done, some);
                output.write(some);
                done += step;
            }
            output.sync();
        }
    }

    /** Makes the creation and deletion of names durable. */
    void sync();

    /** Removes a file; a missing one is no error. */
    void delete(String name);

    /** A folder below this one; it comes into being with its first file. */
    Storage folder(String name);

    /** Removes this folder with all that is in it; a missing one is no error. */
    void deleteAll();

    /** What a person would call a file here, for messages. */
    String describe(String name);

    /** A file of which parts are read. Safe for many threads. */
    interface Input extends AutoCloseable {

        /**
         * Fills {@code into} with the bytes from a place on, also where the thread was interrupted.
         *
         * @param position in the file, in bytes
         * @throws dev.engram.error.CorruptException where the file ends before that
         */
        void read(long position, MemorySegment into);

        /** Frees the handle. */
        @Override
        void close();
    }

    /** A file being written, front to back. */
    interface Output extends AutoCloseable {

        /** Appends the bytes of {@code source}. */
        void write(MemorySegment source);

        /** Returns once all that was written would survive a power cut. */
        void sync();

        /** Frees the handle. Does not sync. */
        @Override
        void close();
    }
}
