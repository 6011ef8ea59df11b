package dev.engram.db;

import dev.engram.db.rows.Fields;
import dev.engram.db.rows.RowCodec;
import dev.engram.db.shard.ShardSettings;
import dev.engram.error.CorruptException;
import dev.engram.index.Codes;
import dev.engram.index.IndexSpec;
import dev.engram.index.Metric;
import dev.engram.index.Rotation;
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
 * @param index of the sealed vectors
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
                model,
                schema.retention(),
                schema.ttl(),
                0);
    }

    CatalogEntry withNumber(int other) {
        return new CatalogEntry(other, dimension, metric, index, model, retention, ttl, since);
    }

    CatalogEntry withSince(long ts) {
        return new CatalogEntry(number, dimension, metric, index, model, retention, ttl, ts);
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

    /** Without what differs between two entries of one schema, and without the model. */
    private CatalogEntry plain() {
        return new CatalogEntry(0, dimension, metric, index, null, retention, ttl, 0);
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
        String kind =
                switch (index) {
                    case IndexSpec.Flat() -> "flat";
                    case IndexSpec.Hnsw(int degree, int beamBuild, long seed, Codes codes) ->
                            "hnsw of degree %d, build beam %d, seed %d"
                                            .formatted(degree, beamBuild, seed)
                                    + (codes == Codes.NONE ? "" : ", codes " + word(codes));
                    case IndexSpec.DiskAnn disk ->
                            "diskann of degree %d, build beam %d, alpha %s, %s, seed %d"
                                    .formatted(
                                            disk.degree(),
                                            disk.beamBuild(),
                                            disk.alpha(),
                                            disk.codeBytes() == 0
                                                    ? "codes by dimension"
                                                    : "codes of " + disk.codeBytes() + " bytes",
                                            disk.seed());
                    case IndexSpec.IvfPq ivf ->
                            "ivf_pq of %d lists, %d bytes of codes, %d assignments, rotation %s, seed %d"
                                    .formatted(
                                            ivf.lists(),
                                            ivf.codeBytes(),
                                            ivf.assignments(),
                                            word(ivf.rotation()),
                                            ivf.seed());
                };
        return "%s, %d components, %s, %s"
                        .formatted(content, dimension, metric.name().toLowerCase(Locale.ROOT), kind)
                + (retention.isZero() ? "" : ", read back " + retention)
                + (ttl == null ? "" : ", over after " + ttl);
    }

    ShardSettings shardSettings(long memoryBytesMax) {
        return new ShardSettings(number, dimension, metric, index, memoryBytesMax);
    }

    byte[] encode() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("number", number);
        map.put("dimension", dimension);
        map.put("metric", metric.name());
        map.put("index", encode(index));
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

    private static Map<String, Object> encode(IndexSpec index) {
        return switch (index) {
            case IndexSpec.Flat() -> Map.of("kind", "flat");
            case IndexSpec.Hnsw(int degree, int beamBuild, long seed, Codes codes) ->
                    Map.of(
                            "kind", "hnsw",
                            "degree", degree,
                            "beam_build", beamBuild,
                            "seed", seed,
                            "codes", word(codes));
            case IndexSpec.DiskAnn disk ->
                    Map.of(
                            "kind", "diskann",
                            "degree", disk.degree(),
                            "beam_build", disk.beamBuild(),
                            "alpha", Double.toString(disk.alpha()),
                            "code_bytes", disk.codeBytes(),
                            "seed", disk.seed());
            case IndexSpec.IvfPq ivf ->
                    Map.of(
                            "kind", "ivf_pq",
                            "lists", ivf.lists(),
                            "code_bytes", ivf.codeBytes(),
                            "assignments", ivf.assignments(),
                            "rotation", word(ivf.rotation()),
                            "seed", ivf.seed());
        };
    }

    static CatalogEntry decode(String name, byte[] bytes) {
        String what = "rows (catalog entry of '" + name + "')";
        Fields fields = new Fields(what, RowCodec.decode(what, bytes));
        StoredModel model = fields.has("model") ? StoredModel.decode(fields.fields("model")) : null;
        return new CatalogEntry(
                (int) fields.number("number"),
                (int) fields.number("dimension"),
                metric(fields),
                decodeIndex(fields.fields("index")),
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

    private static Codes codes(Fields index) {
        // Entries of engram 0.1 before there were codes do not say.
        String word = index.has("codes") ? index.text("codes") : word(Codes.NONE);
        for (Codes codes : Codes.values()) {
            if (word(codes).equals(word)) {
                return codes;
            }
        }
        throw new CorruptException(index.what(), 0, "codes: " + word);
    }

    private static String word(Codes codes) {
        return switch (codes) {
            case NONE -> "none";
            case SQ8 -> "sq8";
            case BLOCKS -> "blocks";
            case RABITQ1 -> "rabitq1";
            case RABITQ2 -> "rabitq2";
            case RABITQ3 -> "rabitq3";
            case RABITQ4 -> "rabitq4";
            case PQ -> "pq";
        };
    }

    private static double alpha(Fields index) {
        String alpha = index.text("alpha");
        try {
            return Double.parseDouble(alpha);
        } catch (NumberFormatException e) {
            throw new CorruptException(index.what(), "alpha: " + alpha, e);
        }
    }

    private static Rotation rotation(Fields index) {
        String word = index.text("rotation");
        for (Rotation rotation : Rotation.values()) {
            if (word(rotation).equals(word)) {
                return rotation;
            }
        }
        throw new CorruptException(index.what(), 0, "rotation: " + word);
    }

    private static String word(Rotation rotation) {
        return switch (rotation) {
            case NONE -> "none";
            case RANDOM -> "random";
        };
    }

    private static IndexSpec decodeIndex(Fields index) {
        String kind = index.text("kind");
        return switch (kind) {
            case "flat" -> new IndexSpec.Flat();
            case "hnsw" ->
                    new IndexSpec.Hnsw(
                            (int) index.number("degree"),
                            (int) index.number("beam_build"),
                            index.number("seed"),
                            codes(index));
            case "diskann" ->
                    new IndexSpec.DiskAnn(
                            (int) index.number("degree"),
                            (int) index.number("beam_build"),
                            alpha(index),
                            (int) index.number("code_bytes"),
                            index.number("seed"));
            case "ivf_pq" ->
                    new IndexSpec.IvfPq(
                            (int) index.number("lists"),
                            (int) index.number("code_bytes"),
                            (int) index.number("assignments"),
                            rotation(index),
                            index.number("seed"));
            default -> throw new CorruptException(index.what(), 0, "index kind: " + kind);
        };
    }
}
