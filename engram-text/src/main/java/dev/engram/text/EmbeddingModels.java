package dev.engram.text;

import dev.engram.db.Embedder;
import dev.engram.db.Models;
import dev.engram.error.NotFoundException;
import dev.engram.text.chunk.Tokenizer;
import dev.engram.text.embed.ModelFiles;
import dev.engram.text.embed.ModelFolder;
import dev.engram.text.embed.OnnxEmbedder;
import dev.engram.text.embed.TextEmbedder;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * The embedding models there are, by name. Safe for many threads.
 *
 * <pre>
 *   all-MiniLM-L6-v2          comes with engram
 *   an absolute path          the folder of a sentence transformer in ONNX, or of a Model2Vec model
 * </pre>
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

    private final ModelSettings settings;
    private final Map<String, TextEmbedder> loaded = new LinkedHashMap<>();
    private boolean closed;

    private EmbeddingModels(ModelSettings settings) {
        this.settings = settings;
    }

    /** The models, as the environment says: see {@link ModelSettings#ofUser}. */
    public static EmbeddingModels builtIn() {
        return of(ModelSettings.ofUser());
    }

    /**
     * The models.
     *
     * @param threads texts that a model embeds at a time
     * @param cache where native libraries are unpacked, made if absent; the first model that is
     *     loaded in a process decides
     */
    public static EmbeddingModels builtIn(int threads, Path cache) {
        return of(ModelSettings.ofUser().withThreads(threads).withCache(cache));
    }

    /** The models. */
    public static EmbeddingModels of(ModelSettings settings) {
        return new EmbeddingModels(settings);
    }

    /** What {@link #embedder} knows by itself, without aliases. */
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

    private synchronized TextEmbedder load(String name) {
        checkOpen();
        String known = ALIASES.getOrDefault(name, name);
        TextEmbedder embedder = loaded.get(known);
        if (embedder == null) {
            embedder = open(known);
            loaded.put(known, embedder);
        }
        return embedder;
    }

    private void checkOpen() {
        if (closed) {
            throw new IllegalStateException("these models are closed");
        }
    }

    private TextEmbedder open(String name) {
        Supplier<ModelFiles> files = FILES.get(name);
        if (files != null) {
            return new OnnxEmbedder(files.get(), settings.threads(), settings.cache());
        }
        if (isFolder(name)) {
            return ModelFolder.of(name, Path.of(name)).open(settings.threads(), settings.cache());
        }
        throw new NotFoundException(
                "no embedding model '"
                        + name
                        + "' (there is: "
                        + String.join(", ", names())
                        + ", or the absolute path of a folder)");
    }

    /** Relative ones are not: a folder that happens to be there must not hide a model. */
    private static boolean isFolder(String name) {
        try {
            return Path.of(name).isAbsolute();
        } catch (InvalidPathException _) {
            return false;
        }
    }

    /** Frees the models that were loaded; their embedders cannot be used any more. */
    @Override
    public synchronized void close() {
        closed = true;
        loaded.values().forEach(TextEmbedder::close);
        loaded.clear();
    }
}
