package dev.engram.text;

import dev.engram.db.Embedder;
import dev.engram.db.ModelState;
import dev.engram.db.Models;
import dev.engram.db.Schema;
import dev.engram.error.NotFoundException;
import dev.engram.text.chunk.Tokenizer;
import dev.engram.text.embed.ModelFiles;
import dev.engram.text.embed.ModelFolder;
import dev.engram.text.embed.OnnxEmbedder;
import dev.engram.text.embed.TextEmbedder;
import dev.engram.text.embed.Workers;
import dev.engram.text.fit.FittedEmbedder;
import dev.engram.text.fit.Fitting;
import dev.engram.text.hub.ModelStore;
import dev.engram.text.remote.RemoteEmbedder;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * The embedding models there are, by name. Safe for many threads.
 *
 * <pre>
 *   all-MiniLM-L6-v2          comes with engram
 *   fitted                    made of a collection's own texts, and kept with it
 *   ORG/NAME                  of a hub, once it was pulled: see ModelRegistry
 *   an absolute path          the folder of a sentence transformer in ONNX, or of a Model2Vec model
 *   ollama:MODEL              run by a provider: ollama, openai, cohere, voyage, gemini, huggingface;
 *                             or openai:MODEL@http://host/v1, another that speaks its language
 * </pre>
 *
 * <p>A model is loaded at its first use, kept, and freed by {@link #close()}. Only models of
 * providers use the network. Their keys come from the environment and are kept nowhere.
 */
public final class EmbeddingModels implements Models, AutoCloseable {

    /** The model for whoever has no wish: 384 dimensions, English, 22 MB, in this process. */
    public static final String DEFAULT = "all-MiniLM-L6-v2";

    /** The model that is fitted on the texts of a collection. */
    public static final String FITTED = FittedEmbedder.NAME;

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
        return Stream.concat(FILES.keySet().stream(), Stream.of(FITTED)).sorted().toList();
    }

    @Override
    public Embedder embedder(String name) {
        return load(name);
    }

    @Override
    public Embedder fitted(String name, byte[] state) {
        if (!name.equals(FITTED)) {
            throw new NotFoundException(
                    "no model '" + name + "' that is fitted on texts (there is: " + FITTED + ")");
        }
        return FittedEmbedder.of(state);
    }

    /**
     * What a collection of some texts is to be made of: the model of that name, fitted on the texts
     * where it is one to be fitted and they are enough.
     *
     * @param texts read only where the model is to be fitted; once
     */
    public Schema.Content content(String model, Iterable<String> texts) {
        if (model.equals(FITTED)) {
            try (Workers workers = new Workers(FITTED, settings.threads())) {
                Optional<byte[]> state = Fitting.fit(texts, workers);
                if (state.isPresent()) {
                    return new Schema.Content.FittedTexts(model, new ModelState(state.get()));
                }
            }
        }
        return new Schema.Content.Texts(model);
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
        if (name.equals(FITTED)) {
            return FittedEmbedder.unfitted();
        }
        TextEmbedder remote = RemoteEmbedder.open(name, settings.environment());
        if (remote != null) {
            return remote;
        }
        Path pulled = new ModelStore(settings.folder(), settings.environment()).find(name);
        if (pulled != null) {
            return ModelFolder.of(name, pulled).open(settings.threads(), settings.cache());
        }
        if (isFolder(name)) {
            return ModelFolder.of(name, Path.of(name)).open(settings.threads(), settings.cache());
        }
        throw new NotFoundException(
                "no embedding model '"
                        + name
                        + "' (there is: "
                        + String.join(", ", names())
                        + ", ORG/NAME of a hub once it is pulled, the absolute path of a folder, or"
                        + " PROVIDER:MODEL of "
                        + String.join(", ", RemoteEmbedder.providers())
                        + ")");
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
