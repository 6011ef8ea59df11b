package dev.engram.server.http;

import dev.engram.db.Schema;
import dev.engram.db.Schema.Content;
import dev.engram.index.IndexSpec;
import dev.engram.index.Metric;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A wish for a collection, as it stands in a request.
 *
 * @param name of the collection
 * @param schema of the collection
 */
record NewCollection(String name, Schema schema) {

    private static final List<String> FIELDS =
            List.of("name", "model", "embedding_model", "dimension", "metric", "index", "backend");

    private static final List<String> METRICS =
            List.of("cosine", "dot", "euclidean", "manhattan", "l2", "ip");

    static NewCollection read(JsonInput in, String defaultModel) throws IOException {
        return new Draft().read(in, defaultModel);
    }

    /** The fields seen so far. */
    private static final class Draft {
        private @Nullable String name;
        private @Nullable Content content;
        private @Nullable Metric metric;
        private @Nullable IndexSpec index;

        NewCollection read(JsonInput in, String defaultModel) throws IOException {
            in.object(FIELDS, field -> readField(in, field));
            Schema schema =
                    new Schema(
                            content == null ? new Content.Texts(defaultModel) : content,
                            metric == null ? Metric.COSINE : metric,
                            index == null ? new IndexSpec.Hnsw() : index);
            return new NewCollection(in.required(name, "name"), schema);
        }

        private void readField(JsonInput in, String field) throws IOException {
            switch (field) {
                case "name" -> name = in.string();
                case "model", "embedding_model" ->
                        content = in.once(content, new Content.Texts(readModel(in)), "the model");
                case "dimension" -> {
                    int dimension = in.integer();
                    Content own = in.checked(() -> new Content.OwnVectors(dimension));
                    content = in.once(content, own, "model or dimension");
                }
                case "metric" -> metric = readMetric(in);
                case "index", "backend" -> index = in.once(index, IndexWish.read(in), "the index");
                default -> throw new AssertionError(field);
            }
        }
    }

    /** Folders and addresses are for who runs the server: a request must not choose them. */
    private static String readModel(JsonInput in) throws IOException {
        String name = in.string();
        if (name.contains("://") || name.startsWith("/") || name.contains("\\")) {
            throw in.refusal(
                    "invalid_argument",
                    "model '" + name + "' is a folder or an address, not a name",
                    "name a model that the server knows");
        }
        return name;
    }

    private static Metric readMetric(JsonInput in) throws IOException {
        String wanted = in.string().toLowerCase(Locale.ROOT);
        return switch (wanted) {
            case "cosine" -> Metric.COSINE;
            case "dot", "ip" -> Metric.DOT;
            case "euclidean", "l2" -> Metric.EUCLIDEAN;
            case "manhattan" -> Metric.MANHATTAN;
            default ->
                    throw in.refusal(
                            "invalid_argument",
                            "metric '" + wanted + "' is unknown",
                            Suggestion.of(wanted, METRICS));
        };
    }
}
