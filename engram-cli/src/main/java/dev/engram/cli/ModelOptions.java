package dev.engram.cli;

import dev.engram.text.EmbeddingModels;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which embedding model, in one word or in the several that LEANN has for it. */
final class ModelOptions {

    @Option(
            names = {"--model", "--embedding-model"},
            description =
                    "Embedding model: one that 'engram model list' shows, the folder of one, or"
                            + " PROVIDER:MODEL (default: ${DEFAULT-VALUE}). See docs/models.md.")
    String model = EmbeddingModels.DEFAULT;

    @Option(
            names = "--embedding-mode",
            paramLabel = "PROVIDER",
            description =
                    "Who runs the model, where its name does not say: ollama, openai, cohere,"
                        + " voyage, gemini, huggingface; or sentence-transformers, this process.")
    @Nullable String mode;

    @Option(
            names = {"--embedding-api-base", "--embedding-host"},
            paramLabel = "URL",
            description = "Where the provider is; kept with the index, so no key may be in it.")
    @Nullable String address;

    @Option(names = "--embedding-api-key", hidden = true)
    @Nullable String key;

    /** The one name of it. */
    String name(Common common) {
        if (key != null) {
            throw new IllegalArgumentException(
                    "--embedding-api-key: given (expected: not on a command line, which others can"
                            + " read; set OPENAI_API_KEY or the like)");
        }
        boolean local = mode == null || mode.equals("sentence-transformers");
        if (local && address != null) {
            throw new IllegalArgumentException(
                    "--embedding-api-base: " + address + " (expected: with --embedding-mode)");
        }
        if (local) {
            return common.model(model);
        }
        String base = address == null || address.contains("://") ? address : "http://" + address;
        return mode + ":" + model + (base == null ? "" : "@" + base);
    }
}
