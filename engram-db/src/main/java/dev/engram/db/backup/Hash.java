package dev.engram.db.backup;

import dev.engram.storage.Storage;
import java.lang.foreign.MemorySegment;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.function.Consumer;

/** SHA-256 of files, in hexadecimal digits: by it a pool knows what it has. */
final class Hash {

    /**
     * Of the end of a file. RocksDB's files and ours are written once and close with what tells
     * them from all others: the one with the identity of the store that wrote it, the other with
     * the checksums of all before.
     */
    private static final int TAIL_BYTES = 16 << 10;

    private Hash() {}

    /** Of a whole file. */
    static String of(Storage folder, String name) {
        return of(folder, name, 0);
    }

    /** Of a file's end. */
    static String ofTail(Storage folder, String name) {
        return of(folder, name, Math.max(0, folder.size(name) - TAIL_BYTES));
    }

    private static String of(Storage folder, String name, long from) {
        MessageDigest digest = digest();
        read(folder, name, from, some -> digest.update(some.asByteBuffer()));
        return HexFormat.of().formatHex(digest.digest());
    }

    /** Copies a file under another name, synced; returns the hash of what was copied. */
    static String copy(Storage from, String name, Storage into, String copy) {
        MessageDigest digest = digest();
        try (Storage.Output output = into.create(copy)) {
            read(
                    from,
                    name,
                    0,
                    some -> {
                        digest.update(some.asByteBuffer());
                        output.write(some);
                    });
            output.sync();
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    private static void read(Storage folder, String name, long from, Consumer<MemorySegment> each) {
        byte[] bytes = new byte[Storage.COPY_BYTES];
        try (Storage.Input input = folder.open(name)) {
            long size = folder.size(name);
            for (long done = from; done < size; ) {
                long step = Math.min(bytes.length, size - done);
                MemorySegment some = MemorySegment.ofArray(bytes).asSlice(0, step);
                input.read(done, some);
                each.accept(some);
                done += step;
            }
        }
    }

    private static MessageDigest digest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every JDK has SHA-256", e);
        }
    }
}
