package dev.engram.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.engram.db.Collection;
import dev.engram.db.Database;
import dev.engram.db.Filter;
import dev.engram.db.Hit;
import dev.engram.text.EmbeddingModels;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Finds the passages of an index that mean what a question means. */
@Command(
        name = "search",
        mixinStandardHelpOptions = true,
        description = "Find the passages that mean what the question means.",
        footerHeading = "%nTry:%n",
        footer = {
            "  engram search notes \"how do I restore a backup?\"",
            "  engram search notes \"restore\" -k 3 --format json",
            "  engram search notes \"restore\" --filter "
                    + "\"source LIKE 'guide/%%' AND line < 100\""
        })
final class SearchCommand implements Callable<Integer> {

    private static final int PREVIEW_CHARACTERS = 240;

    @Mixin Common common;

    @Parameters(index = "0", paramLabel = "NAME", description = "The index.")
    String name;

    @Parameters(index = "1", paramLabel = "QUERY", description = "The question, in your words.")
    String query;

    @Option(
            names = {"-k", "--top-k"},
            paramLabel = "N",
            description = "How many answers, 1..10000 (default: ${DEFAULT-VALUE}).")
    int k = 5;

    @Option(
            names = {"--beam", "--complexity"},
            paramLabel = "N",
            description =
                    "Candidates held while a graph is searched, 1..10000: more finds more, slower"
                            + " (default: ${DEFAULT-VALUE}).")
    int beam = Collection.BEAM_DEFAULT;

    @Option(
            names = {"--filter", "--metadata-filter", "--metadata-filters"},
            paramLabel = "FILTER",
            description =
                    "Answer only what it accepts: \"year > 2020 AND tag IN ('a', 'b')\", or a JSON"
                            + " object. docs/filters.md has all of it.")
    @Nullable String filter;

    @Option(
            names = {"--model", "--embedding-model"},
            description =
                    "Where the embedding model is now, if it moved: a folder, or a name. It must be"
                            + " the one the index was built with.")
    @Nullable String model;

    @Option(names = "--format", description = "text or json (default: text).")
    Format format = Format.TEXT;

    @Override
    public Integer call() throws IOException {
        Filter accepted = filter == null ? Filter.every() : Filter.parse(filter);
        try (EmbeddingModels models = common.models();
                Database database = common.read(models, model)) {
            Collection collection = database.collection(name);
            long start = System.nanoTime();
            List<Hit> hits = collection.search(query, k, beam, accepted);
            Duration took = Duration.ofNanos(System.nanoTime() - start);
            switch (format) {
                case TEXT -> text(hits);
                case JSON -> json(hits, took);
            }
        }
        return Shell.DONE;
    }

    private void text(List<Hit> hits) {
        PrintWriter out = common.terminal().out();
        if (hits.isEmpty()) {
            out.println(
                    filter == null
                            ? "'" + name + "' is empty: nothing to find."
                            : "Nothing in '" + name + "' is accepted by the filter.");
            return;
        }
        for (int i = 0; i < hits.size(); i++) {
            Hit hit = hits.get(i);
            out.printf(Locale.ROOT, "%2d. %.3f  %s%n", i + 1, hit.score(), place(hit));
            if (hit.text() != null) {
                out.println("    " + Figures.preview(hit.text(), PREVIEW_CHARACTERS));
            }
        }
    }

    /**
     * Where a passage stands: file, line or page, and heading, or its id where it came from no
     * file.
     */
    private static String place(Hit hit) {
        Map<String, Object> metadata = hit.metadata();
        Object source = metadata.get("source");
        if (source == null) {
            return hit.id();
        }
        Object line = metadata.get("line");
        Object page = metadata.get("page");
        Object heading = metadata.get("heading");
        return source
                + (line == null ? "" : ":" + line)
                + (page == null ? "" : ", page " + page)
                + (heading == null ? "" : "  (" + heading + ")");
    }

    private void json(List<Hit> hits, Duration took) throws IOException {
        PrintWriter writer = common.terminal().out();
        try (JsonGenerator out = Json.to(writer)) {
            out.writeStartObject();
            out.writeStringField("query", query);
            out.writeStringField("index", name);
            out.writeArrayFieldStart("results");
            for (Hit hit : hits) {
                out.writeStartObject();
                out.writeStringField("id", hit.id());
                out.writeNumberField("score", hit.score());
                out.writeStringField("text", hit.text());
                out.writeFieldName("metadata");
                Json.value(out, hit.metadata());
                out.writeEndObject();
            }
            out.writeEndArray();
            out.writeNumberField("took_ms", took.toNanos() / 1e6);
            out.writeEndObject();
        }
        writer.println();
    }
}
