package dev.engram.db;

import org.jspecify.annotations.Nullable;

/**
 * Something that is not as it was written: see {@link Database#verify}.
 *
 * @param collection it belongs to; null where that cannot be told
 * @param trouble the file or record, what was found there and what was expected
 */
public record Finding(@Nullable String collection, String trouble) {}
