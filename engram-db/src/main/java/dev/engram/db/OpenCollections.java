package dev.engram.db;

import dev.engram.db.rows.RowBatch;
import dev.engram.error.ConflictException;
import dev.engram.error.NotFoundException;
import dev.engram.index.IndexSpec;
import dev.engram.storage.Storage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The collections of an open database, by name: makes, replaces, alters, repairs and drops them,
 * one such change at a time.
 */
final class OpenCollections {

    private final Database database;
    private final Records.Store store;
    private final Storage segments;
    private final Map<String, Records> open = new ConcurrentHashMap<>();

    /**
     * @param segments keeps the files of all collections, a folder each
     */
    OpenCollections(Database database, Records.Store store, Storage segments) {
        this.database = database;
        this.store = store;
        this.segments = segments;
    }

    /** Takes in what the catalog has. */
    void open() {
        store.catalog().entries().forEach((name, entry) -> open.put(name, records(name, entry)));
    }

    /** All of them, in no order. */
    List<Records> all() {
        return List.copyOf(open.values());
    }

    /** All of them, by name. */
    List<Records> byName() {
        return open.values().stream().sorted(Comparator.comparing(Records::name)).toList();
    }

    /** Makes an empty collection. */
    synchronized void create(String name, CatalogEntry wanted, Schema.Content content) {
        if (open.containsKey(name)) {
            throw new ConflictException("collection '" + name + "' exists already");
        }
        try (RowBatch batch = store.rows().batch()) {
            int number = store.catalog().takeNumber(batch);
            store.catalog().putState(batch, number, content);
            store.commits()
                    .alone(
                            ts -> {
                                CatalogEntry entry = wanted.withNumber(number).withSince(ts);
                                store.catalog().put(batch, name, entry);
                                store.catalog().putClock(batch, ts);
                                store.rows().write(batch);
                                open.put(name, records(name, entry));
                            });
        }
    }

    /** Makes an empty collection, or finds that there is one of this schema. */
    synchronized void findOrCreate(String name, CatalogEntry wanted, Schema.Content content) {
        Records there = open.get(name);
        if (there == null) {
            store.checkWritable();
            create(name, wanted, content);
        } else if (!wanted.isLike(there.entry())) {
            throw new ConflictException(
                    "collection '%s' has another schema: %s (asked for: %s)"
                            .formatted(name, there.entry().describe(), wanted.describe()));
        }
    }

    /** See {@link Database#load}. */
    synchronized Loader load(String name, CatalogEntry wanted, Schema.Content content) {
        try (RowBatch batch = store.rows().batch()) {
            CatalogEntry entry = wanted.withNumber(store.catalog().takeNumber(batch));
            store.catalog().markGarbage(batch, entry.number());
            store.catalog().putState(batch, entry.number(), content);
            store.rows().write(batch);
            return new Loader(
                    database,
                    name,
                    records(name, entry),
                    store,
                    folder(entry.number()),
                    store.commits().clock().next());
        }
    }

    /** Puts a loaded collection in its place: the batch decides, then the names follow. */
    void replace(RowBatch batch, String name, Records loaded) {
        Records before = swap(batch, name, loaded);
        if (before != null) {
            free(before);
        }
    }

    private synchronized @Nullable Records swap(RowBatch batch, String name, Records loaded) {
        store.catalog().unmarkGarbage(batch, loaded.entry().number());
        Records before = open.get(name);
        if (before != null) {
            store.catalog().markGarbage(batch, before.entry().number());
        }
        store.commits()
                .alone(
                        ts -> {
                            store.catalog().put(batch, name, loaded.entry().withSince(ts));
                            store.catalog().putClock(batch, ts);
                            store.rows().write(batch);
                            loaded.nameGiven(ts);
                        });
        open.put(name, loaded);
        return before;
    }

    /** Frees a collection that has no name any more, once the calls at work in it are done. */
    void free(Records records) {
        records.retire();
        store.garbage().collect(records.entry().number());
    }

    /** See {@link Collection#alter}. */
    synchronized void alter(String name, Records records, IndexSpec index) {
        if (open.get(name) != records) {
            throw new ConflictException(
                    "collection '" + name + "' was dropped or replaced meanwhile");
        }
        CatalogEntry next = records.entry().withIndex(index).withSince(records.since());
        try (RowBatch batch = store.rows().batch()) {
            store.catalog().put(batch, name, next);
            store.rows().write(batch);
        }
        records.altered(next);
    }

    /** See {@link Database#repair}. */
    Repair repair(String name, Repair.Losses losses) {
        Records before;
        Records heir;
        synchronized (this) {
            before = find(name);
            heir = records(name, before.entry().withSince(before.since()));
            heir.shutOut();
            open.put(name, heir);
        }
        try {
            before.retire();
            return heir.repair(losses);
        } finally {
            heir.letIn();
        }
    }

    private synchronized Records remove(String name) {
        Records records = find(name);
        try (RowBatch batch = store.rows().batch()) {
            store.catalog().remove(batch, name);
            store.catalog().markGarbage(batch, records.entry().number());
            store.rows().write(batch);
        }
        open.remove(name);
        return records;
    }

    /** Removes a collection; calls at work in it are waited for. */
    void drop(String name) {
        free(remove(name));
    }

    /** Alone among all that makes, replaces, repairs or drops collections. */
    synchronized long cut(Path target, Storage root) {
        List<Records> entered = new ArrayList<>();
        try {
            for (Records records : open.values()) {
                if (!records.enter()) {
                    throw new AssertionError("'" + records.name() + "' has a name and is retired");
                }
                entered.add(records);
            }
            return new Cut(store.rows(), store.commits()).fill(target, root, entered);
        } finally {
            entered.forEach(Records::leave);
        }
    }

    private Records records(String name, CatalogEntry entry) {
        return new Records(name, entry, store, folder(entry.number()));
    }

    private Storage folder(int collection) {
        return segments.folder(Integer.toString(collection));
    }

    /**
     * The collection of that name.
     *
     * @throws NotFoundException where there is none
     */
    Records find(String name) {
        Records records = open.get(name);
        if (records == null) {
            throw new NotFoundException(
                    "no collection '"
                            + name
                            + "' (there "
                            + CollectionNames.told(open.keySet())
                            + ")");
        }
        return records;
    }
}
