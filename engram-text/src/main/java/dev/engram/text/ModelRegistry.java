package dev.engram.text;

import dev.engram.text.hub.ModelStore;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The models of a hub that are kept here. {@link EmbeddingModels} of the same settings know them by
 * {@code ORG/NAME}.
 */
public final class ModelRegistry {

    private final ModelStore store;

    /**
     * @param settings where models are kept, and the environment: {@code HF_ENDPOINT}, {@code
     *     HF_TOKEN}, {@code HF_HUB_OFFLINE}
     */
    public ModelRegistry(ModelSettings settings) {
        store = new ModelStore(settings.folder(), settings.environment());
    }

    /** Told how far a pull is. */
    @FunctionalInterface
    public interface Listener {

        /**
         * @param file that is being fetched
         * @param bytes of it that are there
         * @param total of it; -1 for unknown
         */
        void at(String file, long bytes, long total);
    }

    /** The models that were pulled, by name. */
    public List<String> names() {
        return store.names();
    }

    /** The folder of a model that was pulled. */
    public Optional<Path> folder(String name) {
        return Optional.ofNullable(store.find(name));
    }

    /**
     * Fetches a model, and checks every file by the hub's checksum. What an earlier try left is not
     * fetched again.
     *
     * @param model {@code ORG/NAME}, or with {@code @REVISION}
     * @param graph which of its networks, such as {@code onnx/model_quantized.onnx}; null for the
     *     usual one
     * @return its folder
     * @throws dev.engram.error.NotFoundException where the hub has no such model, or it has nothing
     *     that can be used
     * @throws dev.engram.error.UnavailableException where the hub cannot be reached, or may not be
     */
    public Path pull(String model, @Nullable String graph, Listener listener) {
        return store.pull(model, graph, listener::at);
    }

    /**
     * Removes a model that was pulled. Indexes that were built with it cannot be asked in words
     * until it is pulled again.
     *
     * @throws dev.engram.error.NotFoundException where there is none
     */
    public void remove(String model) {
        store.remove(model);
    }
}
