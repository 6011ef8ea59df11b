package dev.engram.db;

import dev.engram.db.commit.GroupCommit;
import dev.engram.db.commit.HybridClock;
import dev.engram.db.commit.Moment;
import dev.engram.db.commit.Moments;
import dev.engram.db.rows.RowStore;
import dev.engram.error.ConflictException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongConsumer;
import java.util.function.Supplier;

/**
 * Everything that changes a database goes through here, in one order; everything that reads it
 * takes its moment here.
 *
 * <pre>
 *   checked writes ──► group ──► one batch, one sync ──► shards ──► newest moment moves on ──► callers
 * </pre>
 *
 * Order of locks: life of the database, lives of collections, their commit locks by number, the
 * latch of the groups, the moments.
 */
final class Commits {

    private final RowStore rows;
    private final Catalog catalog;
    private final HybridClock clock;
    private final Moments moments;
    private final MemoryAccount memory;
    private final GroupCommit<WriteSet> groups = new GroupCommit<>(this::commitGroup);

    Commits(RowStore rows, Catalog catalog, InstantSource source, MemoryAccount memory) {
        this.memory = memory;
        this.rows = rows;
        this.catalog = catalog;
        this.clock = new HybridClock(source, catalog.clock());
        this.moments = new Moments(catalog.clock());
    }

    HybridClock clock() {
        return clock;
    }

    /** The time of day, in milliseconds since 1970; never goes back. */
    long millis() {
        return HybridClock.millis(clock.now());
    }

    Moment hold() {
        return moments.hold();
    }

    /** A moment for a transaction. */
    Moment lease(Duration time) {
        return moments.lease(leaseEnd(time));
    }

    /** When a lease is over that begins now. */
    long leaseEnd(Duration time) {
        return HybridClock.ofMillis(millis() + time.toMillis());
    }

    /** The newest timestamp that readers see. */
    long newest() {
        return moments.newest();
    }

    /**
     * A moment in the past, which the caller ends.
     *
     * @throws IllegalArgumentException where it is in the future, or not kept any more
     */
    Moment past(Instant instant, CatalogEntry entry) {
        long ts = HybridClock.through(instant);
        long now = clock.now();
        if (HybridClock.millis(ts) > HybridClock.millis(now)) {
            throw new IllegalArgumentException(
                    "asOf: %s (expected: at most %s, which is now)"
                            .formatted(instant, HybridClock.instant(now)));
        }
        if (ts > moments.newest()) {
            // Commits at work may get in before that moment; later ones may not.
            groups.alone(() -> clock.pass(ts));
        }
        return moments.past(ts, Math.max(entry.since(), kept(entry)));
    }

    /** How far back a collection is kept, whoever reads. */
    private long kept(CatalogEntry entry) {
        return HybridClock.ofMillis(millis() - entry.retention().toMillis());
    }

    /** Up to which timestamp nobody sees what died in a collection. */
    long lowWatermark(CatalogEntry entry) {
        return Math.min(kept(entry) - 1, moments.oldest(clock.now()));
    }

    /**
     * Commits; returns the timestamp. Durable when it returns, unless the set asks for less.
     *
     * @throws dev.engram.error.ConflictException where another commit came first
     * @throws dev.engram.error.LimitExceededException where there is no memory for its vectors
     */
    long commit(WriteSet set) {
        try (MemoryAccount.Reservation _ = memory.reserve(memoryBytes(set))) {
            for (Records records : set.collections()) {
                records.makeRoom(set.putsInto(records) > 0);
            }
            long ts = groups.commit(set);
            set.collections().forEach(Records::wake);
            return ts;
        } finally {
            memory.relieve();
        }
    }

    private static long memoryBytes(WriteSet set) {
        long bytes = 0;
        for (Records records : set.collections()) {
            bytes += records.memoryBytes(set.putsInto(records));
        }
        return bytes;
    }

    /** Does something while no commit is at work. */
    void between(Runnable work) {
        atRest(
                () -> {
                    work.run();
                    return work;
                });
    }

    /** Reads something while no commit is at work. */
    <T> T atRest(Supplier<T> read) {
        return groups.alone(read);
    }

    private void commitGroup(List<GroupCommit.Entry<WriteSet>> entries) {
        List<WriteSet> sets = entries.stream().map(GroupCommit.Entry::wanted).toList();
        Map<GroupCommit.Entry<WriteSet>, Long> added = new LinkedHashMap<>();
        try (CommitGroup group = new CommitGroup(rows, catalog, clock, sets)) {
            for (GroupCommit.Entry<WriteSet> entry : entries) {
                long before = check(group, entry);
                if (before >= 0) {
                    added.put(entry, before > 0 ? before : group.add(entry.wanted()));
                }
            }
            long last = group.write();
            if (last > 0) {
                group.show();
                moments.publish(last);
            }
            added.forEach(GroupCommit.Entry::committed);
            group.collections().forEach(Records::collectIfDue);
        }
    }

    /** As {@link CommitGroup#check}; negative where the entry was refused. */
    private static long check(CommitGroup group, GroupCommit.Entry<WriteSet> entry) {
        try {
            return group.check(entry.wanted());
        } catch (ConflictException e) {
            entry.refuse(e);
            return -1;
        }
    }

    /** Does something at a timestamp of its own, which readers see from then on. */
    void alone(LongConsumer change) {
        groups.alone(
                () -> {
                    long ts = clock.next();
                    change.accept(ts);
                    moments.publish(ts);
                    return ts;
                });
    }
}
