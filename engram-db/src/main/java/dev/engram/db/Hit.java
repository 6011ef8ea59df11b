package dev.engram.db;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One answer of a search.
 *
 * @param id of the record
 * @param score larger is better: see {@link dev.engram.index.Metric}
 * @param text of the record, null where it has none
 * @param metadata of the record
 */
public record Hit(
        String id, float score, @Nullable String text, Map<String, @Nullable Object> metadata) {

    Hit scored(float other) {
        return new Hit(id, other, text, metadata);
    }
}
