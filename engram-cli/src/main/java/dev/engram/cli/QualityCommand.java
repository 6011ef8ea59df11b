package dev.engram.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.engram.db.Answer;
import dev.engram.db.Collection;
import dev.engram.db.Database;
import dev.engram.db.Loader;
import dev.engram.db.Mode;
import dev.engram.db.Point;
import dev.engram.db.Schema;
import dev.engram.db.Search;
import dev.engram.index.IndexSpec;
import dev.engram.storage.DiskStorage;
import dev.engram.text.EmbeddingModels;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Indexes a judged set, asks its queries, and compares the answers with the judgements. */
@Command(
        name = "quality",
        mixinStandardHelpOptions = true,
        description = {
            "Measure retrieval quality on a judged set: a folder with corpus.jsonl (id, title,"
                    + " text), queries.jsonl (id, text) and qrels.tsv (query id, document id,"
                    + " score), each plain or gzipped.",
            "Each document becomes one record of its title and text. The index is made in a"
                    + " temporary folder and removed."
        })
final class QualityCommand implements Callable<Integer> {

    private static final int DEPTH = 10;
    private static final int BATCH = 64;
    private static final String NAME = "quality";

    @Mixin Common common;

    @Option(names = "--eval", required = true, paramLabel = "DIR", description = "The judged set.")
    Path folder;

    @Option(names = "--model", description = "Embedding model (default: ${DEFAULT-VALUE}).")
    String model = EmbeddingModels.DEFAULT;

    @Option(
            names = "--index",
            paramLabel = "KIND",
            description = "flat, hnsw, diskann, ivf_pq or scan (default: ${DEFAULT-VALUE}).")
    IndexKind kind = IndexKind.FLAT;

    @Option(
            names = "--mode",
            description = "vector, keyword or hybrid (default: ${DEFAULT-VALUE}).")
    Mode mode = Mode.VECTOR;

    @Option(names = "--format", description = "text or json (default: text).")
    Format format = Format.TEXT;

    /**
     * What was measured.
     *
     * @param scores means over the queries
     * @param queries asked
     * @param documents indexed
     * @param indexSeconds from the first document read to the index searchable
     * @param queryMillis mean time of a query
     */
    private record Report(
            Judgements.Scores scores,
            int queries,
            long documents,
            double indexSeconds,
            double queryMillis) {}

    @Override
    public Integer call() throws IOException {
        model = common.model(model);
        JudgedSet set = JudgedSet.read(common.resolve(folder));
        Path scratch = Files.createTempDirectory("engram-quality");
        try (EmbeddingModels models = common.models();
                Database database = Database.open(scratch, models)) {
            Report report = measure(set, database, models);
            switch (format) {
                case TEXT -> text(report);
                case JSON -> json(report);
            }
        } finally {
            new DiskStorage(scratch).deleteAll();
        }
        return Shell.DONE;
    }

    private Report measure(JudgedSet set, Database database, EmbeddingModels models) {
        long start = System.nanoTime();
        Collection collection = index(set, database, models);
        double indexSeconds = (System.nanoTime() - start) / 1e9;
        Judgements.Scores sum = Judgements.Scores.NONE;
        start = System.nanoTime();
        for (Map.Entry<String, Judgements> judged : set.judgements().entrySet()) {
            String query = set.query(judged.getKey());
            Answer answer = collection.search(Search.of(query).k(DEPTH).mode(mode));
            List<String> ids = answer.matches().stream().map(match -> match.hit().id()).toList();
            sum = sum.plus(judged.getValue().score(ids));
        }
        int queries = set.judgements().size();
        double queryMillis = (System.nanoTime() - start) / 1e6 / queries;
        return new Report(
                sum.over(queries), queries, collection.info().records(), indexSeconds, queryMillis);
    }

    private Collection index(JudgedSet set, Database database, EmbeddingModels models) {
        IndexSpec spec = kind.spec();
        List<String> texts =
                set.documents().stream().map(Point::text).filter(Objects::nonNull).toList();
        Schema schema = Schema.ofTexts().with(models.content(model, texts)).with(spec);
        try (Loader loader = database.load(NAME, schema);
                Progress progress =
                        Progress.start(common, "Embedding", "documents", set.documents().size())) {
            List<Point> documents = set.documents();
            for (int at = 0; at < documents.size(); at += BATCH) {
                List<Point> batch = documents.subList(at, Math.min(at + BATCH, documents.size()));
                loader.add(batch);
                progress.to(at + batch.size());
            }
            return loader.commit();
        }
    }

    private void text(Report report) {
        PrintWriter out = common.terminal().out();
        out.printf(
                Locale.ROOT,
                "%s, %s, %s, %s: nDCG@10 %.4f  recall@10 %.4f  MRR@10 %.4f%n",
                folder.getFileName(),
                model,
                kind.name().toLowerCase(Locale.ROOT),
                mode.name().toLowerCase(Locale.ROOT),
                report.scores.ndcg(),
                report.scores.recall(),
                report.scores.reciprocalRank());
        out.printf(
                Locale.ROOT,
                "%s, %s; indexed in %.1f s, %.1f ms a query%n",
                Figures.count(report.documents, "document"),
                report.queries + " queries",
                report.indexSeconds,
                report.queryMillis);
    }

    private void json(Report report) throws IOException {
        PrintWriter writer = common.terminal().out();
        try (JsonGenerator out = Json.to(writer)) {
            out.writeStartObject();
            out.writeNumberField("ndcg@10", report.scores.ndcg());
            out.writeNumberField("recall@10", report.scores.recall());
            out.writeNumberField("mrr@10", report.scores.reciprocalRank());
            out.writeNumberField("queries", report.queries);
            out.writeNumberField("documents", report.documents);
            out.writeNumberField("index_seconds", report.indexSeconds);
            out.writeNumberField("query_ms", report.queryMillis);
            out.writeStringField("mode", mode.name().toLowerCase(Locale.ROOT));
            out.writeStringField("model", model);
            out.writeStringField("index", kind.name().toLowerCase(Locale.ROOT));
            out.writeEndObject();
        }
        writer.println();
    }
}
