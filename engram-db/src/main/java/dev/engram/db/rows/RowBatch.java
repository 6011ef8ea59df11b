package dev.engram.db.rows;

import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;

/** Changes that become durable together or not at all: see {@link RowStore#write}. */
public final class RowBatch implements AutoCloseable {

    private static final long LARGE_BYTES = 4L << 20;

    private final RowStore store;
    final WriteBatch batch = new WriteBatch();

    RowBatch(RowStore store) {
        this.store = store;
    }

    /** Sets a value. */
    public void put(Family family, byte[] key, byte[] value) {
        try {
            batch.put(store.handle(family), key, value);
        } catch (RocksDBException e) {
            throw RowStore.trouble("cannot add to a batch", e);
        }
    }

    /** Removes a key; a missing one is no error. */
    public void delete(Family family, byte[] key) {
        try {
            batch.delete(store.handle(family), key);
        } catch (RocksDBException e) {
            throw RowStore.trouble("cannot add to a batch", e);
        }
    }

    /** Removes all keys from {@code from} to just before {@code to}. */
    public void deleteRange(Family family, byte[] from, byte[] to) {
        try {
            batch.deleteRange(store.handle(family), from, to);
        } catch (RocksDBException e) {
            throw RowStore.trouble("cannot add to a batch", e);
        }
    }

    /**
     * Writes what was gathered once it is some megabytes, and goes on empty. For changes that need
     * not happen together; a later {@link RowStore#write} makes them durable.
     *
     * @return whether it was written
     */
    public boolean spillIfLarge() {
        if (batch.getDataSize() < LARGE_BYTES) {
            return false;
        }
        store.writeRelaxed(this);
        batch.clear();
        return true;
    }

    @Override
    public void close() {
        batch.close();
    }
}
