package dev.engram.server.http;

import com.fasterxml.jackson.core.JsonToken;
import dev.engram.db.Collection;
import dev.engram.db.Filter;
import dev.engram.db.Hit;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A question, as it stands in a request: a text or a vector.
 *
 * @param query the text, null for a vector
 * @param vector null for a text
 * @param k how many answers
 * @param beam candidates a graph search holds
 * @param filter which records may be answered
 */
record SearchRequest(
        @Nullable String query, float @Nullable [] vector, int k, int beam, Filter filter) {

    private static final List<String> FIELDS =
            List.of(
                    "query",
                    "vector",
                    "k",
                    "top_k",
                    "beam",
                    "complexity",
                    "filter",
                    "metadata_filter",
                    "metadata_filters");

    private static final int K_DEFAULT = 10;

    static SearchRequest read(JsonInput in) throws IOException {
        return new Draft().read(in);
    }

    List<Hit> ask(Collection collection) {
        if (query != null) {
            return collection.search(query, k, beam, filter);
        }
        if (vector == null) {
            throw new AssertionError("neither query nor vector");
        }
        return collection.search(vector, k, beam, filter);
    }

    /** Reads a filter: a text, or an object. */
    static Filter filter(JsonInput in) throws IOException {
        if (in.atString()) {
            String text = in.string();
            return in.checked(() -> Filter.parse(text));
        }
        in.expect(JsonToken.START_OBJECT, "a text or an object");
        Map<String, @Nullable Object> object = in.map();
        return in.checked(() -> Filter.of(object));
    }

    /** The fields seen so far. */
    private static final class Draft {
        private @Nullable String query;
        private float @Nullable [] vector;
        private @Nullable Integer k;
        private @Nullable Integer beam;
        private @Nullable Filter filter;

        SearchRequest read(JsonInput in) throws IOException {
            in.object(FIELDS, field -> readField(in, field));
            if (query == null && vector == null) {
                throw in.missing("query", "neither 'query' nor 'vector' (expected: one of them)");
            }
            return new SearchRequest(
                    query,
                    vector,
                    k == null ? K_DEFAULT : k,
                    beam == null ? Collection.BEAM_DEFAULT : beam,
                    filter == null ? Filter.every() : filter);
        }

        private void readField(JsonInput in, String field) throws IOException {
            switch (field) {
                case "query" -> {
                    query = in.string();
                    checkOne(in);
                }
                case "vector" -> {
                    vector = in.vector();
                    checkOne(in);
                }
                case "k", "top_k" -> k = in.once(k, bounded(in, field), "k");
                case "beam", "complexity" -> beam = in.once(beam, bounded(in, field), "beam");
                case "filter", "metadata_filter", "metadata_filters" ->
                        filter = in.once(filter, filter(in), "filter");
                default -> throw new AssertionError(field);
            }
        }

        private void checkOne(JsonInput in) {
            if (query != null && vector != null) {
                throw in.refusal(
                        "duplicate_field", "both 'query' and 'vector' (expected: one)", null);
            }
        }

        private static int bounded(JsonInput in, String field) throws IOException {
            int value = in.integer();
            if (value < 1 || value > Collection.K_MAX) {
                throw in.refusal(
                        "invalid_argument",
                        field + ": " + value + " (expected: 1.." + Collection.K_MAX + ")",
                        null);
            }
            return value;
        }
    }
}
