package dev.engram.db.shard;

import dev.engram.db.rows.DeathMark;
import dev.engram.db.rows.Family;
import dev.engram.db.rows.RowBatch;
import dev.engram.db.rows.RowKey;
import dev.engram.db.rows.RowStore;
import dev.engram.error.CorruptException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What the row store keeps for a shard: the vectors that are not sealed yet, the deaths, and a mark
 * of how far it was sealed.
 *
 * <p>The mark is written together with the removal of the sealed vectors, which from then on are in
 * the segment files alone. It stands in {@link Family#VECTORS} under row 0, which no record has, so
 * that whatever removes a collection's rows removes it, too.
 */
final class ShardRows {

    private static final long MARK = 0;

    private final RowStore rows;
    private final int collection;
    private final int dimension;

    ShardRows(RowStore rows, ShardSettings settings) {
        this.rows = rows;
        this.collection = settings.collection();
        this.dimension = settings.dimension();
    }

    /** Up to which row the vectors were removed because segment files hold them. */
    long mark() {
        byte[] value = rows.get(Family.VECTORS, RowKey.row(collection, MARK));
        return value == null ? 0 : RowKey.rowNumber(value);
    }

    /** Sets the mark of a shard whose vectors never were in the row store. */
    static void mark(RowBatch batch, int collection, long sealedThrough) {
        batch.put(Family.VECTORS, RowKey.row(collection, MARK), RowKey.rowNumber(sealedThrough));
    }

    /** Makes all rows durable that were committed. */
    void sync() {
        rows.sync();
    }

    /** Removes the vectors that segment files hold now: one copy is enough. */
    void removeSealed(long sealedThrough) {
        try (RowBatch batch = rows.batch()) {
            batch.deleteRange(
                    Family.VECTORS,
                    RowKey.prefix(collection),
                    RowKey.row(collection, sealedThrough + 1));
            mark(batch, collection, sealedThrough);
            rows.writeRelaxed(batch);
        }
    }

    /** The rows behind those that are sealed, without those that nobody can see. */
    List<Shard.NewRow> unsealed(long sealedThrough, Set<Long> gone) {
        Map<Long, Long> expiries = expiries();
        List<Shard.NewRow> found = new ArrayList<>();
        rows.scan(
                Family.VECTORS,
                RowKey.row(collection, sealedThrough + 1),
                RowKey.end(collection),
                (key, value) -> {
                    long row = RowKey.rowOf(key);
                    if (!gone.contains(row)) {
                        found.add(decode(row, expiries.getOrDefault(row, 0L), value));
                    }
                });
        return found;
    }

    /** The rows that were replaced or deleted, in the order of their deaths. */
    List<Shard.DeadRow> dead() {
        List<Shard.DeadRow> dead = new ArrayList<>();
        rows.scan(
                Family.DEAD,
                RowKey.prefix(collection),
                RowKey.end(collection),
                (key, value) ->
                        dead.add(new Shard.DeadRow(RowKey.rowOf(key), DeathMark.ts(value))));
        dead.sort(Comparator.comparingLong(Shard.DeadRow::ts));
        return dead;
    }

    /** When rows are over, in milliseconds since 1970, soonest first. */
    Map<Long, Long> expiries() {
        Map<Long, Long> found = new LinkedHashMap<>();
        rows.scan(
                Family.EXPIRES,
                RowKey.prefix(collection),
                RowKey.end(collection),
                (key, _) -> found.put(RowKey.expiringRowOf(key), RowKey.millisOf(key)));
        return found;
    }

    /** Removes what there is of dead rows that no part holds: they can never be found again. */
    void forget(List<Long> dead, List<Part> parts) {
        try (RowBatch batch = rows.batch()) {
            for (long row : dead) {
                if (parts.stream().noneMatch(part -> part.rows().find(row) >= 0)) {
                    byte[] key = RowKey.row(collection, row);
                    batch.delete(Family.ROWS, key);
                    batch.delete(Family.VECTORS, key);
                    batch.delete(Family.DEAD, key);
                    batch.spillIfLarge();
                }
            }
            rows.writeRelaxed(batch);
        }
    }

    /** Adds the vector of a row that is to be committed to a batch. */
    void put(RowBatch batch, Shard.NewRow row) {
        ByteBuffer bytes =
                ByteBuffer.allocate(Long.BYTES + dimension * Float.BYTES)
                        .putLong(row.ts())
                        .order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(row.vector());
        batch.put(Family.VECTORS, RowKey.row(collection, row.number()), bytes.array());
        if (row.expires() != 0) {
            batch.put(
                    Family.EXPIRES,
                    RowKey.expiry(collection, row.expires(), row.number()),
                    new byte[0]);
        }
    }

    private Shard.NewRow decode(long row, long expires, byte[] value) {
        int floats = dimension * Float.BYTES;
        ByteBuffer bytes = ByteBuffer.wrap(value);
        if (value.length != floats + Long.BYTES && value.length != floats) {
            throw new CorruptException("rows", 0, "vector of " + value.length + " bytes");
        }
        // Format 1 has no timestamp: such rows were there before all that have one.
        long ts = value.length == floats ? 0 : bytes.getLong();
        float[] vector = new float[dimension];
        bytes.order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(vector);
        return new Shard.NewRow(row, ts, expires, vector);
    }
}
