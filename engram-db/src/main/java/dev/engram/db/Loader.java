package dev.engram.db;

import dev.engram.db.Catalog.Stats;
import dev.engram.db.rows.Family;
import dev.engram.db.rows.IdState;
import dev.engram.db.rows.RowBatch;
import dev.engram.db.rows.RowKey;
import dev.engram.db.rows.RowStore;
import dev.engram.db.rows.Stamp;
import dev.engram.db.rows.StoredRow;
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
 * <p>Faster than single puts: the index is built once, and vectors go straight to their file.
 * Several threads take turns.
 */
public final class Loader implements AutoCloseable {

    /** OPEN goes to all others; of BROKEN and DECIDING only the way to CLOSED is left. */
    private enum State {
        OPEN,
        /** A file or a batch got a part of what it should have: nothing can follow it. */
        BROKEN,
        /** The batch that decides was handed over, and did not come back: it may count or not. */
        DECIDING,
        COMMITTED,
        CLOSED
    }

    private final Database database;
    private final String name;
    private final Records records;
    private final RowStore rows;
    private final Catalog catalog;
    private final ShardLoader shard;
    private final RowBatch batch;

    /** Of all its rows; the collection can be read from a later one on only. */
    private final long ts;

    private final Set<String> batchIds = new HashSet<>();
    private Stats stats = Stats.NONE;
    private State state = State.OPEN;

    Loader(
            Database database,
            String name,
            Records records,
            Records.Store store,
            Storage folder,
            long ts) {
        this.ts = ts;
        this.database = database;
        this.name = name;
        this.records = records;
        this.rows = store.rows();
        this.catalog = store.catalog();
        this.shard = new ShardLoader(records.shardSettings(), folder);
        this.batch = rows.batch();
    }

    /**
     * Adds records, all or none; texts without a vector are embedded.
     *
     * @throws IllegalArgumentException where an id comes a second time
     */
    public synchronized void add(List<Point> points) {
        database.live(
                () -> {
                    addAll(points);
                    return points;
                });
    }

    private void addAll(List<Point> points) {
        checkOpen();
        checkNew(points);
        List<WriteSet.Write.Put> puts = records.prepare(points);
        state = State.BROKEN;
        puts.forEach(this::add);
        state = State.OPEN;
    }

    private void checkNew(List<Point> points) {
        Set<String> ids = new HashSet<>();
        for (Point point : points) {
            byte[] key = RowKey.id(records.entry().number(), point.id());
            if (!ids.add(point.id())
                    || batchIds.contains(point.id())
                    || rows.get(Family.IDS, key) != null) {
                throw new IllegalArgumentException(
                        "id: '" + point.id() + "' comes twice (expected: unique ids)");
            }
        }
    }

    private void add(WriteSet.Write.Put put) {
        int collection = records.entry().number();
        String id = put.point().id();
        int textBytes = StoredRow.textBytes(put.point().text());
        long number = shard.add(put.vector());
        Stamp stamp = new Stamp(ts, 0, put.expires());
        IdState idState = new IdState(number, ts, textBytes, IdState.Fate.THERE);
        batch.put(Family.ROWS, RowKey.row(collection, number), StoredRow.encode(stamp, put.body()));
        batch.put(Family.IDS, RowKey.id(collection, id), idState.encode());
        if (put.expires() != 0) {
            batch.put(
                    Family.EXPIRES, RowKey.expiry(collection, put.expires(), number), new byte[0]);
        }
        batchIds.add(id);
        stats = stats.plus(1, textBytes, 1);
        if (batch.spillIfLarge()) {
            batchIds.clear();
        }
    }

    private void checkOpen() {
        String trouble =
                switch (state) {
                    case OPEN -> null;
                    case BROKEN, DECIDING -> "failed before; close it and start another";
                    case COMMITTED -> "is committed already";
                    case CLOSED -> "is closed";
                };
        if (trouble != null) {
            throw new IllegalStateException("the loader of '" + name + "' " + trouble);
        }
    }

    /** How many records were added. */
    public synchronized long count() {
        return stats.records();
    }

    /** Builds the index and puts the collection in place; durable when it returns. */
    public synchronized Collection commit() {
        return database.live(
                () -> {
                    checkOpen();
                    state = State.BROKEN;
                    try (RowBatch last = rows.batch()) {
                        shard.finish(last, ts);
                        rows.writeRelaxed(batch);
                        rows.compact(records.entry().number(), List.of(Family.IDS, Family.ROWS));
                        catalog.put(last, records.entry().number(), stats);
                        state = State.DECIDING;
                        database.named().replace(last, name, records);
                    }
                    state = State.COMMITTED;
                    records.settleWords();
                    return new Collection(database, name);
                });
    }

    /** Frees what it holds. Without a commit everything that was added is removed. */
    @Override
    public synchronized void close() {
        State before = state;
        state = State.CLOSED;
        switch (before) {
            case CLOSED -> {}
            case COMMITTED, DECIDING -> free();
            case OPEN, BROKEN -> {
                try {
                    free();
                } finally {
                    // A closed database cannot be written to: the next to open it clears up.
                    database.ifLive(() -> database.named().free(records));
                }
            }
        }
    }

    private void free() {
        try {
            shard.close();
        } finally {
            batch.close();
        }
    }
}
