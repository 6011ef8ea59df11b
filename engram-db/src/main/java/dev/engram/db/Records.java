package dev.engram.db;

import dev.engram.db.Catalog.Stats;
import dev.engram.db.rows.Family;
import dev.engram.db.rows.RowBatch;
import dev.engram.db.rows.RowKey;
import dev.engram.db.rows.RowStore;
import dev.engram.db.rows.StoredRow;
import dev.engram.db.shard.Shard;
import dev.engram.error.ConflictException;
import dev.engram.error.CorruptException;
import dev.engram.error.DeniedException;
import dev.engram.error.EngramException;
import dev.engram.storage.Storage;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
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

    private static final int ID_BYTES_MAX = 1024;

    private final String name;
    private final CatalogEntry entry;
    private final Store store;
    private final Storage folder;
    private final ReentrantLock writing = new ReentrantLock();

    /** Held shared by every call at work, alone by {@link #retire}. */
    private final ReentrantReadWriteLock life = new ReentrantReadWriteLock();

    private boolean retired;
    private volatile @Nullable Shard shard;

    /**
     * What all collections of a database share.
     *
     * @param rows of all collections
     * @param catalog over them
     * @param models for texts
     * @param readOnly refuses every write
     */
    record Store(RowStore rows, Catalog catalog, Models models, boolean readOnly) {}

    Records(String name, CatalogEntry entry, Store store, Storage folder) {
        this.name = name;
        this.entry = entry;
        this.store = store;
        this.folder = folder;
    }

    CatalogEntry entry() {
        return entry;
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
        checkWritable();
        Map<String, Point> byId = new LinkedHashMap<>();
        for (Point point : points) {
            checkId(point.id());
            byId.put(point.id(), point);
        }
        List<Point> wanted = List.copyOf(byId.values());
        List<float[]> vectors = vectors(wanted);
        writing.lock();
        try {
            commit(wanted, vectors);
        } finally {
            writing.unlock();
        }
    }

    /** The vectors of these records as the index wants them; embeds texts that have none. */
    List<float[]> vectors(List<Point> points) {
        List<String> texts = new ArrayList<>();
        for (Point point : points) {
            if (point.vector() == null) {
                texts.add(checkText(point));
            }
        }
        List<float[]> embedded = texts.isEmpty() ? List.of() : embedder().embed(texts);
        if (embedded.size() != texts.size()) {
            throw new AssertionError(embedded.size() + " vectors for " + texts.size() + " texts");
        }
        List<float[]> vectors = new ArrayList<>(points.size());
        int next = 0;
        for (Point point : points) {
            float[] vector = point.vector() == null ? embedded.get(next++) : point.vector();
            vectors.add(VectorCheck.prepare(vector, entry, "vector of '" + point.id() + "'"));
        }
        return vectors;
    }

    private void commit(List<Point> points, List<float[]> vectors) {
        Shard target = shard();
        target.sealIfFull();
        Stats before = store.catalog.stats(entry.number());
        List<Shard.NewRow> added = new ArrayList<>(points.size());
        try (RowBatch batch = store.rows.batch()) {
            Removal removal = remove(batch, points.stream().map(Point::id).toList());
            long textBytes = 0;
            long row = before.nextRow();
            for (int i = 0; i < points.size(); i++) {
                Point point = points.get(i);
                textBytes += putRow(batch, row, point);
                byte[] vector = Shard.encode(vectors.get(i));
                batch.put(Family.VECTORS, RowKey.row(entry.number(), row), vector);
                added.add(new Shard.NewRow(row++, vectors.get(i)));
            }
            Stats after =
                    before.plus(
                            points.size() - removal.rows.size(),
                            textBytes - removal.textBytes,
                            points.size());
            store.catalog.put(batch, entry.number(), after);
            store.rows.write(batch);
            target.apply(added, removal.rows);
        }
    }

    /** Adds a record without its vector to a batch; returns the bytes of its text. */
    long putRow(RowBatch batch, long row, Point point) {
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
            byte[] key = RowKey.id(entry.number(), id);
            byte[] value = store.rows.get(Family.IDS, key);
            if (value != null) {
                long row = RowKey.rowNumber(value);
                batch.delete(Family.IDS, key);
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
        checkWritable();
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
                store.rows.write(batch);
                target.apply(List.of(), removal.rows);
            }
            return removal.rows.size();
        } finally {
            writing.unlock();
        }
    }

    /** The record of an id as it is now. */
    Optional<Point> get(String id) {
        while (true) {
            byte[] value = store.rows.get(Family.IDS, RowKey.id(entry.number(), id));
            if (value == null) {
                return Optional.empty();
            }
            long number = RowKey.rowNumber(value);
            StoredRow row = row(number);
            float[] vector = shard().vector(number);
            if (vector != null) {
                return Optional.of(new Point(row.id(), row.text(), vector, row.metadata()));
            }
            // The commit that made or replaced this row is not visible yet, or no longer is:
            // it will be in a moment.
            Thread.onSpinWait();
        }
    }

    List<Hit> search(String text, int k, int beam) {
        if (text.isBlank()) {
            throw new IllegalArgumentException("query: blank (expected: a text)");
        }
        return search(embedder().embedQuery(text), k, beam);
    }

    List<Hit> search(float[] vector, int k, int beam) {
        float[] query = VectorCheck.prepare(vector, entry, "query vector");
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

    private StoredRow row(long number) {
        return rows(List.of(number)).getFirst();
    }

    private List<StoredRow> rows(List<Long> numbers) {
        List<byte[]> keys =
                numbers.stream().map(number -> RowKey.row(entry.number(), number)).toList();
        List<StoredRow> found = new ArrayList<>();
        for (byte @Nullable [] value : store.rows.getAll(Family.ROWS, keys)) {
            if (value == null) {
                throw new CorruptException(
                        "rows", 0, "a row of '" + name + "' is in the index but not stored");
            }
            found.add(StoredRow.decode(value));
        }
        return found;
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

    private Embedder embedder() {
        ModelIdentity wanted = entry.model();
        if (wanted == null) {
            throw new IllegalArgumentException(
                    "text: '"
                            + name
                            + "' has no embedding model (expected: a vector of "
                            + entry.dimension()
                            + " components)");
        }
        Embedder embedder = store.models.embedder(wanted.name());
        if (!embedder.identity().equals(wanted)) {
            throw new ConflictException(
                    "'%s' was built with model %s (fingerprint %s), but here it is %s; build it again"
                            .formatted(
                                    name,
                                    wanted.name(),
                                    wanted.fingerprint(),
                                    embedder.identity().fingerprint()));
        }
        return embedder;
    }

    private Shard shard() {
        Shard open = shard;
        if (open != null) {
            return open;
        }
        writing.lock();
        try {
            if (shard == null) {
                shard = Shard.open(entry.shardSettings(), store.rows, folder, store.readOnly);
            }
            return Objects.requireNonNull(shard);
        } finally {
            writing.unlock();
        }
    }

    void checkWritable() {
        if (store.readOnly) {
            throw new DeniedException(
                    "the database is open for reading only; open it with Database.open to write");
        }
    }

    static void checkId(String id) {
        int bytes = id.getBytes(StandardCharsets.UTF_8).length;
        if (id.isBlank() || bytes > ID_BYTES_MAX) {
            throw new IllegalArgumentException(
                    "id: "
                            + (id.isBlank() ? "blank" : bytes + " bytes")
                            + " (expected: 1.."
                            + ID_BYTES_MAX
                            + " bytes of UTF-8)");
        }
    }

    private static String checkText(Point point) {
        if (point.text() == null || point.text().isBlank()) {
            throw new IllegalArgumentException(
                    "text of '" + point.id() + "': blank (expected: something to embed)");
        }
        return point.text();
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
