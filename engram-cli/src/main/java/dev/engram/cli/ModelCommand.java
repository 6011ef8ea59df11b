package dev.engram.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.engram.db.Embedder;
import dev.engram.db.ModelIdentity;
import dev.engram.text.EmbeddingModels;
import dev.engram.text.ModelBench;
import dev.engram.text.ModelRegistry;
import dev.engram.text.ModelSettings;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Looks after embedding models. */
@Command(
        name = "model",
        mixinStandardHelpOptions = true,
        description = "List, fetch, describe and measure embedding models.",
        subcommands = {
            ModelCommand.Models.class,
            ModelCommand.Facts.class,
            ModelCommand.Pull.class,
            ModelCommand.Remove.class,
            ModelCommand.Bench.class
        })
final class ModelCommand {

    private static ModelSettings settings(Common common) {
        return ModelSettings.of(common.terminal().environment());
    }

    /** Shows the models there are. */
    @Command(
            name = "list",
            mixinStandardHelpOptions = true,
            description = "List the models that are here.")
    static final class Models implements Callable<Integer> {

        @Mixin Common common;

        @Option(names = "--format", description = "text or json (default: text).")
        Format format = Format.TEXT;

        @Override
        public Integer call() throws IOException {
            Map<String, String> there = new LinkedHashMap<>();
            there.put(EmbeddingModels.DEFAULT, "built in, the default");
            there.put(EmbeddingModels.FITTED, "built in, fitted on the texts of an index");
            ModelRegistry registry = new ModelRegistry(settings(common));
            for (String name : registry.names()) {
                there.put(name, registry.folder(name).map(Path::toString).orElse("pulled"));
            }
            PrintWriter out = common.terminal().out();
            switch (format) {
                case TEXT -> {
                    there.forEach((name, where) -> out.printf("%-40s %s%n", name, where));
                    common.say("Also a folder, or PROVIDER:MODEL: see docs/models.md.");
                }
                case JSON -> {
                    try (JsonGenerator json = Json.to(out)) {
                        Json.value(json, Map.of("models", there));
                    }
                    out.println();
                }
            }
            return Shell.DONE;
        }
    }

    /** Shows what a model is. */
    @Command(
            name = "info",
            mixinStandardHelpOptions = true,
            description = "Show what a model is. One of a provider is asked for vectors.")
    static final class Facts implements Callable<Integer> {

        @Mixin Common common;

        @Parameters(paramLabel = "MODEL", description = "Its name, or its folder.")
        String name;

        @Option(names = "--format", description = "text or json (default: text).")
        Format format = Format.TEXT;

        @Override
        public Integer call() throws IOException {
            Map<String, Object> facts = new LinkedHashMap<>();
            try (EmbeddingModels models = common.models()) {
                ModelIdentity identity = models.embedder(common.model(name)).identity();
                facts.put("name", identity.name());
                facts.put("provider", identity.provider());
                facts.put("revision", identity.revision());
                facts.put("dimension", identity.dimension());
                facts.put("pooling", identity.pooling());
                facts.put("query_prefix", identity.queryPrefix());
                facts.put("passage_prefix", identity.passagePrefix());
                facts.put("normalised", identity.normalised());
                facts.put("fingerprint", identity.fingerprint());
            }
            PrintWriter out = common.terminal().out();
            switch (format) {
                case TEXT ->
                        facts.forEach(
                                (what, fact) -> {
                                    if (!fact.equals("")) {
                                        out.printf("%-15s %s%n", what.replace('_', ' '), fact);
                                    }
                                });
                case JSON -> {
                    try (JsonGenerator json = Json.to(out)) {
                        Json.value(json, facts);
                    }
                    out.println();
                }
            }
            return Shell.DONE;
        }
    }

    /** Fetches a model. */
    @Command(
            name = "pull",
            mixinStandardHelpOptions = true,
            description = {
                "Fetch a model from Hugging Face, or from where HF_ENDPOINT says; every file is"
                        + " checked by its checksum.",
                "A pull that broke off goes on where it was. HF_TOKEN is for models that are not"
                        + " public; HF_HUB_OFFLINE=1 forbids the network."
            },
            footerHeading = "%nTry:%n",
            footer = {
                "  engram model pull BAAI/bge-small-en-v1.5",
                "  engram model pull Xenova/e5-small-v2 --file onnx/model_quantized.onnx"
            })
    static final class Pull implements Callable<Integer> {

        @Mixin Common common;

        @Parameters(paramLabel = "ORG/NAME[@REVISION]", description = "The model.")
        String model;

        @Option(
                names = "--file",
                paramLabel = "FILE",
                description =
                        "Which of its networks (default: onnx/model.onnx, else model.onnx, else"
                                + " onnx/model_quantized.onnx, else a static table).")
        @Nullable String file;

        @Override
        public Integer call() {
            try (Progress progress = Progress.start(common, "Pulling", "KB", 0)) {
                Path folder =
                        new ModelRegistry(settings(common))
                                .pull(
                                        model,
                                        file,
                                        (name, bytes, total) -> {
                                            progress.note(name);
                                            progress.most(total >> 10);
                                            progress.to(bytes >> 10);
                                        });
                common.say("Pulled " + model + " into " + folder);
            }
            return Shell.DONE;
        }
    }

    /** Removes a model. */
    @Command(
            name = "remove",
            mixinStandardHelpOptions = true,
            description = "Remove a model that was pulled.")
    static final class Remove implements Callable<Integer> {

        @Mixin Common common;

        @Parameters(paramLabel = "ORG/NAME", description = "The model.")
        String model;

        @Override
        public Integer call() {
            new ModelRegistry(settings(common)).remove(model);
            common.say("Removed " + model);
            return Shell.DONE;
        }
    }

    /** Measures models. */
    @Command(
            name = "bench",
            aliases = "compare",
            mixinStandardHelpOptions = true,
            description = {
                "Measure models: time of a short passage, dimension, and contrast, by which pairs"
                        + " of sentences that mean the same are nearer than others.",
                "For retrieval quality see 'engram bench quality --model'."
            })
    static final class Bench implements Callable<Integer> {

        @Mixin Common common;

        @Parameters(arity = "1..*", paramLabel = "MODEL", description = "Names or folders.")
        List<String> names;

        @Option(names = "--format", description = "text or json (default: text).")
        Format format = Format.TEXT;

        @Override
        public Integer call() throws IOException {
            Map<String, ModelBench.Score> scores = new LinkedHashMap<>();
            try (EmbeddingModels models = common.models()) {
                for (String name : names) {
                    Embedder embedder = models.embedder(common.model(name));
                    scores.put(name, ModelBench.measure(embedder));
                }
            }
            switch (format) {
                case TEXT -> text(common.terminal().out(), scores);
                case JSON -> json(common.terminal().out(), scores);
            }
            return Shell.DONE;
        }

        private static void text(PrintWriter out, Map<String, ModelBench.Score> scores) {
            out.printf(
                    "%-40s %9s %10s %8s %9s %8s%n",
                    "model", "dimension", "ms/passage", "related", "unrelated", "contrast");
            scores.forEach(
                    (name, score) ->
                            out.printf(
                                    Locale.ROOT,
                                    "%-40s %9d %10.3f %8.3f %9.3f %8.3f%n",
                                    name,
                                    score.dimension(),
                                    score.passageMillis(),
                                    score.related(),
                                    score.unrelated(),
                                    score.contrast()));
        }

        private static void json(PrintWriter writer, Map<String, ModelBench.Score> scores)
                throws IOException {
            try (JsonGenerator out = Json.to(writer)) {
                out.writeStartObject();
                out.writeArrayFieldStart("models");
                for (Map.Entry<String, ModelBench.Score> entry : scores.entrySet()) {
                    ModelBench.Score score = entry.getValue();
                    out.writeStartObject();
                    out.writeStringField("model", entry.getKey());
                    out.writeNumberField("dimension", score.dimension());
                    out.writeNumberField("passage_ms", score.passageMillis());
                    out.writeNumberField("related", score.related());
                    out.writeNumberField("unrelated", score.unrelated());
                    out.writeNumberField("contrast", score.contrast());
                    out.writeEndObject();
                }
                out.writeEndArray();
                out.writeEndObject();
            }
            writer.println();
        }
    }
}
