package dev.engram.db;

import dev.engram.index.IndexSpec;
import dev.engram.index.Metric;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a collection is and holds.
 *
 * @param name unique in the database
 * @param records how many
 * @param dimension components a vector
 * @param metric of the search
 * @param index of the sealed vectors
 * @param identity of the embedding model; null where the vectors come with the records
 * @param bytes where its bytes are
 * @param damage what is wrong with its files as far as it shows without reading them all; null for
 *     nothing
 */
public record CollectionInfo(
        String name,
        long records,
        int dimension,
        Metric metric,
        IndexSpec index,
        @Nullable ModelIdentity identity,
        StorageAccount bytes,
        @Nullable String damage) {

    /** The embedding model, where there is one. */
    public Optional<ModelIdentity> model() {
        return Optional.ofNullable(identity);
    }
}
