package dev.engram.db;

import dev.engram.db.Catalog.Done;
import dev.engram.db.Catalog.Stats;
import dev.engram.db.commit.HybridClock;
import dev.engram.db.rows.DeathMark;
import dev.engram.db.rows.Family;
import dev.engram.db.rows.IdState;
import dev.engram.db.rows.RowBatch;
import dev.engram.db.rows.RowKey;
import dev.engram.db.rows.RowStore;
import dev.engram.db.rows.Stamp;
import dev.engram.db.rows.StoredRow;
import dev.engram.db.shard.Shard.DeadRow;
import dev.engram.db.shard.Shard.NewRow;
import dev.engram.error.ConflictException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Commits that go to the disk together: one batch, one sync. Each of them is checked against what
 * is stored and what those before it in the group write; the first to commit a change wins.
 *
 * <p>Used while no other commit is at work. The tasks of a group are those of its callers, who keep
 * the collections they write to open until it is over.
 */
final class CommitGroup implements AutoCloseable {

    private final Catalog catalog;
    private final RowStore rows;
    private final HybridClock clock;
    private final RowBatch batch;
    private final Map<WriteSet.Key, IdState> states = new HashMap<>();
    private final Map<String, Done> done = new HashMap<>();
    private final Map<Records, Feed> feeds = new LinkedHashMap<>();
    private boolean durable;
    private long last;

    /** What a shard gets to know once the batch is written. */
    private static final class Feed {
        private Stats stats;
        private final List<NewRow> added = new ArrayList<>();
        private final List<DeadRow> died = new ArrayList<>();

        Feed(Stats stats) {
            this.stats = stats;
        }
    }

    CommitGroup(RowStore rows, Catalog catalog, HybridClock clock, List<WriteSet> sets) {
        this.rows = rows;
        this.catalog = catalog;
        this.clock = clock;
        this.batch = rows.batch();
        readStates(sets);
    }

    private void readStates(List<WriteSet> sets) {
        Set<WriteSet.Key> keys = new LinkedHashSet<>();
        sets.forEach(set -> keys.addAll(set.writes().keySet()));
        List<WriteSet.Key> ordered = List.copyOf(keys);
        List<byte @Nullable []> values =
                rows.getAll(Family.IDS, ordered.stream().map(CommitGroup::idKey).toList());
        for (int i = 0; i < ordered.size(); i++) {
            byte[] value = values.get(i);
            if (value != null) {
                states.put(ordered.get(i), IdState.decode(value));
            }
        }
    }

    private static byte[] idKey(WriteSet.Key key) {
        return RowKey.id(key.records().entry().number(), key.id());
    }

    /**
     * Checks whether a commit can be added; returns the timestamp of the one that had its
     * idempotency key before, and so did its work, or 0.
     *
     * @throws ConflictException where another commit came first
     */
    long check(WriteSet set) {
        if (set.key() != null) {
            Done before = doneBefore(set.key(), set.contentHash());
            if (before != null) {
                return before.ts();
            }
        }
        checkFirst(set);
        return 0;
    }

    /** Adds a commit that was checked; returns its timestamp. */
    long add(WriteSet set) {
        last = clock.next();
        durable |= set.isDurable();
        set.writes().forEach((key, write) -> add(set, key, write));
        if (set.key() != null) {
            Done now = new Done(last, set.contentHash());
            done.put(set.key(), now);
            catalog.putDone(batch, set.key(), now);
        }
        return last;
    }

    private @Nullable Done doneBefore(String key, byte[] content) {
        Done before = done.get(key);
        if (before == null) {
            before = catalog.done(key);
        }
        if (before != null && !Arrays.equals(before.content(), content)) {
            throw new ConflictException(
                    "idempotency key '"
                            + key
                            + "': used before for other writes; take a new key for new work");
        }
        return before;
    }

    private void checkFirst(WriteSet set) {
        for (WriteSet.Key key : set.writes().keySet()) {
            IdState state = states.get(key);
            if (state != null && !set.knew(state)) {
                throw new ConflictException(
                        "record '%s' of '%s' was changed by another transaction meanwhile; begin again"
                                .formatted(key.id(), key.records().name()));
            }
        }
    }

    private void add(WriteSet set, WriteSet.Key key, WriteSet.Write write) {
        Records records = key.records();
        Feed feed =
                feeds.computeIfAbsent(records, it -> new Feed(catalog.stats(it.entry().number())));
        IdState before = states.get(key);
        IdState there = before == null || before.isGone() ? null : before;
        switch (write) {
            case WriteSet.Write.Put put -> {
                bury(records, feed, there, last);
                states.put(key, put(records, feed, before == null ? 0 : before.row(), put));
            }
            case WriteSet.Write.Delete() -> {
                if (there != null) {
                    bury(records, feed, there, last);
                    states.put(key, new IdState(there.row(), last, 0, IdState.Fate.DELETED));
                    set.countDeleted();
                }
            }
            case WriteSet.Write.Over(long row, long ts) -> {
                if (there != null && there.row() == row) {
                    bury(records, feed, there, ts);
                    states.put(key, new IdState(row, ts, 0, IdState.Fate.OVER));
                }
            }
        }
        IdState after = states.get(key);
        if (after != null && !after.equals(before)) {
            batch.put(Family.IDS, idKey(key), after.encode());
        }
    }

    private void bury(Records records, Feed feed, @Nullable IdState there, long ts) {
        if (there == null) {
            return;
        }
        int collection = records.entry().number();
        // The row itself stays: readers of the past see it. See Garbage.
        batch.put(Family.DEAD, RowKey.row(collection, there.row()), DeathMark.at(ts));
        int textBytes =
                there.textBytes() == IdState.UNKNOWN
                        ? records.reader().row(there.row()).textBytes()
                        : there.textBytes();
        feed.stats = feed.stats.plus(-1, -textBytes, 0);
        feed.died.add(new DeadRow(there.row(), ts));
    }

    private IdState put(Records records, Feed feed, long previous, WriteSet.Write.Put put) {
        int collection = records.entry().number();
        NewRow row = new NewRow(feed.stats.nextRow(), last, put.expires(), put.vector());
        Stamp stamp = new Stamp(last, previous, put.expires());
        batch.put(
                Family.ROWS,
                RowKey.row(collection, row.number()),
                StoredRow.encode(stamp, put.body()));
        records.put(batch, row);
        int textBytes = StoredRow.textBytes(put.point().text());
        feed.stats = feed.stats.plus(1, textBytes, 1);
        feed.added.add(row);
        return new IdState(row.number(), last, textBytes, IdState.Fate.THERE);
    }

    /** Writes all that was added; returns the last timestamp, or 0 where nothing changed. */
    long write() {
        if (last == 0) {
            return 0;
        }
        feeds.forEach(
                (records, feed) -> {
                    records.reserve(feed.added.size());
                    catalog.put(batch, records.entry().number(), feed.stats);
                });
        catalog.putClock(batch, last);
        if (durable) {
            rows.write(batch);
        } else {
            rows.writeRelaxed(batch);
        }
        return last;
    }

    /** Hands what was written to the shards. */
    void show() {
        Set<Records> left = new LinkedHashSet<>(feeds.keySet());
        try {
            feeds.forEach(
                    (records, feed) -> {
                        records.apply(feed.added, feed.died);
                        left.remove(records);
                    });
        } finally {
            left.forEach(Records::fallBehind);
        }
    }

    /** The collections that something was written to. */
    Set<Records> collections() {
        return feeds.keySet();
    }

    @Override
    public void close() {
        batch.close();
    }
}
