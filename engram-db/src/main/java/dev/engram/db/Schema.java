package dev.engram.db;

import dev.engram.index.IndexSpec;
import dev.engram.index.Metric;
import dev.engram.index.Vectors;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What a collection holds and how it is searched. Fixed when the collection is created.
 *
 * @param content texts that a model embeds, or vectors the caller makes
 * @param metric of the search
 * @param index of the sealed vectors
 * @param retention how far back the collection can be read, compared and restored: {@link
 *     Collection#asOf}; zero for not at all
 * @param ttl how long a record stays that does not say itself; null for ever
 */
public record Schema(
        Content content,
        Metric metric,
        IndexSpec index,
        Duration retention,
        @Nullable Duration ttl) {

    private static final Duration TIME_MAX = Duration.ofDays(36_500);

    public Schema {
        index.checkMetric(metric);
        checkTime("retention", retention, Duration.ZERO);
        if (ttl != null) {
            checkTime("ttl", ttl, Duration.ofMillis(1));
        }
    }

    private static void checkTime(String what, Duration time, Duration min) {
        if (time.compareTo(min) < 0 || time.compareTo(TIME_MAX) > 0) {
            throw new IllegalArgumentException(
                    what + ": " + time + " (expected: " + min + ".." + TIME_MAX + ")");
        }
    }

    /** Without a past, and without an end. */
    public Schema(Content content, Metric metric, IndexSpec index) {
        this(content, metric, index, Duration.ZERO, null);
    }

    /** The model a text collection gets where none is named. */
    public static final String DEFAULT_MODEL = "all-MiniLM-L6-v2";

    /** Where the vectors of a collection come from. */
    public sealed interface Content {

        /**
         * Texts, embedded by a model of the database's {@link Models}.
         *
         * @param model its name there
         */
        record Texts(String model) implements Content {}

        /**
         * Texts, embedded by a model that was fitted on texts of this collection, and is kept with
         * it.
         *
         * @param model its name in the database's {@link Models}
         * @param state what it learnt
         */
        record FittedTexts(String model, ModelState state) implements Content {}

        /**
         * Vectors that come with the records.
         *
         * @param dimension components of each, 1..65536
         */
        record OwnVectors(int dimension) implements Content {
            public OwnVectors {
                if (dimension < 1 || dimension > Vectors.DIMENSION_MAX) {
                    throw new IllegalArgumentException(
                            "dimension: "
                                    + dimension
                                    + " (expected: 1.."
                                    + Vectors.DIMENSION_MAX
                                    + ")");
                }
            }
        }
    }

    /** Texts, the default model, cosine, HNSW. */
    public static Schema ofTexts() {
        return ofTexts(DEFAULT_MODEL);
    }

    /** Texts, cosine, HNSW. */
    public static Schema ofTexts(String model) {
        return new Schema(new Content.Texts(model), Metric.COSINE, new IndexSpec.Hnsw());
    }

    /** Own vectors, HNSW. */
    public static Schema ofVectors(int dimension, Metric metric) {
        return new Schema(new Content.OwnVectors(dimension), metric, new IndexSpec.Hnsw());
    }

    /** The same with another content. */
    public Schema with(Content other) {
        return new Schema(other, metric, index, retention, ttl);
    }

    /** The same with another index. */
    public Schema with(IndexSpec other) {
        return new Schema(content, metric, other, retention, ttl);
    }

    /** The same, and it can be read as of any moment of that time back. */
    public Schema keeping(Duration time) {
        return new Schema(content, metric, index, time, ttl);
    }

    /** The same, and a record is over that long after it was put, unless it says otherwise. */
    public Schema expiringAfter(Duration time) {
        return new Schema(content, metric, index, retention, time);
    }
}
