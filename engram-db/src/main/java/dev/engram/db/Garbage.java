package dev.engram.db;

import dev.engram.db.commit.HybridClock;
import dev.engram.db.keyword.WordFolders;
import dev.engram.db.rows.DeathMark;
import dev.engram.db.rows.Family;
import dev.engram.db.rows.IdState;
import dev.engram.db.rows.RowBatch;
import dev.engram.db.rows.RowKey;
import dev.engram.db.rows.RowStore;
import dev.engram.db.rows.StoredRow;
import dev.engram.error.EngramException;
import dev.engram.storage.Storage;
import java.util.List;

/** Removes what nobody can reach any more: dropped collections, and rows that died. */
final class Garbage {

    private static final System.Logger LOG = System.getLogger(Garbage.class.getName());

    private final RowStore rows;
    private final Catalog catalog;
    private final Storage segments;
    private final WordFolders words;
    private final HybridClock clock;

    Garbage(
            RowStore rows,
            Catalog catalog,
            Storage segments,
            WordFolders words,
            HybridClock clock) {
        this.rows = rows;
        this.catalog = catalog;
        this.segments = segments;
        this.words = words;
        this.clock = clock;
    }

    /** Removes all that is marked in the catalog. */
    void collect() {
        catalog.garbage().forEach(this::collect);
    }

    /**
     * Removes what there is of a collection that is marked in the catalog. It has no name any more,
     * so no one waits for it: what cannot be removed now keeps its mark, and is tried again when
     * the database is opened the next time.
     */
    void collect(int collection) {
        try {
            segments.folder(Integer.toString(collection)).deleteAll();
            words.delete(collection);
            try (RowBatch batch = rows.batch()) {
                catalog.removeRows(batch, collection);
                catalog.unmarkGarbage(batch, collection);
                rows.write(batch);
            }
            rows.reclaim(collection);
        } catch (EngramException e) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "a removed collection takes space until the database is opened again: {0}",
                    e.getMessage());
        }
    }

    /** Removes the rows that nobody can see since the database was open before. */
    void purge(int collection, long lowWatermark) {
        try (RowBatch batch = rows.batch()) {
            boolean[] some = {false};
            rows.scan(
                    Family.DEAD,
                    RowKey.prefix(collection),
                    RowKey.end(collection),
                    (key, value) -> {
                        if (!DeathMark.isRemoved(value) && DeathMark.ts(value) <= lowWatermark) {
                            some[0] = true;
                            remove(batch, collection, RowKey.rowOf(key));
                            batch.spillIfLarge();
                        }
                    });
            if (some[0]) {
                write(batch);
            }
        }
    }

    /** Removes rows that nobody can see any more; a later commit makes that durable. */
    void removeRows(int collection, List<Long> gone) {
        if (gone.isEmpty()) {
            return;
        }
        try (RowBatch batch = rows.batch()) {
            gone.forEach(row -> remove(batch, collection, row));
            write(batch);
        }
    }

    /** Removes records whose vectors are lost, whoever may still see them. */
    void erase(int collection, List<Long> lost) {
        try (RowBatch batch = rows.batch()) {
            for (long number : lost) {
                byte[] value = rows.get(Family.ROWS, RowKey.row(collection, number));
                if (value != null) {
                    byte[] id = RowKey.id(collection, StoredRow.decode(value).id());
                    byte[] state = rows.get(Family.IDS, id);
                    if (state != null && IdState.decode(state).row() == number) {
                        batch.delete(Family.IDS, id);
                    }
                }
                remove(batch, collection, number);
            }
            rows.write(batch);
        }
    }

    private void write(RowBatch batch) {
        // Whoever opens the database next must not find himself at a time before this one.
        catalog.putClock(batch, clock.now());
        rows.writeRelaxed(batch);
    }

    private void remove(RowBatch batch, int collection, long number) {
        byte[] key = RowKey.row(collection, number);
        byte[] value = rows.get(Family.ROWS, key);
        if (value != null) {
            removeTraces(batch, collection, number, StoredRow.decode(value));
        }
        batch.delete(Family.ROWS, key);
        batch.delete(Family.VECTORS, key);
        batch.put(Family.DEAD, key, DeathMark.removed());
    }

    /** What stands elsewhere because of a row: when it is over, and that its id was deleted. */
    private void removeTraces(RowBatch batch, int collection, long number, StoredRow row) {
        long expires = row.stamp().expires();
        if (expires != 0) {
            batch.delete(Family.EXPIRES, RowKey.expiry(collection, expires, number));
        }
        byte[] id = RowKey.id(collection, row.id());
        byte[] state = rows.get(Family.IDS, id);
        if (state != null) {
            IdState last = IdState.decode(state);
            if (last.isGone() && last.row() == number) {
                batch.delete(Family.IDS, id);
            }
        }
    }
}
