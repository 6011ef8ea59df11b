package dev.engram.db.shard;

import dev.engram.db.rows.Family;
import dev.engram.db.rows.RowBatch;
import dev.engram.db.rows.RowKey;
import dev.engram.db.rows.RowStore;
import dev.engram.error.CorruptException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
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

    /** The live rows behind those that are sealed. */
    List<Shard.NewRow> unsealed(long sealedThrough, Set<Long> dead) {
        List<Shard.NewRow> found = new ArrayList<>();
        rows.scan(
                Family.VECTORS,
                RowKey.row(collection, sealedThrough + 1),
                RowKey.end(collection),
                (key, value) -> {
                    long row = RowKey.rowOf(key);
                    if (!dead.contains(row)) {
                        found.add(new Shard.NewRow(row, decode(value)));
                    }
                });
        return found;
    }

    /** The rows that were replaced or deleted. */
    List<Long> dead() {
        List<Long> dead = new ArrayList<>();
        rows.scan(
                Family.DEAD,
                RowKey.prefix(collection),
                RowKey.end(collection),
                (key, _) -> dead.add(RowKey.rowOf(key)));
        return dead;
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
                ByteBuffer.allocate(dimension * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(row.vector());
        batch.put(Family.VECTORS, RowKey.row(collection, row.number()), bytes.array());
    }

    private float[] decode(byte[] value) {
        if (value.length != dimension * Float.BYTES) {
            throw new CorruptException("rows", 0, "vector of " + value.length + " bytes");
        }
        float[] vector = new float[dimension];
        ByteBuffer.wrap(value).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(vector);
        return vector;
    }
}
