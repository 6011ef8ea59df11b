package dev.engram.db;

import dev.engram.db.Catalog.Stats;
import dev.engram.db.commit.HybridClock;
import dev.engram.db.commit.Moment;
import dev.engram.db.keyword.WordFolders;
import dev.engram.db.rows.Family;
import dev.engram.db.rows.IdState;
import dev.engram.db.rows.RowBatch;
import dev.engram.db.rows.RowKey;
import dev.engram.db.rows.RowStore;
import dev.engram.db.rows.Stamp;
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
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Function;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * The records of one collection: rows in the row store, vectors in a shard. Changes come from
 * {@link Commits} alone; a reader never waits for them.
 *
 * <p>The shard is opened at first use, so that a damaged collection does not keep the others shut.
 */
final class Records implements AutoCloseable {

    private static final System.Logger LOG = System.getLogger(Records.class.getName());

    private static final long COLLECT_DEAD = 1024;
    private static final int COLLECT_AT_ONCE = 1024;
    private static final long REAP_MILLIS = 60_000;

    /** After so many removals, and those of so large a part of all rows, space is given back. */
    private static final long COMPACT_ROWS = 1024;

    private static final long COMPACT_PART = 4;

    private final String name;
    private volatile CatalogEntry entry;
    private final Store store;
    private final Storage folder;
    private final PointVectors vectors;
    private final RowReader reader;
    private final Keywords keywords;
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

    /** How many dead rows are to be there before the next look for those nobody sees. */
    private volatile long collectAt = COLLECT_DEAD;

    /** Rows whose vectors went from the row store to a segment since it was compacted. */
    private final AtomicLong sealedRows = new AtomicLong();

    /** Rows that were removed from the row store since it was compacted. */
    private final AtomicLong removedRows = new AtomicLong();

    /** When to look next for records that are over, in milliseconds since 1970. */
    private volatile long reapAt;

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
        long now = store.commits.millis();
        if (now >= reapAt) {
            reapAt = now + REAP_MILLIS;
            reap(now);
        }
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
        sealedRows.addAndGet(count);
        countMemory();
    }

    /**
     * Whether the row store should give back the space of what was removed from it.
     *
     * @param thorough whether little is worth it, too
     */
    boolean isCompactionDue(Shard target, boolean thorough) {
        return !familiesDue(target, thorough).isEmpty();
    }

    private List<Family> familiesDue(Shard target, boolean thorough) {
        long least = thorough ? 1 : Math.max(COMPACT_ROWS, target.liveCount() / COMPACT_PART);
        List<Family> due = new ArrayList<>();
        if (sealedRows.get() >= least) {
            due.add(Family.VECTORS);
        }
        if (removedRows.get() >= least) {
            due.addAll(List.of(Family.IDS, Family.ROWS, Family.DEAD, Family.EXPIRES));
        }
        return due;
    }

    /** Gives back the space of what was removed from the row store. */
    void compact(Shard target, boolean thorough) {
        long sealed = sealedRows.get();
        long removed = removedRows.get();
        List<Family> families = familiesDue(target, thorough);
        store.rows.compact(entry.number(), families);
        if (families.contains(Family.VECTORS)) {
            sealedRows.addAndGet(-sealed);
        }
        if (families.contains(Family.ROWS)) {
            removedRows.addAndGet(-removed);
        }
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
        Shard target = shard();
        if (target.deadCount() >= collectAt) {
            collect(target);
        }
    }

    /** Removes the records of dead rows that nobody sees. */
    void collect(Shard target) {
        List<Long> gone = target.gc(store.commits.lowWatermark(entry));
        collectAt = COLLECT_DEAD + 2 * target.deadCount();
        removedRows.addAndGet(gone.size());
        try {
            for (int from = 0; from < gone.size(); from += COLLECT_AT_ONCE) {
                int to = Math.min(gone.size(), from + COLLECT_AT_ONCE);
                List<Long> some = gone.subList(from, to);
                // What becomes of an id is read before it is removed: no commit may come between.
                store.commits.between(() -> store.garbage.removeRows(entry.number(), some));
            }
            keywords.remove(gone);
        } catch (EngramException e) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "dead rows of ''{0}'' take space until the database is opened again: {1}",
                    name,
                    e.getMessage());
        }
    }

    /** Gives back the place of what is over; nobody sees it as it is. */
    private void reap(long now) {
        WriteSet writes = new WriteSet(WriteSet.BLIND, false, null);
        for (RowReader.Located located : over(now)) {
            Stamp stamp = located.row().stamp();
            long since = Math.max(stamp.ts(), HybridClock.ofMillis(stamp.expires()));
            writes.write(
                    this, located.row().id(), new WriteSet.Write.Over(located.number(), since));
        }
        commit(writes);
    }

    /** The records that are over and take their place all the same. */
    private List<RowReader.Located> over(long now) {
        List<RowReader.Located> over = new ArrayList<>();
        store.rows.scan(
                Family.EXPIRES,
                RowKey.prefix(entry.number()),
                RowKey.expiry(entry.number(), now + 1, 0),
                (key, _) -> {
                    long number = RowKey.expiringRowOf(key);
                    StoredRow row = reader.rowOrNull(number);
                    IdState state = row == null ? null : reader.state(row.id());
                    boolean newest = state != null && state.row() == number && !state.isGone();
                    if (row != null && newest) {
                        over.add(new RowReader.Located(number, row));
                    }
                });
        return over;
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

    /** The record of an id, as a view shows it. */
    Optional<Version> get(String id, View view) {
        Point.checkId(id);
        Shard source = shard();
        RowReader.Located found = reader.find(id, view);
        return found == null ? Optional.empty() : Optional.of(version(source, found));
    }

    /** The records of rows that are seen. */
    List<Point> points(List<RowReader.Located> found) {
        Shard source = shard();
        return found.stream().map(located -> version(source, located).point()).toList();
    }

    private Version version(Shard source, RowReader.Located found) {
        float[] vector = source.vector(found.number());
        if (vector == null) {
            throw new CorruptException(
                    folder.describe("MANIFEST"),
                    0,
                    "a row of '" + name + "' is stored but not in the index");
        }
        StoredRow row = found.row();
        long expires = row.stamp().expires();
        Point point =
                new Point(
                        row.id(),
                        row.text(),
                        vector,
                        row.metadata(),
                        expires == 0 ? null : Instant.ofEpochMilli(expires));
        // Rows from before there were timestamps are there all the same: 0 would say they are not.
        return new Version(point, Math.max(1, row.stamp().ts()));
    }

    void checkWritable() {
        store.checkWritable();
    }

    /** The best answers of a view: see {@link Collection#search(Search)}. */
    Answer search(Search wish, View view) {
        View accepted = new Acceptance(store.rows, entry.number()).of(wish.filter(), view);
        return new Hybrid(this, vectors, keywords, entry.metric()).answer(wish, accepted, shard());
    }

    /** The records of stored rows, in their order and without scores. */
    List<Hit> hits(List<Long> numbers) {
        return reader.rows(numbers).stream()
                .map(row -> new Hit(row.id(), 0, row.text(), row.metadata()))
                .toList();
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

    List<Hit> search(float[] query, int k, int beam, Filter filter, View view) {
        return hits(
                find(query, k, beam, filter, view),
                row -> {
                    throw new AssertionError("row " + row);
                });
    }

    /**
     * The records of rows that were found.
     *
     * @param own gives those with negative numbers, which are not stored
     */
    List<Hit> hits(List<Shard.Found> found, LongFunction<WriteSet.Write.Put> own) {
        List<Long> stored = found.stream().map(Shard.Found::number).filter(row -> row > 0).toList();
        Iterator<StoredRow> rows = reader.rows(stored).iterator();
        List<Hit> hits = new ArrayList<>(found.size());
        for (Shard.Found one : found) {
            float score = entry.metric().score(one.distance());
            if (one.number() > 0) {
                StoredRow row = rows.next();
                hits.add(new Hit(row.id(), score, row.text(), row.metadata()));
            } else {
                Point point = own.apply(one.number()).point();
                hits.add(new Hit(point.id(), score, point.text(), point.metadata()));
            }
        }
        return List.copyOf(hits);
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

    /** The rows nearest to a vector, without what is stored of them. */
    List<Shard.Found> find(float[] query, int k, int beam, Filter filter, View view) {
        View accepted = new Acceptance(store.rows, entry.number()).of(filter, view);
        return shard().search(query, k, beam, accepted);
    }

    /** Brings all records back to what they were then; returns how many had changed. */
    int restore(Instant instant) {
        store.checkWritable();
        return past(instant, then -> now(now -> restore(then, now)));
    }

    private int restore(View then, View now) {
        List<Change> changes = changes(then, now);
        WriteSet writes = new WriteSet(now, true, null);
        for (Change change : changes) {
            Optional<Point> before = get(change.id(), then).map(Version::point);
            if (!before.equals(get(change.id(), now).map(Version::point))) {
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

    /** How the records of a view differ from those of an earlier one. */
    List<Change> changes(View from, View to) {
        return new Changes(store.rows, reader, entry.number()).between(from, to, shard());
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
                stats.records() - over(store.commits.millis()).size(),
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
