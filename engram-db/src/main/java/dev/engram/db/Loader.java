package dev.engram.db;

import dev.engram.db.Catalog.Stats;
import dev.engram.db.rows.Family;
import dev.engram.db.rows.RowBatch;
import dev.engram.db.rows.RowKey;
import dev.engram.db.rows.RowStore;
import dev.engram.db.shard.ShardLoader;
import dev.engram.storage.Storage;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Fills a collection in one go. Nobody sees anything of it before {@link #commit}, which puts it in
 * the place of what had its name, in one durable step. Closing without a commit, or a crash at any
 * moment, leaves what was there before.
 *
 * <p>Faster than single puts: the index is built once, and vectors go straight to their file. Not
 * safe for several threads.
 */
public final class Loader implements AutoCloseable {

    private static final long BATCH_BYTES_MAX = 4L << 20;

    private final Database database;
    private final String name;
    private final Records records;
    private final RowStore rows;
    private final Catalog catalog;
    private final ShardLoader shard;
    private RowBatch batch;
    private Stats stats = Stats.NONE;
    private final Set<String> batchIds = new HashSet<>();
    private boolean committed;

    Loader(Database database, String name, Records records, Records.Store store, Storage folder) {
        this.database = database;
        this.name = name;
        this.records = records;
        this.rows = store.rows();
        this.catalog = store.catalog();
        this.shard = new ShardLoader(records.entry().shardSettings(), folder);
        this.batch = rows.batch();
    }

    /**
     * Adds records; texts without a vector are embedded.
     *
     * @throws IllegalArgumentException where an id comes a second time
     */
    public void add(List<Point> points) {
        database.live(
                () -> {
                    List<float[]> vectors = records.vectors(points);
                    for (int i = 0; i < points.size(); i++) {
                        add(points.get(i), vectors.get(i));
                    }
                    return vectors;
                });
    }

    private void add(Point point, float[] vector) {
        Records.checkId(point.id());
        byte[] idKey = RowKey.id(records.entry().number(), point.id());
        if (!batchIds.add(point.id()) || rows.get(Family.IDS, idKey) != null) {
            throw new IllegalArgumentException(
                    "id: '" + point.id() + "' comes twice (expected: unique ids)");
        }
        long row = shard.add(vector);
        stats = stats.plus(1, records.putRow(batch, row, point), 1);
        if (batch.byteSize() >= BATCH_BYTES_MAX) {
            writeBatch();
        }
    }

    private void writeBatch() {
        rows.writeRelaxed(batch);
        batch.close();
        batch = rows.batch();
        batchIds.clear();
    }

    /** How many records were added. */
    public long count() {
        return stats.records();
    }

    /** Builds the index and puts the collection in place; durable when it returns. */
    public Collection commit() {
        return database.live(
                () -> {
                    shard.finish();
                    writeBatch();
                    rows.compact(records.entry().number());
                    try (RowBatch last = rows.batch()) {
                        catalog.put(last, records.entry().number(), stats);
                        database.replace(last, name, records);
                    }
                    committed = true;
                    return new Collection(database, name);
                });
    }

    /** Frees what it holds. Without a commit everything that was added is removed. */
    @Override
    public void close() {
        batch.close();
        shard.close();
        // A closed database cannot be written to; the next one to open it clears the rest away.
        if (!committed && !database.isClosed()) {
            database.live(
                    () -> {
                        database.discard(records);
                        return records;
                    });
        }
    }
}
