package dev.engram.db;

import dev.engram.index.IndexSpec;
import dev.engram.index.Metric;
import dev.engram.index.Vectors;

/**
 * What a collection holds and how it is searched. Fixed when the collection is created.
 *
 * @param content texts that a model embeds, or vectors the caller makes
 * @param metric of the search
 * @param index of the sealed vectors
 */
public record Schema(Content content, Metric metric, IndexSpec index) {

    public Schema {
        index.checkMetric(metric);
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

    /** The same with another index. */
    public Schema with(IndexSpec other) {
        return new Schema(content, metric, other);
    }
}
