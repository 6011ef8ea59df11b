package dev.engram.db.filter;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The record that a condition is asked about.
 *
 * @param id its name; null where there is none
 * @param text what it says; null where there is none
 * @param metadata typed values by field
 */
public record Subject(
        @Nullable String id,
        @Nullable String text,
        Map<String, ? extends @Nullable Object> metadata) {}
