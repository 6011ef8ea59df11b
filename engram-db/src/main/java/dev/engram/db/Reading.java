package dev.engram.db;

import dev.engram.db.rows.StoredRow;
import dev.engram.db.shard.Shard;
import dev.engram.db.shard.View;
import dev.engram.error.CorruptException;
import dev.engram.index.Metric;
import dev.engram.storage.Storage;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.function.LongFunction;
import java.util.function.Supplier;

/** Reads and searches the records of one collection as a view shows them. */
final class Reading {

    private final String name;
    private final int number;
    private final Metric metric;
    private final Records.Store store;
    private final Storage folder;
    private final RowReader reader;
    private final PointVectors vectors;
    private final Keywords keywords;
    private final Supplier<Shard> shard;

    /**
     * @param entry gives what never changes of it: number and metric
     * @param shard opens it at first use
     */
    Reading(
            String name,
            CatalogEntry entry,
            Records.Store store,
            Storage folder,
            RowReader reader,
            PointVectors vectors,
            Keywords keywords,
            Supplier<Shard> shard) {
        this.name = name;
        this.number = entry.number();
        this.metric = entry.metric();
        this.store = store;
        this.folder = folder;
        this.reader = reader;
        this.vectors = vectors;
        this.keywords = keywords;
        this.shard = shard;
    }

    /** The record of an id, as a view shows it. */
    Optional<Version> get(String id, View view) {
        Point.checkId(id);
        Shard source = shard.get();
        RowReader.Located found = reader.find(id, view);
        return found == null ? Optional.empty() : Optional.of(version(source, found));
    }

    /** The records of rows that are seen. */
    List<Point> points(List<RowReader.Located> found) {
        Shard source = shard.get();
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

    /** The best answers of a view: see {@link Collection#search(Search)}. */
    Answer search(Search wish, View view) {
        View accepted = new Acceptance(store.rows(), number).of(wish.filter(), view);
        return new Hybrid(this, vectors, keywords, metric).answer(wish, accepted, shard.get());
    }

    /** The records of stored rows, in their order and without scores. */
    List<Hit> hits(List<Long> numbers) {
        return reader.rows(numbers).stream()
                .map(row -> new Hit(row.id(), 0, row.text(), row.metadata()))
                .toList();
    }

    /** The records nearest to a vector. */
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
            float score = metric.score(one.distance());
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

    /** The rows nearest to a vector, without what is stored of them. */
    List<Shard.Found> find(float[] query, int k, int beam, Filter filter, View view) {
        View accepted = new Acceptance(store.rows(), number).of(filter, view);
        return shard.get().search(query, k, beam, accepted);
    }

    /** How the records of a view differ from those of an earlier one. */
    List<Change> changes(View from, View to) {
        return new Changes(store.rows(), reader, number).between(from, to, shard.get());
    }
}
