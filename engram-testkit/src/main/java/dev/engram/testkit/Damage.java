package dev.engram.testkit;

import dev.engram.storage.Storage;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/** What can happen to files between two runs of a program. Works on any storage. */
public final class Damage {

    private final Storage storage;

    /**
     * @param storage where the files are
     */
    public Damage(Storage storage) {
        this.storage = storage;
    }

    /** The bytes of a file. */
    public byte[] bytes(String name) {
        try (Arena arena = Arena.ofConfined()) {
            return storage.map(name, arena).toArray(ValueLayout.JAVA_BYTE);
        }
    }

    /** Gives a file other bytes, durably: made stale, or made up. */
    public void overwrite(String name, byte[] bytes) {
        storage.delete(name);
        try (Storage.Output output = storage.create(name)) {
            output.write(MemorySegment.ofArray(bytes));
            output.sync();
        }
        storage.sync();
    }

    /**
     * Turns one bit over.
     *
     * @param bit from 0, lowest bit of a byte first
     */
    public void flipBit(String name, long bit) {
        byte[] bytes = bytes(name);
        bytes[Math.toIntExact(bit >>> 3)] ^= (byte) (1 << (bit & 7));
        overwrite(name, bytes);
    }

    /** Cuts a file's end off. */
    public void truncate(String name, long length) {
        overwrite(name, Arrays.copyOf(bytes(name), Math.toIntExact(length)));
    }

    /** Fills a file with zeros; its length stays. */
    public void zero(String name) {
        overwrite(name, new byte[Math.toIntExact(storage.size(name))]);
    }

    /** Takes a file away. */
    public void delete(String name) {
        storage.delete(name);
        storage.sync();
    }

    /** Gives each of two files the other's bytes. */
    public void swap(String one, String other) {
        byte[] bytes = bytes(one);
        overwrite(one, bytes(other));
        overwrite(other, bytes);
    }
}
