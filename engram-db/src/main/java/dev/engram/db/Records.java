package dev.engram.db;

import dev.engram.db.Catalog.Stats;
import dev.engram.db.commit.Moment;
import dev.engram.db.keyword.WordFolders;
import dev.engram.db.rows.Family;
import dev.engram.db.rows.RowBatch;
import dev.engram.db.rows.RowStore;
import dev.engram.db.rows.StoredRow;
import dev.engram.db.shard.Shard;
import dev.engram.db.shard.ShardRepair;
import dev.engram.db.shard.ShardSettings;
import dev.engram.db.shard.View;
import dev.engram.error.CorruptException;
import dev.engram.error.DeniedException;
import dev.engram.error.EngramException;
import dev.engram.error.UnavailableException;
import dev.engram.storage.Storage;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The records of one collection: rows in the row store, vectors in a shard. Changes come from
 * {@link Commits} alone; a reader never waits for them.
 *
 * <p>The shard is opened at first use, so that a damaged collection does not keep the others shut.
 */
final class Records implements AutoCloseable {

    private static final System.Logger LOG = System.getLogger(Records.class.getName());

    private final String name;
    private volatile CatalogEntry entry;
    private final Store store;
    private final Storage folder;
    private final PointVectors vectors;
    private final RowReader reader;
    private final Keywords keywords;
    private final Reading reading;
    private final Reclaim reclaim;
    private final Upkeep upkeep;
    private final ReentrantLock opening = new ReentrantLock();

    /** Held shared by every call at work, alone by {@link #retire}. */
    private final ReentrantReadWriteLock life = new ReentrantReadWriteLock();

    private boolean retired;
    private volatile @Nullable Shard shard;

    /** Whether a commit is stored that the shard did not get to see. */
    private volatile boolean behind;

    /** The timestamp at which the collection got its name. */
    private volatile long since;

    /**
     * What all collections of a database share.
     *
     * @param rows of all collections
     * @param catalog over them
     * @param commits through which all changes go
     * @param garbage removes what nobody sees any more
     * @param words of the texts, by collection
     * @param models for texts
     * @param readOnly refuses every write
     * @param memoryBytesMax see {@link Settings}
     * @param crew does the work beside the calls
     * @param roomWait see {@link Settings}
     * @param memory of all vectors that are not sealed
     */
    record Store(
            RowStore rows,
            Catalog catalog,
            Commits commits,
            Garbage garbage,
            WordFolders words,
            ModelDesk models,
            boolean readOnly,
            long memoryBytesMax,
            Crew crew,
            Duration roomWait,
            MemoryAccount memory) {

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
        this.vectors = new PointVectors(name, entry, store.models, store.catalog);
        this.reader = new RowReader(store.rows, name, entry.number());
        this.keywords = new Keywords(name, entry.number(), store.rows, store.words);
        this.reading =
                new Reading(name, entry, store, folder, reader, vectors, keywords, this::shard);
        this.reclaim = new Reclaim(this, store, keywords);
        this.since = entry.since();
        this.upkeep = new Upkeep(this, store.crew, store.commits, store.roomWait);
    }

    String name() {
        return name;
    }

    CatalogEntry entry() {
        return entry;
    }

    RowReader reader() {
        return reader;
    }

    Reading reading() {
        return reading;
    }

    Reclaim reclaim() {
        return reclaim;
    }

    /** The timestamp at which the collection got its name. */
    long since() {
        return since;
    }

    void nameGiven(long ts) {
        since = ts;
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

    /** Ends the work beside the calls, and calls that wait for it. */
    void endJobs() {
        upkeep.end();
    }

    /** Waits for the calls at work and lets no more in. */
    void retire() {
        endJobs();
        life.writeLock().lock();
        try {
            retired = true;
        } finally {
            life.writeLock().unlock();
        }
        close();
    }

    /** What a record that is to be set becomes, checked and encoded. */
    List<WriteSet.Write.Put> prepare(List<Point> points) {
        store.checkWritable();
        List<float[]> made = vectors.of(points);
        List<WriteSet.Write.Put> puts = new ArrayList<>(points.size());
        for (int i = 0; i < points.size(); i++) {
            Point point = points.get(i);
            byte[] body = StoredRow.body(point.id(), point.text(), point.metadata());
            Point read =
                    new Point(
                            point.id(), point.text(), made.get(i), point.metadata(), expiry(point));
            puts.add(new WriteSet.Write.Put(read, made.get(i), body));
        }
        return puts;
    }

    private @Nullable Instant expiry(Point point) {
        if (point.expires() == null && entry.ttl() != null) {
            return Instant.ofEpochMilli(store.commits.millis()).plus(entry.ttl());
        }
        return point.expires();
    }

    /** Sets the records of these ids, all or none; of two with one id the last counts. */
    void put(List<Point> points) {
        WriteSet writes = WriteSet.blind();
        prepare(points).forEach(put -> writes.write(this, put.point().id(), put));
        commit(writes);
    }

    /** Sets those of the records whose ids are not there yet. */
    void putMissing(List<Point> points) {
        put(now(view -> points.stream().filter(point -> !has(point.id(), view)).toList()));
    }

    private boolean has(String id, View view) {
        return reader.find(id, view) != null;
    }

    /** Removes the records of these ids, all at once; returns how many there were. */
    int delete(List<String> ids) {
        store.checkWritable();
        ids.forEach(Point::checkId);
        WriteSet writes = WriteSet.blind();
        ids.forEach(id -> writes.write(this, id, new WriteSet.Write.Delete()));
        commit(writes);
        return writes.deleted();
    }

    private void commit(WriteSet writes) {
        if (!writes.writes().isEmpty()) {
            store.commits.commit(writes);
        }
    }

    /**
     * Deletes what is over, and returns once there is room in memory.
     *
     * @param some whether any is needed: what only removes is let in whatever the memory holds,
     *     since it may be the way to free a disk that is too full to seal
     */
    void makeRoom(boolean some) {
        Shard target = shard();
        reclaim.reapIfDue();
        if (some) {
            upkeep.awaitRoom(target);
        } else {
            upkeep.wake();
        }
    }

    /** The memory that the vectors of so many records may take. */
    long memoryBytes(long count) {
        return Shard.memoryBytes(shardSettings(), count);
    }

    /** Whether memory is scarce in all, and much of it is here. */
    boolean isPressed() {
        return store.memory.isPressed(this);
    }

    /** What the indexes hold in memory at most; 0 where they are not open. */
    long residentBytes() {
        Shard open = shard;
        return open == null ? 0 : open.residentBytes();
    }

    /** Bytes of the files that are mapped. */
    long mappedBytes() {
        Shard open = shard;
        return open == null ? 0 : open.mappedBytes();
    }

    private void countMemory() {
        Shard open = shard;
        store.memory.set(this, open == null ? 0 : open.memoryBytes());
    }

    /** The shard, where it is open and may be changed beside the calls. */
    @Nullable Shard shardToKeep() {
        return behind || store.readOnly ? null : shard;
    }

    /** The catalog has another entry for it now, which differs in the index. */
    void altered(CatalogEntry next) {
        opening.lock();
        try {
            entry = next;
            if (shard != null) {
                shard.alter(next.index());
            }
        } finally {
            opening.unlock();
        }
        upkeep.wake();
    }

    /** So many rows were sealed. */
    void sealed(long count) {
        reclaim.sealed(count);
        countMemory();
    }

    /** See {@link Database#jobs}. */
    List<Job> jobs() {
        return upkeep.jobs();
    }

    void wake() {
        upkeep.wake();
    }

    /** See {@link Collection#settle}. */
    void settle() {
        store.checkWritable();
        upkeep.settle(shard());
    }

    /** Takes the memory for so many rows, so that {@link #apply} finds it after the commit. */
    void reserve(int count) {
        shard().reserve(count);
        countMemory();
    }

    /** Adds the vector of a row to the batch that commits it. */
    void put(RowBatch batch, Shard.NewRow row) {
        shard().put(batch, row);
    }

    /** Takes what was committed. */
    void apply(List<Shard.NewRow> added, List<Shard.DeadRow> died) {
        shard().apply(added, died);
        countMemory();
    }

    /** Something was committed that the shard did not get to see. */
    void fallBehind() {
        behind = true;
    }

    /** Removes dead rows that nobody sees, once there may be many. */
    void collectIfDue() {
        reclaim.collectIfDue(shard());
    }

    /** Reads what is there now. */
    <T> T now(Function<View, T> read) {
        Moment moment = store.commits.hold();
        try {
            return read.apply(View.at(moment.ts(), store.commits.millis()));
        } finally {
            moment.letGo();
        }
    }

    /** Reads what was there then. */
    <T> T past(Instant instant, Function<View, T> read) {
        Moment moment = store.commits.past(instant, entry.withSince(since));
        try {
            return read.apply(View.at(moment.ts(), instant.toEpochMilli()));
        } finally {
            moment.end();
        }
    }

    void checkWritable() {
        store.checkWritable();
    }

    /**
     * Has the words of a collection of texts ready for the first question; else, and where vectors
     * came with the records, that question does it.
     */
    void settleWords() {
        if (entry.model() == null) {
            return;
        }
        try {
            keywords.settle();
        } catch (UnavailableException e) {
            LOG.log(System.Logger.Level.WARNING, "{0}", e.getMessage());
        }
    }

    /**
     * Has the files of the shard stay as they are until this thread calls {@link #releaseFiles}.
     */
    void holdFiles() {
        // Whoever opens the shard may delete files, too.
        opening.lock();
        if (shard != null) {
            shard.holdFiles();
        }
    }

    /** Ends what {@link #holdFiles} began. */
    void releaseFiles() {
        if (shard != null) {
            shard.releaseFiles();
        }
        opening.unlock();
    }

    /** Gives another folder the files of the shard, which are held. */
    void linkFiles(Storage into) {
        if (shard == null) {
            Shard.linkFiles(folder, into);
        } else {
            shard.linkFiles(into);
        }
    }

    /** See {@link Collection#verify}. */
    List<Finding> verify() {
        List<String> troubles = new ArrayList<>();
        try {
            Shard source = shard();
            troubles.addAll(source.faults());
            troubles.addAll(
                    new Agreement(store.rows, store.catalog, store.commits, reader, entry.number())
                            .troubles(source));
        } catch (EngramException e) {
            troubles.add(String.valueOf(e.getMessage()));
            troubles.addAll(new ShardRepair(shardSettings(), store.rows, folder).faults());
        }
        return troubles.stream().distinct().map(trouble -> new Finding(name, trouble)).toList();
    }

    /** Has every call wait until {@link #letIn}. */
    void shutOut() {
        life.writeLock().lock();
    }

    /** By the thread that called {@link #shutOut}. */
    void letIn() {
        life.writeLock().unlock();
    }

    /** See {@link Database#repair}; calls are shut out, and the shard is not open. */
    Repair repair(Repair.Losses losses) {
        return new RecordsRepair(name, entry, store, folder, vectors, reader, shardSettings())
                .run(losses);
    }

    /** Brings all records back to what they were then; returns how many had changed. */
    int restore(Instant instant) {
        store.checkWritable();
        return past(instant, then -> now(now -> restore(then, now)));
    }

    private int restore(View then, View now) {
        List<Change> changes = reading.changes(then, now);
        WriteSet writes = new WriteSet(now, true, null);
        for (Change change : changes) {
            Optional<Point> before = reading.get(change.id(), then).map(Version::point);
            if (!before.equals(reading.get(change.id(), now).map(Version::point))) {
                WriteSet.Write write =
                        before.map(Records::again).orElseGet(WriteSet.Write.Delete::new);
                writes.write(this, change.id(), write);
            }
        }
        commit(writes);
        return writes.writes().size();
    }

    private static WriteSet.Write again(Point point) {
        float[] vector = Objects.requireNonNull(point.vector(), "a stored record has a vector");
        return new WriteSet.Write.Put(
                point, vector, StoredRow.body(point.id(), point.text(), point.metadata()));
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
                        keywords.bytes(),
                        files.other()
                                + store.rows.bytes(Family.DEAD, entry.number())
                                + vectors.stateBytes());
        return new CollectionInfo(
                name,
                stats.records() - reclaim.over(store.commits.millis()).size(),
                entry.dimension(),
                entry.metric(),
                entry.index(),
                entry.model() == null ? null : entry.model().identity(),
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
        opening.lock();
        try {
            open = shard;
            if (open == null) {
                open = open();
                shard = open;
                countMemory();
            }
        } finally {
            opening.unlock();
        }
        // What was due when the database was closed, or cut off, still is.
        upkeep.wake();
        return open;
    }

    private Shard open() {
        Shard opened =
                Shard.open(shardSettings(), store.rows, folder, store.readOnly, upkeep::wake);
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
        upkeep.close();
        keywords.close();
        opening.lock();
        try {
            if (shard != null) {
                shard.close();
                shard = null;
                countMemory();
            }
        } finally {
            opening.unlock();
        }
    }
}
