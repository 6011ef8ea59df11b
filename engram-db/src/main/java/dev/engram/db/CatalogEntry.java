package dev.engram.db;

import dev.engram.db.rows.Fields;
import dev.engram.db.rows.RowCodec;
import dev.engram.db.shard.IndexFields;
import dev.engram.db.shard.ShardSettings;
import dev.engram.error.CorruptException;
import dev.engram.index.IndexSpec;
import dev.engram.index.Metric;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A collection as the catalog keeps it.
 *
 * @param number never used twice; names its keys and its folder
 * @param dimension components a vector
 * @param metric of the search
 * @param index of the sealed vectors, or what it is to become
 * @param indexFirst of segments that do not say which they have: none since there is a choice
 * @param model null where the vectors come with the records
 * @param retention how far back it can be read
 * @param ttl how long a record stays that does not say itself; null for ever
 * @param since the timestamp at which the collection got its name; 0 for before there were any
 */
record CatalogEntry(
        int number,
        int dimension,
        Metric metric,
        IndexSpec index,
        IndexSpec indexFirst,
        @Nullable StoredModel model,
        Duration retention,
        @Nullable Duration ttl,
        long since) {

    /** What a schema asks for, without a number yet. */
    static CatalogEntry of(Schema schema, ModelDesk models) {
        return switch (schema.content()) {
            case Schema.Content.OwnVectors(int dimension) -> of(schema, dimension, null);
            case Schema.Content.Texts texts -> of(schema, models.model(texts));
            case Schema.Content.FittedTexts texts -> of(schema, models.model(texts));
        };
    }

    private static CatalogEntry of(Schema schema, StoredModel model) {
        return of(schema, model.identity().dimension(), model);
    }

    private static CatalogEntry of(Schema schema, int dimension, @Nullable StoredModel model) {
        return new CatalogEntry(
                0,
                dimension,
                schema.metric(),
                schema.index(),
                schema.index(),
                model,
                schema.retention(),
                schema.ttl(),
                0);
    }

    CatalogEntry withNumber(int other) {
        return new CatalogEntry(
                other, dimension, metric, index, indexFirst, model, retention, ttl, since);
    }

    CatalogEntry withSince(long ts) {
        return new CatalogEntry(
                number, dimension, metric, index, indexFirst, model, retention, ttl, ts);
    }

    /** The same, once its segments are to get another index. */
    CatalogEntry withIndex(IndexSpec other) {
        other.checkMetric(metric);
        return new CatalogEntry(
                number, dimension, metric, other, indexFirst, model, retention, ttl, since);
    }

    /** Without what differs between two entries of one schema, and without the model. */
    private CatalogEntry plain() {
        return new CatalogEntry(0, dimension, metric, index, index, null, retention, ttl, 0);
    }

    /** Whether both are of one schema. */
    boolean isLike(CatalogEntry other) {
        return sameModel(other) && plain().equals(other.plain());
    }

    private boolean sameModel(CatalogEntry other) {
        if (model == null || other.model == null) {
            return (model == null) == (other.model == null);
        }
        return model.matches(other.model);
    }

    /** The schema in a few words. */
    String describe() {
        String content =
                model == null
                        ? "own vectors"
                        : "model "
                                + model.identity().name()
                                + " (fingerprint "
                                + model.identity().fingerprint()
                                + ")";
        String kind = IndexFields.describe(index);
        return "%s, %d components, %s, %s"
                        .formatted(content, dimension, metric.name().toLowerCase(Locale.ROOT), kind)
                + (retention.isZero() ? "" : ", read back " + retention)
                + (ttl == null ? "" : ", over after " + ttl);
    }

    ShardSettings shardSettings(long memoryBytesMax) {
        return new ShardSettings(number, dimension, metric, index, indexFirst, memoryBytesMax);
    }

    byte[] encode() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("number", number);
        map.put("dimension", dimension);
        map.put("metric", metric.name());
        map.put("index", IndexFields.encode(index));
        if (!indexFirst.equals(index)) {
            map.put("index_first", IndexFields.encode(indexFirst));
        }
        map.put("since", since);
        map.put("retention_millis", retention.toMillis());
        if (ttl != null) {
            map.put("ttl_millis", ttl.toMillis());
        }
        if (model != null) {
            map.put("model", model.encode());
        }
        return RowCodec.encode(map);
    }

    static CatalogEntry decode(String name, byte[] bytes) {
        String what = "rows (catalog entry of '" + name + "')";
        Fields fields = new Fields(what, RowCodec.decode(what, bytes));
        StoredModel model = fields.has("model") ? StoredModel.decode(fields.fields("model")) : null;
        IndexSpec index = IndexFields.decode(fields.fields("index"));
        return new CatalogEntry(
                (int) fields.number("number"),
                (int) fields.number("dimension"),
                metric(fields),
                index,
                fields.has("index_first")
                        ? IndexFields.decode(fields.fields("index_first"))
                        : index,
                model,
                Duration.ofMillis(numberOr(fields, "retention_millis", 0)),
                fields.has("ttl_millis") ? Duration.ofMillis(fields.number("ttl_millis")) : null,
                numberOr(fields, "since", 0));
    }

    /** Entries of earlier formats do not have all fields. */
    private static long numberOr(Fields fields, String key, long absent) {
        return fields.has(key) ? fields.number(key) : absent;
    }

    private static Metric metric(Fields fields) {
        String name = fields.text("metric");
        for (Metric metric : Metric.values()) {
            if (metric.name().equals(name)) {
                return metric;
            }
        }
        throw new CorruptException(fields.what(), 0, "metric: " + name);
    }
}
