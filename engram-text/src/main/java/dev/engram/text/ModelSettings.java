package dev.engram.text;

import dev.engram.text.embed.CacheFolder;
import java.nio.file.Path;
import java.util.Map;

/**
 * Where embedding models are, and how many texts they embed at a time.
 *
 * @param threads texts that a model of this process embeds at a time
 * @param cache where native libraries are unpacked, made if absent; the first model that is loaded
 *     in a process decides
 * @param folder where models that were pulled are kept
 * @param environment variables: keys and addresses of providers, {@code HF_ENDPOINT}, {@code
 *     HF_HUB_OFFLINE}
 */
public record ModelSettings(int threads, Path cache, Path folder, Map<String, String> environment) {

    public ModelSettings {
        if (threads < 1) {
            throw new IllegalArgumentException("threads: " + threads + " (expected: >= 1)");
        }
        environment = Map.copyOf(environment);
    }

    /** As many texts as there are processors; the caches and the environment of this user. */
    public static ModelSettings ofUser() {
        return of(System.getenv());
    }

    /** The same with another environment. */
    public static ModelSettings of(Map<String, String> environment) {
        Path cache = CacheFolder.ofUser(environment);
        String own = environment.getOrDefault("ENGRAM_MODELS", "");
        return new ModelSettings(
                Runtime.getRuntime().availableProcessors(),
                cache,
                own.isBlank() ? cache.resolve("models") : Path.of(own),
                environment);
    }

    /** The same with so many texts at a time. */
    public ModelSettings withThreads(int count) {
        return new ModelSettings(count, cache, folder, environment);
    }

    /** The same with another folder for native libraries. */
    public ModelSettings withCache(Path other) {
        return new ModelSettings(threads, other, folder, environment);
    }

    /** The same with another folder for models. */
    public ModelSettings withFolder(Path other) {
        return new ModelSettings(threads, cache, other, environment);
    }
}
