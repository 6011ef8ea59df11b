package dev.engram.db;

import dev.engram.db.rows.Family;
import dev.engram.db.rows.RowBatch;
import dev.engram.db.rows.RowKey;
import dev.engram.db.rows.RowStore;
import dev.engram.error.ConflictException;
import dev.engram.error.DeniedException;
import dev.engram.error.NotFoundException;
import dev.engram.storage.DiskStorage;
import dev.engram.storage.FolderLock;
import dev.engram.storage.Storage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/**
 * A folder of collections, open in this process. Safe for many threads.
 *
 * <pre>
 *   FOLDER/LOCK                one writer, or many readers, among all processes
 *   FOLDER/rows/               the records of all collections, in RocksDB
 *   FOLDER/segments/NUMBER/    the vectors and graphs of one collection
 * </pre>
 */
public final class Database implements AutoCloseable {

    private static final Pattern NAME = Pattern.compile("[\\p{L}\\p{N}][\\p{L}\\p{N}._-]{0,127}");

    private static final byte[] PURGED = {1};

    private final FolderLock lock;
    private final RowStore rows;
    private final Catalog catalog;
    private final Records.Store store;
    private final Storage segments;
    private final Map<String, Records> open = new ConcurrentHashMap<>();

    /** Held shared by every call at work, alone by {@link #close}: RocksDB must outlive them. */
    private final ReentrantReadWriteLock life = new ReentrantReadWriteLock();

    private boolean closed;

    private Database(FolderLock lock, Path folder, Models models, boolean readOnly) {
        this.lock = lock;
        Path rowFolder = folder.resolve("rows");
        this.rows = readOnly ? RowStore.openReadOnly(rowFolder) : RowStore.open(rowFolder);
        this.catalog = new Catalog(rows);
        this.store = new Records.Store(rows, catalog, models, readOnly);
        this.segments = new DiskStorage(folder.resolve("segments"));
        boolean opened = false;
        try {
            catalog.checkFormat(readOnly);
            catalog.entries().forEach((name, entry) -> open.put(name, records(name, entry)));
            if (!readOnly) {
                catalog.garbage().forEach(this::collect);
                open.values().forEach(records -> purge(records.entry().number()));
            }
            opened = true;
        } finally {
            if (!opened) {
                rows.close();
            }
        }
    }

    /** Opens a database whose collections hold vectors the caller makes. */
    public static Database open(Path folder) {
        return open(folder, Models.NONE);
    }

    /**
     * Opens a database for reading and writing; makes it where there is none.
     *
     * @param models embed the texts of text collections; not closed with the database
     * @throws dev.engram.error.UnavailableException at once, where another process has it open
     */
    public static Database open(Path folder, Models models) {
        return open(FolderLock.exclusive(folder), folder, models, false);
    }

    /**
     * Opens an existing database as it is now; other processes may read it, too.
     *
     * @throws NotFoundException where there is none
     * @throws dev.engram.error.UnavailableException at once, where another process writes to it
     */
    public static Database openReadOnly(Path folder, Models models) {
        if (!exists(folder)) {
            throw new NotFoundException("no database in " + folder);
        }
        return open(FolderLock.shared(folder), folder, models, true);
    }

    /** Whether there is a database in that folder. */
    public static boolean exists(Path folder) {
        return Files.isDirectory(folder.resolve("rows"));
    }

    private static Database open(FolderLock lock, Path folder, Models models, boolean readOnly) {
        boolean opened = false;
        try {
            Database database = new Database(lock, folder, models, readOnly);
            opened = true;
            return database;
        } finally {
            if (!opened) {
                lock.close();
            }
        }
    }

    /**
     * Makes an empty collection.
     *
     * @throws ConflictException where the name is taken
     */
    public Collection create(String name, Schema schema) {
        checkName(name);
        CatalogEntry wanted = resolve(schema);
        return live(
                () -> {
                    createEntry(name, wanted);
                    return new Collection(this, name);
                });
    }

    private synchronized void createEntry(String name, CatalogEntry wanted) {
        if (open.containsKey(name)) {
            throw new ConflictException("collection '" + name + "' exists already");
        }
        try (RowBatch batch = rows.batch()) {
            CatalogEntry entry = numbered(wanted, catalog.takeNumber(batch));
            catalog.put(batch, name, entry);
            rows.write(batch);
            open.put(name, records(name, entry));
        }
    }

    /**
     * The collection of that name; made first, where there is none.
     *
     * @throws ConflictException where there is one with another schema
     */
    public Collection collection(String name, Schema schema) {
        checkName(name);
        CatalogEntry wanted = resolve(schema);
        return live(
                () -> {
                    findOrCreate(name, wanted);
                    return new Collection(this, name);
                });
    }

    private synchronized void findOrCreate(String name, CatalogEntry wanted) {
        Records there = open.get(name);
        if (there == null) {
            createEntry(name, wanted);
        } else if (!numbered(wanted, there.entry().number()).equals(there.entry())) {
            throw new ConflictException(
                    "collection '%s' has another schema: %s (asked for: %s)"
                            .formatted(name, describe(there.entry()), describe(wanted)));
        }
    }

    /**
     * The collection of that name.
     *
     * @throws NotFoundException where there is none
     */
    public Collection collection(String name) {
        call(name, Records::entry);
        return new Collection(this, name);
    }

    /** All collections, by name. */
    public List<CollectionInfo> collections() {
        return live(
                () ->
                        open.entrySet().stream()
                                .sorted(Map.Entry.comparingByKey())
                                .map(entry -> entry.getValue().info())
                                .toList());
    }

    /**
     * Starts to fill a collection that takes the place of what has its name, once it is committed.
     */
    public Loader load(String name, Schema schema) {
        checkName(name);
        CatalogEntry wanted = resolve(schema);
        return live(() -> startLoad(name, wanted));
    }

    private synchronized Loader startLoad(String name, CatalogEntry wanted) {
        try (RowBatch batch = rows.batch()) {
            CatalogEntry entry = numbered(wanted, catalog.takeNumber(batch));
            catalog.markGarbage(batch, entry.number());
            rows.write(batch);
            return new Loader(this, name, records(name, entry), store, folder(entry.number()));
        }
    }

    /** Puts a loaded collection in its place: the batch decides, then the names follow. */
    synchronized void replace(RowBatch batch, String name, Records loaded) {
        catalog.unmarkGarbage(batch, loaded.entry().number());
        catalog.put(batch, name, loaded.entry());
        Records before = open.get(name);
        if (before != null) {
            catalog.markGarbage(batch, before.entry().number());
        }
        rows.write(batch);
        open.put(name, loaded);
        if (before != null) {
            discard(before);
        }
    }

    /** Frees a collection that has no name any more. */
    void discard(Records records) {
        records.retire();
        collect(records.entry().number());
    }

    /**
     * Removes a collection and all that is in it.
     *
     * @throws NotFoundException where there is none
     */
    public void drop(String name) {
        live(
                () -> {
                    dropEntry(name);
                    return name;
                });
    }

    private synchronized void dropEntry(String name) {
        Records records = find(name);
        records.checkWritable();
        try (RowBatch batch = rows.batch()) {
            catalog.remove(batch, name);
            catalog.markGarbage(batch, records.entry().number());
            rows.write(batch);
        }
        open.remove(name);
        discard(records);
    }

    /** Removes what there is of a collection that was marked as garbage. */
    private void collect(int collection) {
        folder(collection).deleteAll();
        try (RowBatch batch = rows.batch()) {
            catalog.removeRows(batch, collection);
            catalog.unmarkGarbage(batch, collection);
            rows.write(batch);
        }
    }

    /** Removes the rows that died while the database was open before: nobody reads them now. */
    private void purge(int collection) {
        try (RowBatch batch = rows.batch()) {
            rows.scan(
                    Family.DEAD,
                    RowKey.prefix(collection),
                    RowKey.end(collection),
                    (key, value) -> {
                        if (value.length == 0) {
                            batch.delete(Family.ROWS, key);
                            batch.put(Family.DEAD, key, PURGED);
                        }
                    });
            rows.writeRelaxed(batch);
        }
    }

    private CatalogEntry resolve(Schema schema) {
        if (store.readOnly()) {
            throw new DeniedException(
                    "the database is open for reading only; open it with Database.open to write");
        }
        return switch (schema.content()) {
            case Schema.Content.OwnVectors(int dimension) ->
                    new CatalogEntry(0, dimension, schema.metric(), schema.index(), null);
            case Schema.Content.Texts(String model) -> {
                ModelIdentity identity = store.models().embedder(model).identity();
                yield new CatalogEntry(
                        0, identity.dimension(), schema.metric(), schema.index(), identity);
            }
        };
    }

    private static CatalogEntry numbered(CatalogEntry entry, int number) {
        return new CatalogEntry(
                number, entry.dimension(), entry.metric(), entry.index(), entry.model());
    }

    private static String describe(CatalogEntry entry) {
        String model = entry.model() == null ? "own vectors" : "model " + entry.model().name();
        return "%s, %d components, %s, %s"
                .formatted(model, entry.dimension(), entry.metric(), entry.index());
    }

    private Records records(String name, CatalogEntry entry) {
        return new Records(name, entry, store, folder(entry.number()));
    }

    private Storage folder(int collection) {
        return segments.folder(Integer.toString(collection));
    }

    private Records find(String name) {
        Records records = open.get(name);
        if (records == null) {
            List<String> names = new ArrayList<>(open.keySet());
            names.sort(null);
            throw new NotFoundException(
                    "no collection '"
                            + name
                            + "' (there "
                            + (names.isEmpty()
                                    ? "are none yet"
                                    : "are: " + String.join(", ", names))
                            + ")");
        }
        return records;
    }

    <T> T call(String name, Function<Records, T> work) {
        return live(
                () -> {
                    Records records = find(name);
                    while (!records.enter()) {
                        // Replaced between the look-up and the entry; its heir has the name now.
                        records = find(name);
                    }
                    try {
                        return work.apply(records);
                    } finally {
                        records.leave();
                    }
                });
    }

    void run(String name, Consumer<Records> work) {
        call(
                name,
                records -> {
                    work.accept(records);
                    return records;
                });
    }

    /**
     * Does some work that the closing of the database waits for. Always taken before this object's
     * monitor, never inside it.
     */
    <T> T live(Supplier<T> work) {
        life.readLock().lock();
        try {
            if (closed) {
                throw new IllegalStateException("the database is closed");
            }
            return work.get();
        } finally {
            life.readLock().unlock();
        }
    }

    /** Whether nothing can be done any more. */
    boolean isClosed() {
        life.readLock().lock();
        try {
            return closed;
        } finally {
            life.readLock().unlock();
        }
    }

    private static void checkName(String name) {
        if (!NAME.matcher(name).matches() || name.contains("..")) {
            throw new IllegalArgumentException(
                    "collection name: '"
                            + name
                            + "' (expected: 1..128 letters, digits, '.', '_' or '-', starting with"
                            + " a letter or digit, without '..')");
        }
    }

    /** Waits for calls at work, then frees everything. A second call does nothing. */
    @Override
    public void close() {
        life.writeLock().lock();
        try {
            if (!closed) {
                closed = true;
                open.values().forEach(Records::close);
                rows.close();
                lock.close();
            }
        } finally {
            life.writeLock().unlock();
        }
    }
}
