package dev.engram.db;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How a transaction is to be carried out.
 *
 * @param lease how long it may last, at most a day; what it sees is kept for it as long
 * @param durability what its commit waits for
 * @param key names what is to be done once, 1..512 bytes of UTF-8: a commit with a key that was
 *     used before does nothing, and answers as the first one did; kept for a day; null for none
 */
public record TransactionOptions(Duration lease, Durability durability, @Nullable String key) {

    private static final Duration LEASE_MAX = Duration.ofDays(1);
    private static final int KEY_BYTES_MAX = 512;

    /** Five minutes, durable, without a key. */
    public static final TransactionOptions DEFAULT =
            new TransactionOptions(Duration.ofMinutes(5), Durability.SYNCED, null);

    /** What a commit waits for. */
    public enum Durability {
        /** It survives a power cut when the call returns. */
        SYNCED,
        /**
         * It survives the end of the process; a power cut may take it back, and all that was
         * committed after it, but no part of it.
         */
        RELAXED
    }

    public TransactionOptions {
        if (!lease.isPositive() || lease.compareTo(LEASE_MAX) > 0) {
            throw new IllegalArgumentException(
                    "lease: " + lease + " (expected: more than zero, at most " + LEASE_MAX + ")");
        }
        if (key != null && (key.isEmpty() || bytes(key) > KEY_BYTES_MAX)) {
            throw new IllegalArgumentException(
                    "idempotency key: %d bytes (expected: 1..%d bytes of UTF-8)"
                            .formatted(bytes(key), KEY_BYTES_MAX));
        }
    }

    private static int bytes(String key) {
        return key.getBytes(StandardCharsets.UTF_8).length;
    }

    /** The same, and it may last that long. */
    public TransactionOptions lasting(Duration time) {
        return new TransactionOptions(time, durability, key);
    }

    /** The same, and its commit does not wait for the disk. */
    public TransactionOptions relaxed() {
        return new TransactionOptions(lease, Durability.RELAXED, key);
    }

    /** The same, and what it does is done once, however often it is tried under this key. */
    public TransactionOptions once(String name) {
        return new TransactionOptions(lease, durability, name);
    }
}
