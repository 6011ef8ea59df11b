package dev.engram.db;

import dev.engram.db.Catalog.Stats;
import dev.engram.db.commit.Moment;
import dev.engram.db.rows.Family;
import dev.engram.db.rows.IdState;
import dev.engram.db.rows.RowKey;
import dev.engram.db.rows.RowStore;
import dev.engram.db.rows.StoredRow;
import dev.engram.db.shard.Presence;
import dev.engram.db.shard.Shard;
import dev.engram.db.shard.View;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Compares what the row store has of a collection with what its index shows, as of one moment, so
 * that it may be read and written meanwhile.
 *
 * <pre>
 *   id ──► newest row ──► in the index, committed at the same time
 *             └──► its end stands where ends are looked up
 *   as many rows in the index as there are ids;  counts that are kept = counts that are counted
 * </pre>
 */
final class Agreement {

    /** So many troubles are told one by one. */
    private static final int TOLD_MAX = 20;

    private final RowStore rows;
    private final Catalog catalog;
    private final Commits commits;
    private final RowReader reader;
    private final int collection;
    private final List<String> troubles = new ArrayList<>();
    private long troubleCount;
    private long records;
    private long textBytes;

    Agreement(RowStore rows, Catalog catalog, Commits commits, RowReader reader, int collection) {
        this.rows = rows;
        this.catalog = catalog;
        this.commits = commits;
        this.reader = reader;
        this.collection = collection;
    }

    /** What is compared, as of one moment. */
    private record Start(Moment moment, Stats kept) {}

    /** What they do not agree on. */
    List<String> troubles(Shard shard) {
        Start start = commits.atRest(() -> new Start(commits.hold(), catalog.stats(collection)));
        long ts = start.moment.ts();
        try (Presence presence = shard.presence(ts)) {
            compare(presence, View.at(ts, 0));
            checkCounts(start.kept, presence);
        } finally {
            start.moment.letGo();
        }
        if (troubleCount > troubles.size()) {
            troubles.add((troubleCount - troubles.size()) + " more troubles of this kind");
        }
        return List.copyOf(troubles);
    }

    private void compare(Presence presence, View view) {
        rows.scan(
                Family.IDS,
                RowKey.prefix(collection),
                RowKey.end(collection),
                (key, value) -> {
                    int prefix = RowKey.prefix(collection).length;
                    byte[] bytes = Arrays.copyOfRange(key, prefix, key.length);
                    String id = new String(bytes, StandardCharsets.UTF_8);
                    compare(id, IdState.decode(value), presence, view);
                });
    }

    private void compare(String id, IdState state, Presence presence, View view) {
        if (!state.isGone() && reader.rowOrNull(state.row()) == null) {
            tell("record '%s' has row %d, which is not stored".formatted(id, state.row()));
            return;
        }
        RowReader.Located found = reader.find(id, view);
        if (found == null) {
            return;
        }
        records++;
        StoredRow row = found.row();
        textBytes += row.textBytes();
        long committed = presence.committed(found.number());
        if (!row.id().equals(id)) {
            tell("record '%s' has row %d, of '%s'".formatted(id, found.number(), row.id()));
        } else if (committed == Presence.NOT_SEEN) {
            tell("record '%s' has row %d, not in the index".formatted(id, found.number()));
        } else if (committed != row.stamp().ts()) {
            tell(
                    "record '%s' was committed at %d (expected: %d, as the index has it)"
                            .formatted(id, row.stamp().ts(), committed));
        }
        checkEnd(found);
    }

    private void checkEnd(RowReader.Located found) {
        long expires = found.row().stamp().expires();
        if (expires != 0) {
            byte[] key = RowKey.expiry(collection, expires, found.number());
            if (rows.get(Family.EXPIRES, key) == null) {
                tell("record '%s' is not known to end".formatted(found.row().id()));
            }
        }
    }

    private void checkCounts(Stats kept, Presence presence) {
        if (presence.count() != records) {
            tell("%d rows are indexed (expected: %d)".formatted(presence.count(), records));
        }
        if (kept.records() != records || kept.textBytes() != textBytes) {
            tell(
                    "%d records with %d bytes of text are stored (expected: %d with %d, as counted)"
                            .formatted(records, textBytes, kept.records(), kept.textBytes()));
        }
    }

    private void tell(String trouble) {
        if (troubleCount++ < TOLD_MAX) {
            troubles.add("rows: " + trouble);
        }
    }
}
