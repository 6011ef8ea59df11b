package dev.engram.db;

import dev.engram.db.commit.HybridClock;
import dev.engram.db.rows.Family;
import dev.engram.db.rows.IdState;
import dev.engram.db.rows.RowKey;
import dev.engram.db.rows.Stamp;
import dev.engram.db.rows.StoredRow;
import dev.engram.db.shard.Shard;
import dev.engram.error.EngramException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/** Gives back the space of what nobody sees any more in one collection. */
final class Reclaim {

    private static final System.Logger LOG = System.getLogger(Reclaim.class.getName());

    private static final long COLLECT_DEAD = 1024;
    private static final int COLLECT_AT_ONCE = 1024;
    private static final long REAP_MILLIS = 60_000;

    /** After so many removals, and those of so large a part of all rows, space is given back. */
    private static final long COMPACT_ROWS = 1024;

    private static final long COMPACT_PART = 4;

    private final Records records;
    private final Records.Store store;
    private final Keywords keywords;
    private final int number;

    /** How many dead rows are to be there before the next look for those nobody sees. */
    private volatile long collectAt = COLLECT_DEAD;

    /** Rows whose vectors went from the row store to a segment since it was compacted. */
    private final AtomicLong sealedRows = new AtomicLong();

    /** Rows that were removed from the row store since it was compacted. */
    private final AtomicLong removedRows = new AtomicLong();

    /** When to look next for records that are over, in milliseconds since 1970. */
    private volatile long reapAt;

    Reclaim(Records records, Records.Store store, Keywords keywords) {
        this.records = records;
        this.store = store;
        this.keywords = keywords;
        this.number = records.entry().number();
    }

    /** So many rows were sealed. */
    void sealed(long count) {
        sealedRows.addAndGet(count);
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
        store.rows().compact(number, families);
        if (families.contains(Family.VECTORS)) {
            sealedRows.addAndGet(-sealed);
        }
        if (families.contains(Family.ROWS)) {
            removedRows.addAndGet(-removed);
        }
    }

    /** Removes dead rows that nobody sees, once there may be many. */
    void collectIfDue(Shard target) {
        if (target.deadCount() >= collectAt) {
            collect(target);
        }
    }

    /** Removes the records of dead rows that nobody sees. */
    void collect(Shard target) {
        List<Long> gone = target.gc(store.commits().lowWatermark(records.entry()));
        collectAt = COLLECT_DEAD + 2 * target.deadCount();
        removedRows.addAndGet(gone.size());
        try {
            for (int from = 0; from < gone.size(); from += COLLECT_AT_ONCE) {
                int to = Math.min(gone.size(), from + COLLECT_AT_ONCE);
                List<Long> some = gone.subList(from, to);
                // What becomes of an id is read before it is removed: no commit may come between.
                store.commits().between(() -> store.garbage().removeRows(number, some));
            }
            keywords.remove(gone);
        } catch (EngramException e) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "dead rows of ''{0}'' take space until the database is opened again: {1}",
                    records.name(),
                    e.getMessage());
        }
    }

    /** Now and then gives back the place of what is over; nobody sees it as it is. */
    void reapIfDue() {
        long now = store.commits().millis();
        if (now >= reapAt) {
            reapAt = now + REAP_MILLIS;
            reap(now);
        }
    }

    private void reap(long now) {
        WriteSet writes = new WriteSet(WriteSet.BLIND, false, null);
        for (RowReader.Located located : over(now)) {
            Stamp stamp = located.row().stamp();
            long since = Math.max(stamp.ts(), HybridClock.ofMillis(stamp.expires()));
            writes.write(
                    records, located.row().id(), new WriteSet.Write.Over(located.number(), since));
        }
        if (!writes.writes().isEmpty()) {
            store.commits().commit(writes);
        }
    }

    /** The records that are over and take their place all the same. */
    List<RowReader.Located> over(long now) {
        List<RowReader.Located> over = new ArrayList<>();
        store.rows()
                .scan(
                        Family.EXPIRES,
                        RowKey.prefix(number),
                        RowKey.expiry(number, now + 1, 0),
                        (key, _) -> {
                            long number = RowKey.expiringRowOf(key);
                            StoredRow row = records.reader().rowOrNull(number);
                            IdState state = row == null ? null : records.reader().state(row.id());
                            boolean newest =
                                    state != null && state.row() == number && !state.isGone();
                            if (row != null && newest) {
                                over.add(new RowReader.Located(number, row));
                            }
                        });
        return over;
    }
}
