package dev.engram.text;

import dev.engram.db.Embedder;
import dev.engram.db.Models;
import dev.engram.error.NotFoundException;
import dev.engram.text.chunk.Tokenizer;
import dev.engram.text.embed.CacheFolder;
import dev.engram.text.embed.ModelFiles;
import dev.engram.text.embed.OnnxEmbedder;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * The embedding models that come with engram. Safe for many threads.
 *
 * <p>A model is loaded at its first use, kept, and freed by {@link #close()}. Nothing is ever
 * fetched over a network.
 */
public final class EmbeddingModels implements Models, AutoCloseable {

    /** The model for whoever has no wish: 384 dimensions, English, 22 MB, in this process. */
    public static final String DEFAULT = "all-MiniLM-L6-v2";

    private static final Map<String, String> ALIASES =
            Map.of("minilm", DEFAULT, "sentence-transformers/" + DEFAULT, DEFAULT);

    private static final Map<String, Supplier<ModelFiles>> FILES =
            Map.of(
                    DEFAULT,
                    () ->
                            ModelFiles.ofClassPath(
                                    DEFAULT,
                                    384,
                                    256,
                                    "all-minilm-l6-v2-q.onnx",
                                    "all-minilm-l6-v2-q-tokenizer.json"));

    private final int threads;
    private final Path cache;
    private final Map<String, OnnxEmbedder> loaded = new LinkedHashMap<>();
    private boolean closed;

    private EmbeddingModels(int threads, Path cache) {
        this.threads = threads;
        this.cache = cache;
    }

    /**
     * The models, embedding one text per processor at a time; native libraries are unpacked into
     * {@code ENGRAM_CACHE}, else into the user's cache folder.
     */
    public static EmbeddingModels builtIn() {
        return builtIn(Runtime.getRuntime().availableProcessors(), CacheFolder.ofUser());
    }

    /**
     * The models.
     *
     * @param threads texts that a model embeds at a time
     * @param cache where native libraries are unpacked, made if absent; the first model that is
     *     loaded in a process decides
     */
    public static EmbeddingModels builtIn(int threads, Path cache) {
        if (threads < 1) {
            throw new IllegalArgumentException("threads: " + threads + " (expected: >= 1)");
        }
        return new EmbeddingModels(threads, cache);
    }

    /** What {@link #embedder} knows, without aliases. */
    public List<String> names() {
        return FILES.keySet().stream().sorted().toList();
    }

    @Override
    public Embedder embedder(String name) {
        return load(name);
    }

    Tokenizer tokenizer(String name) {
        return load(name).tokenizer();
    }

    private synchronized OnnxEmbedder load(String name) {
        if (closed) {
            throw new IllegalStateException("these models are closed");
        }
        String known = ALIASES.getOrDefault(name, name);
        OnnxEmbedder embedder = loaded.get(known);
        if (embedder == null) {
            embedder = new OnnxEmbedder(files(known), threads, cache);
            loaded.put(known, embedder);
        }
        return embedder;
    }

    private ModelFiles files(String name) {
        Supplier<ModelFiles> files = FILES.get(name);
        if (files == null) {
            throw new NotFoundException(
                    "no embedding model '"
                            + name
                            + "' (there is: "
                            + String.join(", ", names())
                            + ")");
        }
        return files.get();
    }

    /** Frees the models that were loaded; their embedders cannot be used any more. */
    @Override
    public synchronized void close() {
        closed = true;
        loaded.values().forEach(OnnxEmbedder::close);
        loaded.clear();
    }
}
