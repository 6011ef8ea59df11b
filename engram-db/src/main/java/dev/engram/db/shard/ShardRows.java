package dev.engram.db.shard;

import dev.engram.db.rows.DeathMark;
import dev.engram.db.rows.Family;
import dev.engram.db.rows.RowBatch;
import dev.engram.db.rows.RowKey;
import dev.engram.db.rows.RowStore;
import dev.engram.db.rows.StoredRow;
import dev.engram.error.CorruptException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * What the row store keeps for a shard: the vectors that are not sealed yet, the deaths, a mark of
 * how far it was sealed, and a copy of the manifest.
 *
 * <p>The mark is written together with the removal of the sealed vectors, which from then on are in
 * the segment files alone. It stands in {@link Family#VECTORS} under row 0, which no record has, so
 * that whatever removes a collection's rows removes it, too. The copy stands behind it: as old as
 * it may be after a crash, the files it names are there, and with the rows here they are all.
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

    /** The copy of the manifest; null where none was made, by an earlier engram. */
    @Nullable ShardManifest copy() {
        byte[] value = rows.get(Family.VECTORS, RowKey.row(collection, MARK));
        if (value == null || value.length <= Long.BYTES) {
            return null;
        }
        byte[] content = Arrays.copyOfRange(value, Long.BYTES, value.length);
        return ShardManifest.decode("rows (copy of a manifest)", content);
    }

    /** What is wrong with a manifest, as far as it can be told from here; null for nothing. */
    @Nullable String troubleOf(ShardManifest manifest, String file) {
        long mark = mark();
        return manifest.sealedThrough() >= mark
                ? null
                : "corrupt file %s: rows sealed: up to %d (expected: %d; the file is missing or an old one)"
                        .formatted(file, manifest.sealedThrough(), mark);
    }

    /** Sets the mark of a shard whose vectors never were in the row store. */
    static void mark(RowBatch batch, int collection, ShardManifest manifest) {
        byte[] copy = manifest.encode();
        batch.put(
                Family.VECTORS,
                RowKey.row(collection, MARK),
                ByteBuffer.allocate(Long.BYTES + copy.length)
                        .putLong(manifest.sealedThrough())
                        .put(copy)
                        .array());
    }

    /** Makes all rows durable that were committed. */
    void sync() {
        rows.sync();
    }

    /**
     * Removes the vectors that segment files hold now, since one copy is enough, and keeps a copy
     * of the manifest that names them. A later sync makes that durable.
     */
    void removeSealed(ShardManifest manifest) {
        try (RowBatch batch = rows.batch()) {
            if (manifest.sealedThrough() > mark()) {
                batch.deleteRange(
                        Family.VECTORS,
                        RowKey.prefix(collection),
                        RowKey.row(collection, manifest.sealedThrough() + 1));
            }
            mark(batch, collection, manifest);
            rows.writeRelaxed(batch);
        }
    }

    /**
     * The records of a range of rows.
     *
     * @param numbers of those that somebody may see, ascending
     * @param births of these
     * @param gone rows that nobody sees, but that a segment may still hold
     */
    record Stored(long[] numbers, Births births, Set<Long> gone) {

        int count() {
            return numbers.length;
        }

        boolean contains(long row) {
            return Arrays.binarySearch(numbers, row) >= 0;
        }
    }

    /** What is stored of the rows {@code first..last}. */
    Stored stored(long first, long last) {
        Set<Long> gone = gone(first, last);
        LongStream.Builder numbers = LongStream.builder();
        Births.Growing births = new Births.Growing();
        rows.scan(
                Family.ROWS,
                RowKey.row(collection, first),
                RowKey.row(collection, last + 1),
                (key, value) -> {
                    long row = RowKey.rowOf(key);
                    if (!gone.contains(row)) {
                        numbers.add(row);
                        births.add(StoredRow.decode(value).stamp().ts());
                    }
                });
        return new Stored(numbers.build().toArray(), births.births(), gone);
    }

    private Set<Long> gone(long first, long last) {
        Set<Long> gone = new HashSet<>();
        rows.scan(
                Family.DEAD,
                RowKey.row(collection, first),
                RowKey.row(collection, last + 1),
                (key, value) -> {
                    if (DeathMark.ts(value) == DeathMark.FOR_ALL) {
                        gone.add(RowKey.rowOf(key));
                    }
                });
        return gone;
    }

    /** The records behind those that are sealed whose vectors are not here. */
    List<Long> withoutVector(long sealedThrough) {
        List<Long> without = new ArrayList<>();
        for (long row : stored(sealedThrough + 1, Long.MAX_VALUE - 1).numbers()) {
            byte[] value = rows.get(Family.VECTORS, RowKey.row(collection, row));
            if (value == null || !isVector(value)) {
                without.add(row);
            }
        }
        return without;
    }

    private boolean isVector(byte[] value) {
        int floats = dimension * Float.BYTES;
        return value.length == floats + Long.BYTES || value.length == floats;
    }

    /** Sets the vectors of records that are stored. */
    void putVectors(List<Long> numbers, List<float[]> vectors) {
        try (RowBatch batch = rows.batch()) {
            for (int i = 0; i < numbers.size(); i++) {
                long row = numbers.get(i);
                byte[] value = rows.get(Family.ROWS, RowKey.row(collection, row));
                if (value != null) {
                    long ts = StoredRow.decode(value).stamp().ts();
                    put(batch, new Shard.NewRow(row, ts, 0, vectors.get(i)));
                }
            }
            rows.write(batch);
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
        if (!isVector(value)) {
            throw new CorruptException("rows", 0, "vector of " + value.length + " bytes");
        }
        // Format 1 has no timestamp: such rows were there before all that have one.
        long ts = value.length == floats ? 0 : bytes.getLong();
        float[] vector = new float[dimension];
        bytes.order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(vector);
        return new Shard.NewRow(row, ts, expires, vector);
    }
}
