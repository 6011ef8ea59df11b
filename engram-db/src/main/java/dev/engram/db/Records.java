package dev.engram.db;

import dev.engram.db.Catalog.Stats;
import dev.engram.db.rows.Family;
import dev.engram.db.rows.RowBatch;
import dev.engram.db.rows.RowKey;
import dev.engram.db.rows.RowStore;
import dev.engram.db.rows.StoredRow;
import dev.engram.db.shard.Shard;
import dev.engram.db.shard.ShardSettings;
import dev.engram.error.CorruptException;
import dev.engram.error.DeniedException;
import dev.engram.error.EngramException;
import dev.engram.error.UnavailableException;
import dev.engram.storage.Storage;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.jspecify.annotations.Nullable;

/**
 * The records of one collection: rows in the row store, vectors in a shard. One writer at a time,
 * any number of readers; a reader never waits for a writer.
 *
 * <p>The shard is opened at first use, so that a damaged collection does not keep the others shut.
 */
final class Records implements AutoCloseable {

    private final String name;
    private final CatalogEntry entry;
    private final Store store;
    private final Storage folder;
    private final PointVectors vectors;
    private final ReentrantLock writing = new ReentrantLock();

    /** Held shared by every call at work, alone by {@link #retire}. */
    private final ReentrantReadWriteLock life = new ReentrantReadWriteLock();

    private boolean retired;
    private volatile @Nullable Shard shard;

    /** Whether a commit is stored that the shard did not get to see. */
    private volatile boolean behind;

    /**
     * What all collections of a database share.
     *
     * @param rows of all collections
     * @param catalog over them
     * @param models for texts
     * @param readOnly refuses every write
     * @param memoryBytesMax see {@link Settings}
     */
    record Store(
            RowStore rows, Catalog catalog, Models models, boolean readOnly, long memoryBytesMax) {

        void checkWritable() {
            if (readOnly) {
                throw new DeniedException(
                        "the database is open for reading only; open it with Database.open to"
                                + " write");
            }
        }
    }

    Records(String name, CatalogEntry entry, Store store, Storage folder) {
        this.name = name;
        this.entry = entry;
        this.store = store;
        this.folder = folder;
        this.vectors = new PointVectors(name, entry, store.models);
    }

    CatalogEntry entry() {
        return entry;
    }

    PointVectors vectors() {
        return vectors;
    }

    ShardSettings shardSettings() {
        return entry.shardSettings(store.memoryBytesMax);
    }

    /** Starts a call; false where the collection was dropped or replaced meanwhile. */
    boolean enter() {
        life.readLock().lock();
        if (retired) {
            life.readLock().unlock();
            return false;
        }
        return true;
    }

    /** Ends a call that {@link #enter} started. */
    void leave() {
        life.readLock().unlock();
    }

    /** Waits for the calls at work and lets no more in. */
    void retire() {
        life.writeLock().lock();
        try {
            retired = true;
        } finally {
            life.writeLock().unlock();
        }
        close();
    }

    /** Sets the records of these ids, all or none; of two with one id the last counts. */
    void put(List<Point> points) {
        store.checkWritable();
        Map<String, Point> byId = new LinkedHashMap<>();
        for (Point point : points) {
            byId.put(point.id(), point);
        }
        List<Point> wanted = List.copyOf(byId.values());
        List<float[]> made = vectors.of(wanted);
        if (wanted.isEmpty()) {
            return;
        }
        writing.lock();
        try {
            commit(wanted, made);
        } finally {
            writing.unlock();
        }
    }

    /** Sets those of the records whose ids are not there yet. */
    void putMissing(List<Point> points) {
        put(points.stream().filter(point -> idValue(point.id()) == null).toList());
    }

    private void commit(List<Point> points, List<float[]> vectors) {
        Shard target = shard();
        target.sealIfFull();
        target.reserve(points.size());
        Stats before = store.catalog.stats(entry.number());
        List<Shard.NewRow> added = new ArrayList<>(points.size());
        try (RowBatch batch = store.rows.batch()) {
            Removal removal = remove(batch, points.stream().map(Point::id).toList());
            long textBytes = 0;
            long number = before.nextRow();
            for (int i = 0; i < points.size(); i++) {
                Shard.NewRow row = new Shard.NewRow(number++, vectors.get(i));
                textBytes += putRow(batch, row.number(), points.get(i));
                target.put(batch, row);
                added.add(row);
            }
            Stats after =
                    before.plus(
                            points.size() - removal.rows.size(),
                            textBytes - removal.textBytes,
                            points.size());
            store.catalog.put(batch, entry.number(), after);
            write(batch, target, added, removal.rows);
        }
    }

    /** Commits a batch, and shows it to readers all at once. */
    private void write(RowBatch batch, Shard target, List<Shard.NewRow> added, List<Long> died) {
        store.rows.write(batch);
        boolean shown = false;
        try {
            target.apply(added, died);
            shown = true;
        } finally {
            if (!shown) {
                behind = true;
            }
        }
    }

    /** Adds a record without its vector to a batch; returns the bytes of its text. */
    private long putRow(RowBatch batch, long row, Point point) {
        StoredRow stored = new StoredRow(point.id(), point.text(), point.metadata());
        batch.put(Family.ROWS, RowKey.row(entry.number(), row), stored.encode());
        batch.put(Family.IDS, RowKey.id(entry.number(), point.id()), RowKey.rowNumber(row));
        return stored.textBytes();
    }

    private record Removal(List<Long> rows, long textBytes) {}

    /** Adds the deaths of these ids to a batch; ids that are not there are passed over. */
    private Removal remove(RowBatch batch, List<String> ids) {
        List<Long> died = new ArrayList<>();
        long textBytes = 0;
        for (String id : ids) {
            byte[] value = idValue(id);
            if (value != null) {
                long row = RowKey.rowNumber(value);
                batch.delete(Family.IDS, RowKey.id(entry.number(), id));
                // The row itself stays: a search under way may still show it. It is removed when
                // the database is opened the next time.
                batch.put(Family.DEAD, RowKey.row(entry.number(), row), new byte[0]);
                textBytes += row(row).textBytes();
                died.add(row);
            }
        }
        return new Removal(died, textBytes);
    }

    /** Removes the records of these ids, all at once; returns how many there were. */
    int delete(List<String> ids) {
        store.checkWritable();
        ids.forEach(Point::checkId);
        Set<String> wanted = new HashSet<>(ids);
        writing.lock();
        try (RowBatch batch = store.rows.batch()) {
            Shard target = shard();
            Removal removal = remove(batch, List.copyOf(wanted));
            if (!removal.rows.isEmpty()) {
                Stats before = store.catalog.stats(entry.number());
                store.catalog.put(
                        batch,
                        entry.number(),
                        before.plus(-removal.rows.size(), -removal.textBytes, 0));
                write(batch, target, List.of(), removal.rows);
            }
            return removal.rows.size();
        } finally {
            writing.unlock();
        }
    }

    /** The record of an id as it is now. */
    Optional<Point> get(String id) {
        Point.checkId(id);
        Shard source = shard();
        byte[] value = idValue(id);
        if (value == null) {
            return Optional.empty();
        }
        float[] vector = source.vector(RowKey.rowNumber(value));
        if (vector == null) {
            // Stored and not yet shown, or replaced meanwhile: settled once the writer is done.
            writing.lock();
            try {
                value = idValue(id);
                if (value == null) {
                    return Optional.empty();
                }
                vector = source.vector(RowKey.rowNumber(value));
            } finally {
                writing.unlock();
            }
        }
        if (vector == null) {
            throw new CorruptException(
                    folder.describe("MANIFEST"),
                    0,
                    "a row of '" + name + "' is stored but not in the index");
        }
        StoredRow row = row(RowKey.rowNumber(value));
        return Optional.of(new Point(row.id(), row.text(), vector, row.metadata()));
    }

    private byte @Nullable [] idValue(String id) {
        return store.rows.get(Family.IDS, RowKey.id(entry.number(), id));
    }

    List<Hit> search(float[] query, int k, int beam) {
        List<Hit> hits = new ArrayList<>();
        List<Shard.Found> found = shard().search(query, k, beam);
        List<StoredRow> rows = rows(found.stream().map(Shard.Found::number).toList());
        for (int i = 0; i < found.size(); i++) {
            StoredRow row = rows.get(i);
            float score = entry.metric().score(found.get(i).distance());
            hits.add(new Hit(row.id(), score, row.text(), row.metadata()));
        }
        return List.copyOf(hits);
    }

    /** See {@link Collection#verify}. */
    void verify() {
        shard().verify();
    }

    private StoredRow row(long number) {
        return decode(store.rows.get(Family.ROWS, RowKey.row(entry.number(), number)));
    }

    private List<StoredRow> rows(List<Long> numbers) {
        List<byte[]> keys =
                numbers.stream().map(number -> RowKey.row(entry.number(), number)).toList();
        return store.rows.getAll(Family.ROWS, keys).stream().map(this::decode).toList();
    }

    private StoredRow decode(byte @Nullable [] value) {
        if (value == null) {
            throw new CorruptException(
                    "rows", 0, "a row of '" + name + "' is in the index but not stored");
        }
        return StoredRow.decode(value);
    }

    /** As {@link #info}; nothing where the collection is dropped or replaced meanwhile. */
    Optional<CollectionInfo> infoUnlessRetired() {
        if (!enter()) {
            return Optional.empty();
        }
        try {
            return Optional.of(info());
        } finally {
            leave();
        }
    }

    CollectionInfo info() {
        Stats stats = store.catalog.stats(entry.number());
        Shard.ShardBytes files = new Shard.ShardBytes(0, 0, 0);
        String damage = null;
        try {
            files = Shard.bytes(folder);
        } catch (EngramException e) {
            damage = e.getMessage();
        }
        long unsealed = store.rows.bytes(Family.VECTORS, entry.number());
        long records =
                store.rows.bytes(Family.ROWS, entry.number())
                        + store.rows.bytes(Family.IDS, entry.number());
        StorageAccount bytes =
                new StorageAccount(
                        stats.textBytes(),
                        stats.records() * entry.dimension() * Float.BYTES,
                        files.graph(),
                        0,
                        files.vectors() + unsealed,
                        records,
                        0,
                        files.other() + store.rows.bytes(Family.DEAD, entry.number()));
        return new CollectionInfo(
                name,
                stats.records(),
                entry.dimension(),
                entry.metric(),
                entry.index(),
                entry.model(),
                bytes,
                damage);
    }

    private Shard shard() {
        if (behind) {
            throw new UnavailableException(
                    "the index of '"
                            + name
                            + "' could not follow a commit, which is stored; open the database"
                            + " again");
        }
        Shard open = shard;
        if (open != null) {
            return open;
        }
        writing.lock();
        try {
            open = shard;
            if (open == null) {
                open = open();
                shard = open;
            }
            return open;
        } finally {
            writing.unlock();
        }
    }

    private Shard open() {
        Shard opened = Shard.open(shardSettings(), store.rows, folder, store.readOnly);
        Stats stats = store.catalog.stats(entry.number());
        boolean agreed =
                opened.liveCount() == stats.records() && opened.sealedThrough() < stats.nextRow();
        if (!agreed) {
            String message =
                    "%d records up to row %d are indexed (expected: %d below row %d, as stored)"
                            .formatted(
                                    opened.liveCount(),
                                    opened.sealedThrough(),
                                    stats.records(),
                                    stats.nextRow());
            opened.close();
            throw new CorruptException(folder.describe("MANIFEST"), 0, message);
        }
        return opened;
    }

    @Override
    public void close() {
        writing.lock();
        try {
            if (shard != null) {
                shard.close();
                shard = null;
            }
        } finally {
            writing.unlock();
        }
    }
}
