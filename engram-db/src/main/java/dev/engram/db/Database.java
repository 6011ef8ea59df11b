package dev.engram.db;

import dev.engram.db.backup.DatabaseFiles;
import dev.engram.db.commit.HybridClock;
import dev.engram.db.keyword.WordFolders;
import dev.engram.db.rows.RowBatch;
import dev.engram.db.rows.RowStore;
import dev.engram.error.ConflictException;
import dev.engram.error.CorruptException;
import dev.engram.error.NotFoundException;
import dev.engram.index.IndexSpec;
import dev.engram.storage.FolderLock;
import dev.engram.storage.Storage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * A folder of collections, open in this process. Safe for many threads.
 *
 * <pre>
 *   FOLDER/LOCK                one writer, or many readers, among all processes
 *   FOLDER/rows/               the records of all collections, in RocksDB
 *   FOLDER/segments/NUMBER/    the vectors and graphs of one collection
 *   FOLDER/words/NUMBER/       the words of its texts, in Lucene, once somebody asked for words
 *   FOLDER/snapshots/NAME/     a database that is kept as it was
 * </pre>
 */
public final class Database implements AutoCloseable {

    /** How long what was done under an idempotency key is known. */
    private static final Duration DONE_KEPT = Duration.ofDays(1);

    private static final String ROWS = DatabaseFiles.ROWS;
    private static final String SEGMENTS = DatabaseFiles.SEGMENTS;
    private static final String WORDS = DatabaseFiles.WORDS;

    private final FolderLock lock;
    private final RowStore rows;
    private final Catalog catalog;
    private final Commits commits;
    private final Records.Store store;
    private final Garbage garbage;
    private final Crew crew;
    private final MemoryBudget budget;
    private final MemoryAccount memory;
    private final Copies copies;
    private final OpenCollections collections;

    /** Held shared by every call at work, alone by {@link #close}: RocksDB must outlive them. */
    private final ReentrantReadWriteLock life = new ReentrantReadWriteLock();

    private boolean closed;

    private Database(
            FolderLock lock, Path folder, Models models, boolean readOnly, Settings settings) {
        this.lock = lock;
        Path rowFolder = folder.resolve(ROWS);
        this.budget = settings.budget();
        this.rows =
                readOnly
                        ? RowStore.openReadOnly(rowFolder, budget.rowBytes())
                        : RowStore.open(rowFolder, budget.rowBytes());
        this.memory = new MemoryAccount(budget.vectorBytes(), settings.roomWait());
        this.catalog = new Catalog(rows);
        Storage segments = settings.segments().apply(folder.resolve(SEGMENTS));
        this.commits = new Commits(rows, catalog, settings.clock(), memory);
        WordFolders words = new WordFolders(folder.resolve(WORDS), readOnly);
        this.garbage = new Garbage(rows, catalog, segments, words, commits.clock());
        this.crew = settings.crew().get();
        this.copies =
                new Copies(
                        folder,
                        models,
                        settings,
                        commits::millis,
                        target -> named().cut(target, settings.segments().apply(target)));
        this.store =
                new Records.Store(
                        rows,
                        catalog,
                        commits,
                        garbage,
                        words,
                        new ModelDesk(models),
                        readOnly,
                        Math.min(settings.memoryBytesMax(), budget.vectorBytes() / 4),
                        crew,
                        settings.roomWait(),
                        memory);
        this.collections = new OpenCollections(this, store, segments);
        boolean opened = false;
        try {
            catalog.checkFormat(readOnly);
            collections.open();
            if (!readOnly) {
                clearUp();
            }
            opened = true;
        } finally {
            if (!opened) {
                crew.close();
                rows.close();
            }
        }
    }

    /** Removes what nobody needs that was not open while this one was closed. */
    private void clearUp() {
        garbage.collect();
        for (Records records : collections.all()) {
            CatalogEntry entry = records.entry();
            garbage.purge(entry.number(), commits.lowWatermark(entry));
        }
        try (RowBatch batch = rows.batch()) {
            long before = commits.millis() - DONE_KEPT.toMillis();
            catalog.forgetDone(batch, HybridClock.ofMillis(before));
            rows.writeRelaxed(batch);
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
        return open(folder, models, Settings.DEFAULT);
    }

    /**
     * The same, within a budget of memory.
     *
     * @throws dev.engram.error.UnavailableException at once, where another process has it open
     */
    public static Database open(Path folder, Models models, MemoryBudget budget) {
        return open(folder, models, Settings.DEFAULT.withBudget(budget));
    }

    static Database open(Path folder, Models models, Settings settings) {
        FolderLock lock = FolderLock.exclusive(folder);
        return open(lock, folder, models, false, settings);
    }

    /**
     * Opens an existing database as it is now; other processes may read it, too.
     *
     * @throws NotFoundException where there is none
     * @throws dev.engram.error.UnavailableException at once, where another process writes to it
     */
    public static Database openReadOnly(Path folder, Models models) {
        return openReadOnly(folder, models, Settings.DEFAULT);
    }

    /** The same, within a budget of memory. */
    public static Database openReadOnly(Path folder, Models models, MemoryBudget budget) {
        return openReadOnly(folder, models, Settings.DEFAULT.withBudget(budget));
    }

    static Database openReadOnly(Path folder, Models models, Settings settings) {
        if (!exists(folder)) {
            Copies.checkFinished(folder, settings);
            throw new NotFoundException("no database in " + folder);
        }
        return open(FolderLock.shared(folder), folder, models, true, settings);
    }

    /** Whether there is a database in that folder. */
    public static boolean exists(Path folder) {
        return Files.isDirectory(folder.resolve(ROWS));
    }

    private static Database open(
            FolderLock lock, Path folder, Models models, boolean readOnly, Settings settings) {
        boolean opened = false;
        try {
            if (readOnly) {
                Copies.checkFinished(folder, settings);
            } else {
                Copies.clearUp(folder, settings);
            }
            if (!exists(folder) && Files.exists(folder.resolve(SEGMENTS))) {
                // A new row store would count from 1 again, and meet the old segments.
                throw new CorruptException(
                        folder.resolve(ROWS).toString(), 0, "it is missing, but segments are here");
            }
            Database database = new Database(lock, folder, models, readOnly, settings);
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
        CollectionNames.check(name);
        store.checkWritable();
        CatalogEntry wanted = CatalogEntry.of(schema, store.models());
        return live(
                () -> {
                    collections.create(name, wanted, schema.content());
                    return new Collection(this, name);
                });
    }

    /**
     * The collection of that name; made first, where there is none.
     *
     * @throws ConflictException where there is one with another schema
     */
    public Collection collection(String name, Schema schema) {
        CollectionNames.check(name);
        CatalogEntry wanted = CatalogEntry.of(schema, store.models());
        return live(
                () -> {
                    collections.findOrCreate(name, wanted, schema.content());
                    return new Collection(this, name);
                });
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
                () -> {
                    List<CollectionInfo> infos = new ArrayList<>();
                    for (Records records : collections.all()) {
                        records.infoUnlessRetired().ifPresent(infos::add);
                    }
                    infos.sort(Comparator.comparing(CollectionInfo::name));
                    return List.copyOf(infos);
                });
    }

    /**
     * Starts to fill a collection that takes the place of what has its name, once it is committed.
     */
    public Loader load(String name, Schema schema) {
        CollectionNames.check(name);
        store.checkWritable();
        CatalogEntry wanted = CatalogEntry.of(schema, store.models());
        return live(() -> collections.load(name, wanted, schema.content()));
    }

    /** Has a collection get another index: see {@link Collection#alter}. */
    void alter(String name, IndexSpec index) {
        store.checkWritable();
        run(name, records -> collections.alter(name, records, index));
    }

    /**
     * Reads every byte of all files, and compares every index with its records, while they may be
     * read and written.
     *
     * @return what is not as it was written; empty where all is
     */
    public List<Finding> verify() {
        return live(
                () -> {
                    List<Finding> findings = new ArrayList<>();
                    try {
                        rows.verify();
                    } catch (CorruptException e) {
                        findings.add(new Finding(null, String.valueOf(e.getMessage())));
                    }
                    collections.byName().forEach(records -> findings.addAll(verify(records)));
                    return List.copyOf(findings);
                });
    }

    private static List<Finding> verify(Records records) {
        if (!records.enter()) {
            return List.of();
        }
        try {
            return records.verify();
        } finally {
            records.leave();
        }
    }

    /**
     * Makes a collection whole again out of what is sound of it: whatever can be derived is made
     * anew. Calls to the collection wait meanwhile; a crash at any moment leaves it as it was, or
     * repaired.
     *
     * @param losses what becomes of records whose vectors are in no sound file, and cannot be made
     *     again from a text
     * @throws NotFoundException where there is no such collection, or vectors are to be made again
     *     and the model is not here
     */
    public Repair repair(String name, Repair.Losses losses) {
        store.checkWritable();
        return live(() -> collections.repair(name, losses));
    }

    /**
     * Removes a collection and all that is in it.
     *
     * @throws NotFoundException where there is none
     */
    public void drop(String name) {
        store.checkWritable();
        live(
                () -> {
                    collections.drop(name);
                    return name;
                });
    }

    /**
     * The work that is done beside the calls, of all collections: what is due, what is under way,
     * and what was done last or failed.
     */
    public List<Job> jobs() {
        return live(
                () ->
                        collections.byName().stream()
                                .flatMap(records -> records.jobs().stream())
                                .toList());
    }

    /**
     * Holds up the work beside the calls, until {@link #resumeJobs} or the database is closed. A
     * write that finds no memory for its vectors then is refused.
     */
    public void pauseJobs() {
        live(
                () -> {
                    crew.pause();
                    return crew;
                });
    }

    /** Whether the work beside the calls is held up. */
    public boolean isPaused() {
        return live(crew::isPaused);
    }

    /** Has the work beside the calls go on. */
    public void resumeJobs() {
        live(
                () -> {
                    crew.resume();
                    collections.all().forEach(Records::wake);
                    return crew;
                });
    }

    /** What its memory is used for. */
    public MemoryInfo memory() {
        return live(
                () -> {
                    RowStore.Memory ofRows = rows.memory();
                    return new MemoryInfo(
                            budget.bytes(),
                            ofRows.cache(),
                            ofRows.buffers(),
                            ofRows.tables(),
                            memory.usedBytes(),
                            memory.reservedBytes(),
                            memory.bytesMax(),
                            collections.all().stream().mapToLong(Records::residentBytes).sum(),
                            collections.all().stream().mapToLong(Records::mappedBytes).sum());
                });
    }

    /**
     * Keeps the state of this moment under a name, in a time and on a space that do not grow with
     * it: files that never change are shared. Commits wait for some milliseconds.
     *
     * @throws ConflictException where the name is taken
     */
    public SnapshotInfo snapshot(String name) {
        store.checkWritable();
        return live(() -> copies.snapshot(name));
    }

    /** The states that are kept, oldest first. */
    public List<SnapshotInfo> snapshots() {
        return live(copies::snapshots);
    }

    /**
     * Keeps a state no longer.
     *
     * @throws NotFoundException where there is none of that name
     * @throws dev.engram.error.UnavailableException where it is open
     */
    public void dropSnapshot(String name) {
        store.checkWritable();
        live(
                () -> {
                    copies.drop(name);
                    return name;
                });
    }

    /**
     * A state that was kept, as a database of its own, for reading; to be closed by the caller.
     *
     * @throws NotFoundException where there is none of that name
     */
    public Database openSnapshot(String name) {
        return live(() -> copies.open(name));
    }

    /**
     * Puts a snapshot in the place of the database that it was made of. What was committed since is
     * gone; all snapshots stay. Where this is cut off, the next to open the database finishes it.
     *
     * @param folder of a database that nobody has open
     * @throws dev.engram.error.UnavailableException where somebody has
     * @throws NotFoundException where there is no snapshot of that name
     */
    public static void restoreSnapshot(Path folder, String name) {
        Copies.restore(folder, name, Settings.DEFAULT);
    }

    /**
     * Makes a database of a snapshot in another folder, which shares nothing with it, and reads all
     * of it. The database may be open meanwhile.
     *
     * @param target a folder that is empty or not there yet
     * @throws ConflictException where it is not
     */
    public static void restoreSnapshot(Path folder, String name, Path target) {
        Copies.restore(folder, name, target, Settings.DEFAULT);
    }

    /**
     * Copies the state of this moment to a folder that then is a database of its own, and reads all
     * of that. Commits go on meanwhile.
     *
     * @param target a folder that is empty or not there yet
     * @throws ConflictException where it is not
     */
    public void export(Path target) {
        store.checkWritable();
        live(
                () -> {
                    copies.export(target);
                    return target;
                });
    }

    /**
     * Adds a backup of this moment to those in a folder; see {@link Backups}. Only what no earlier
     * backup has is read and written. Commits go on meanwhile. Where it is cut off, all earlier
     * backups are what they were.
     *
     * @param backups the folder, made where it is missing
     * @throws ConflictException where it holds backups of another database
     */
    public Backups.Made backup(Path backups) {
        store.checkWritable();
        return live(() -> copies.backup(backups, identity()));
    }

    /** Which database this is, or is a copy of. */
    String identity() {
        return catalog.identity().toString();
    }

    /** Starts a transaction: durable, and of at most five minutes. */
    public Transaction begin() {
        return begin(TransactionOptions.DEFAULT);
    }

    /** Starts a transaction. */
    public Transaction begin(TransactionOptions options) {
        return live(() -> new Transaction(this, commits, options));
    }

    /** Starts to go through a collection as it is now. */
    <T> Cursor<T> cursor(String name, Duration lease, Cursor.Source<T> source) {
        return live(() -> new Cursor<>(this, commits, name, lease, source));
    }

    /** Commits what a transaction wrote; returns its timestamp. */
    long commit(WriteSet writes) {
        return live(
                () -> {
                    List<Records> entered = new ArrayList<>();
                    try {
                        for (Records records : writes.collections()) {
                            if (!records.enter()) {
                                throw new ConflictException(
                                        "collection '%s' was dropped or replaced meanwhile"
                                                .formatted(records.name()));
                            }
                            entered.add(records);
                        }
                        return commits.commit(writes);
                    } finally {
                        entered.forEach(Records::leave);
                    }
                });
    }

    OpenCollections named() {
        return collections;
    }

    <T> T call(String name, Function<Records, T> work) {
        return live(
                () -> {
                    Records records = collections.find(name);
                    while (!records.enter()) {
                        // Replaced between the look-up and the entry; its heir has the name now.
                        records = collections.find(name);
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

    /** Does some work as {@link #live} does, or nothing where the database is closed. */
    void ifLive(Runnable work) {
        life.readLock().lock();
        try {
            if (!closed) {
                work.run();
            }
        } finally {
            life.readLock().unlock();
        }
    }

    /** Waits for calls at work, then frees everything. A second call does nothing. */
    @Override
    public void close() {
        // Calls that wait for jobs would hold up the lock below for as long as those take.
        ifLive(
                () -> {
                    collections.all().forEach(Records::endJobs);
                    rows.endCompactions();
                });
        life.writeLock().lock();
        try {
            if (!closed) {
                closed = true;
                freeAll();
            }
        } finally {
            life.writeLock().unlock();
        }
    }

    private void freeAll() {
        try {
            collections.all().forEach(Records::close);
        } finally {
            try {
                crew.close();
                rows.close();
            } finally {
                lock.close();
            }
        }
    }
}
