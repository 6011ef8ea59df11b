package dev.engram.db;

import dev.engram.db.commit.HybridClock;
import dev.engram.db.rows.IdState;
import dev.engram.db.rows.StoredRow;
import dev.engram.db.shard.View;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a commit is to change, checked and encoded beforehand: one write for each record. */
final class WriteSet {

    /** Whoever came last wins: there is nothing to conflict with. */
    static final View BLIND = View.at(Long.MAX_VALUE, Long.MAX_VALUE);

    private final View view;
    private final boolean durable;
    private final @Nullable String key;
    private final Map<Key, Write> writes = new LinkedHashMap<>();
    private int deleted;

    /**
     * @param view what was read; a record that changed after it is a conflict
     * @param durable whether a power cut must not undo it
     * @param key of what is to be done once; null for none
     */
    WriteSet(View view, boolean durable, @Nullable String key) {
        this.view = view;
        this.durable = durable;
        this.key = key;
    }

    /** Of a call that is a commit of its own. */
    static WriteSet blind() {
        return new WriteSet(BLIND, true, null);
    }

    /**
     * What is written.
     *
     * @param records of its collection
     * @param id in it
     */
    record Key(Records records, String id) {}

    /** What becomes of a record. */
    sealed interface Write {

        /**
         * It is set.
         *
         * @param point with its vector, as it will be read
         * @param vector as the index wants it
         * @param body see {@link StoredRow#body}
         */
        record Put(Point point, float[] vector, byte[] body) implements Write {

            long expires() {
                Instant expires = point.expires();
                return expires == null ? 0 : Math.max(1, expires.toEpochMilli());
            }
        }

        /** It is removed, if it is there. */
        record Delete() implements Write {}

        /**
         * It is over, which nobody needs to be told; only its place is given back.
         *
         * @param row the row that is over; where the record has another now, nothing happens
         * @param ts since when
         */
        record Over(long row, long ts) implements Write {}
    }

    /** Whether a record is still what was read. */
    boolean knew(IdState state) {
        return switch (state.fate()) {
            case THERE, DELETED -> state.ts() <= view.ts();
            // That it would be over was to be seen before anybody gave its place back.
            case OVER -> HybridClock.millis(state.ts()) <= view.now();
        };
    }

    boolean isDurable() {
        return durable;
    }

    @Nullable String key() {
        return key;
    }

    Map<Key, Write> writes() {
        return writes;
    }

    /** Writes a record; a later write of the same takes the place of this one. */
    void write(Records records, String id, Write write) {
        Key where = new Key(records, id);
        writes.remove(where);
        writes.put(where, write);
    }

    /** How many new vectors there are for a collection. */
    long putsInto(Records records) {
        return writes.entrySet().stream()
                .filter(it -> it.getKey().records == records && it.getValue() instanceof Write.Put)
                .count();
    }

    /** How many records there were of those to be deleted; known after the commit. */
    int deleted() {
        return deleted;
    }

    void countDeleted() {
        deleted++;
    }

    /** The collections it touches, in one order for all, so that no two wait for each other. */
    List<Records> collections() {
        return writes.keySet().stream()
                .map(Key::records)
                .distinct()
                .sorted(Comparator.comparingInt(records -> records.entry().number()))
                .toList();
    }

    /** A hash of all it writes. */
    byte[] contentHash() {
        MessageDigest hash = sha256();
        writes.forEach(
                (where, write) -> {
                    hash.update(sized(where.records.name().getBytes(StandardCharsets.UTF_8)));
                    hash.update(sized(where.id.getBytes(StandardCharsets.UTF_8)));
                    switch (write) {
                        case Write.Delete(), Write.Over(_, _) -> hash.update((byte) 0);
                        case Write.Put put -> {
                            hash.update((byte) 1);
                            hash.update(sized(put.body));
                            ByteBuffer floats =
                                    ByteBuffer.allocate(put.vector.length * Float.BYTES);
                            floats.asFloatBuffer().put(put.vector);
                            hash.update(floats);
                        }
                    }
                });
        return hash.digest();
    }

    private static byte[] sized(byte[] bytes) {
        return ByteBuffer.allocate(Integer.BYTES + bytes.length)
                .putInt(bytes.length)
                .put(bytes)
                .array();
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every JDK has SHA-256", e);
        }
    }
}
