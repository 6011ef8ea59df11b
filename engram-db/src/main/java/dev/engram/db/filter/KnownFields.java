package dev.engram.db.filter;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The fields that a filter may name.
 *
 * @param paths as {@link FieldPath#of} reads them; null where any may be named
 */
public record KnownFields(@Nullable Set<String> paths) {

    /** Any field may be named. */
    public static final KnownFields ANY = new KnownFields(null);

    public KnownFields {
        paths = paths == null ? null : Set.copyOf(paths);
    }

    /** What is wrong with a field; null where nothing is. */
    @Nullable String trouble(FieldPath path) {
        return trouble(path.key());
    }

    @Nullable String trouble(String field) {
        return paths == null || paths.contains(field)
                ? null
                : "field '%s' is unknown%s".formatted(field, Words.suggestion(field, paths));
    }
}
