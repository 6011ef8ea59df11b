package dev.engram.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.engram.db.Answer;
import dev.engram.db.Collection;
import dev.engram.db.Database;
import dev.engram.db.Filter;
import dev.engram.db.Hit;
import dev.engram.db.Mode;
import dev.engram.db.Search;
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

/** Finds the passages of an index that answer a question. */
@Command(
        name = "search",
        mixinStandardHelpOptions = true,
        description = "Find the passages that answer a question, by its meaning and its words.",
        footerHeading = "%nTry:%n",
        footer = {
            "  engram search notes \"how do I restore a backup?\"",
            "  engram search notes \"restore\" -k 3 --format json",
            "  engram search notes \"\\\"point in time\\\" restore*\" --mode keyword",
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
            names = "--mode",
            description =
                    "What to go by: the meaning of the question (vector), its words (keyword), or"
                            + " both (hybrid; default).")
    Mode mode = Mode.HYBRID;

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
            Search wish = Search.of(query).k(k).beam(beam).filter(accepted).mode(mode);
            List<Answer.Match> matches = collection.search(wish).matches();
            Duration took = Duration.ofNanos(System.nanoTime() - start);
            switch (format) {
                case TEXT -> text(matches);
                case JSON -> json(matches, took);
            }
        }
        return Shell.DONE;
    }

    private void text(List<Answer.Match> matches) {
        PrintWriter out = common.terminal().out();
        if (matches.isEmpty()) {
            out.println(nothing());
            return;
        }
        for (int i = 0; i < matches.size(); i++) {
            Hit hit = matches.get(i).hit();
            out.printf(Locale.ROOT, "%2d. %.3f  %s%n", i + 1, hit.score(), place(hit));
            if (hit.text() != null) {
                out.println("    " + Figures.preview(hit.text(), PREVIEW_CHARACTERS));
            }
        }
    }

    private String nothing() {
        if (mode == Mode.KEYWORD) {
            return "Nothing in '" + name + "' has these words.";
        }
        return filter == null
                ? "'" + name + "' is empty: nothing to find."
                : "Nothing in '" + name + "' is accepted by the filter.";
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
        Object heading = metadata.getOrDefault("heading", metadata.get("symbol"));
        return source
                + (line == null ? "" : ":" + line)
                + (page == null ? "" : ", page " + page)
                + (heading == null ? "" : "  (" + heading + ")");
    }

    private void json(List<Answer.Match> matches, Duration took) throws IOException {
        PrintWriter writer = common.terminal().out();
        try (JsonGenerator out = Json.to(writer)) {
            out.writeStartObject();
            out.writeStringField("query", query);
            out.writeStringField("index", name);
            out.writeStringField("mode", mode.name().toLowerCase(Locale.ROOT));
            out.writeArrayFieldStart("results");
            for (Answer.Match match : matches) {
                Hit hit = match.hit();
                out.writeStartObject();
                out.writeStringField("id", hit.id());
                out.writeNumberField("score", hit.score());
                place(out, "meaning", match.meaning());
                place(out, "words", match.words());
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

    /** Where it stands by one side alone; nothing where it is not among the best of it. */
    private static void place(JsonGenerator out, String side, Answer.@Nullable Place place)
            throws IOException {
        if (place != null) {
            out.writeObjectFieldStart(side);
            out.writeNumberField("rank", place.rank());
            out.writeNumberField("score", place.score());
            out.writeEndObject();
        }
    }
}
