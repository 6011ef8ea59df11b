package dev.engram.db;

import dev.engram.db.rows.Family;
import dev.engram.db.rows.RowBatch;
import dev.engram.db.rows.RowKey;
import dev.engram.db.rows.RowStore;
import dev.engram.error.EngramException;
import dev.engram.storage.Storage;

/** Removes what nobody can reach any more: dropped collections, and rows that died. */
final class Garbage {

    private static final System.Logger LOG = System.getLogger(Garbage.class.getName());

    private static final byte[] PURGED = {1};

    private final RowStore rows;
    private final Catalog catalog;
    private final Storage segments;

    Garbage(RowStore rows, Catalog catalog, Storage segments) {
        this.rows = rows;
        this.catalog = catalog;
        this.segments = segments;
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

    /** Removes the rows that died while the database was open before: nobody reads them now. */
    void purge(int collection) {
        try (RowBatch batch = rows.batch()) {
            rows.scan(
                    Family.DEAD,
                    RowKey.prefix(collection),
                    RowKey.end(collection),
                    (key, value) -> {
                        if (value.length == 0) {
                            batch.delete(Family.ROWS, key);
                            batch.put(Family.DEAD, key, PURGED);
                            batch.spillIfLarge();
                        }
                    });
            rows.writeRelaxed(batch);
        }
    }
}
