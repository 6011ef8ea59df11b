package dev.engram.db;

import dev.engram.db.Catalog.Stats;
import dev.engram.db.rows.Family;
import dev.engram.db.rows.IdState;
import dev.engram.db.rows.RowBatch;
import dev.engram.db.rows.RowKey;
import dev.engram.db.rows.StoredRow;
import dev.engram.db.shard.ShardRepair;
import dev.engram.db.shard.ShardSettings;
import dev.engram.storage.Storage;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Repairs one collection that nobody else uses: first its shard, then the counts that are kept of
 * it. The records in the row store are the truth.
 */
final class RecordsRepair {

    /** So many ids a message names. */
    private static final int IDS_MAX = 20;

    private final String name;
    private final CatalogEntry entry;
    private final Records.Store store;
    private final PointVectors vectors;
    private final RowReader reader;
    private final ShardRepair shard;
    private final List<String> mended = new ArrayList<>();
    private final List<String> lost = new ArrayList<>();
    private final List<String> lostIds = new ArrayList<>();

    RecordsRepair(
            String name,
            CatalogEntry entry,
            Records.Store store,
            Storage folder,
            PointVectors vectors,
            RowReader reader,
            ShardSettings settings) {
        this.name = name;
        this.entry = entry;
        this.store = store;
        this.vectors = vectors;
        this.reader = reader;
        this.shard = new ShardRepair(settings, store.rows(), folder);
    }

    Repair run(Repair.Losses losses) {
        List<ShardRepair.Loss> gone = repairShard();
        if (!gone.isEmpty()) {
            for (ShardRepair.Loss loss : gone) {
                lost.add(tell(loss, losses));
            }
            if (losses == Repair.Losses.REMOVE) {
                List<Long> rows = gone.stream().flatMap(it -> it.rows().stream()).toList();
                store.garbage().erase(entry.number(), rows);
                for (ShardRepair.Loss loss : repairShard()) {
                    lost.add(tell(loss, Repair.Losses.KEEP));
                }
            }
        }
        repairCounts();
        return new Repair(mended, lost, lostIds);
    }

    private List<ShardRepair.Loss> repairShard() {
        ShardRepair.Outcome outcome = shard.run(this::remake, store.crew().workers());
        mended.addAll(outcome.mended());
        return outcome.lost();
    }

    private String tell(ShardRepair.Loss loss, Repair.Losses losses) {
        List<String> ids = loss.rows().stream().map(row -> reader.row(row).id()).toList();
        lostIds.addAll(ids);
        String some = ids.stream().limit(IDS_MAX).collect(Collectors.joining("', '", "'", "'"));
        String more = ids.size() > IDS_MAX ? " and " + (ids.size() - IDS_MAX) + " more" : "";
        String records = ids.size() == 1 ? "the vector of" : ids.size() + " vectors, of";
        String fate =
                switch (losses) {
                    case KEEP -> "";
                    case REMOVE -> "; removed";
                };
        return "%s: lost %s %s%s%s".formatted(loss.cause(), records, some, more, fate);
    }

    /** Vectors made of texts, where the collection has a model and the record a text. */
    private List<float @Nullable []> remake(List<Long> numbers) {
        List<Point> texts = new ArrayList<>();
        List<Boolean> has = new ArrayList<>();
        List<float @Nullable []> made = new ArrayList<>();
        for (StoredRow row : reader.rows(numbers)) {
            String text = row.text();
            boolean can = entry.model() != null && text != null && !text.isBlank();
            if (can && text != null) {
                texts.add(Point.of(row.id(), text));
            }
            has.add(can);
        }
        Iterator<float[]> embedded =
                (texts.isEmpty() ? List.<float[]>of() : vectors.of(texts)).iterator();
        has.forEach(text -> made.add(text ? embedded.next() : null));
        return made;
    }

    private void repairCounts() {
        Stats kept = store.catalog().stats(entry.number());
        long[] counted = new long[2];
        store.rows()
                .scan(
                        Family.IDS,
                        RowKey.prefix(entry.number()),
                        RowKey.end(entry.number()),
                        (_, value) -> {
                            IdState state = IdState.decode(value);
                            if (!state.isGone()) {
                                counted[0]++;
                                counted[1] += textBytes(state);
                            }
                        });
        Stats now = new Stats(counted[0], counted[1], kept.nextRow());
        if (!now.equals(kept)) {
            try (RowBatch batch = store.rows().batch()) {
                store.catalog().put(batch, entry.number(), now);
                store.rows().write(batch);
            }
            mended.add(
                    "'%s' was said to have %d records (found: %d): counted anew"
                            .formatted(name, kept.records(), now.records()));
        }
    }

    private int textBytes(IdState state) {
        return state.textBytes() == IdState.UNKNOWN
                ? reader.row(state.row()).textBytes()
                : state.textBytes();
    }
}
