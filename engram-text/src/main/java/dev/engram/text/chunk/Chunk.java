package dev.engram.text.chunk;

import org.jspecify.annotations.Nullable;

/**
 * A part of a document, small enough for a model to read at once.
 *
 * @param ordinal which part, from 0
 * @param text exactly the characters {@code start..end} of the document
 * @param start offset of its first character
 * @param end offset behind its last character
 * @param line the first character's line, from 1; 0 where the file has no lines
 * @param lineEnd the last character's line
 * @param page the first character's page, from 1; 0 where the file has no pages
 * @param pageEnd the last character's page
 * @param tokens how many tokens it has, special ones not counted
 * @param heading the headings above it, outermost first, joined by {@code " > "}
 */
public record Chunk(
        int ordinal,
        String text,
        int start,
        int end,
        int line,
        int lineEnd,
        int page,
        int pageEnd,
        int tokens,
        @Nullable String heading) {}
