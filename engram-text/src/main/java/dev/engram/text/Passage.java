package dev.engram.text;

import java.util.Map;
import java.util.Objects;

/**
 * A part of a document, small enough for a model to read at once.
 *
 * @param id {@code source#n}, with n counting from 0: the same document and the same settings give
 *     the same ids
 * @param text exactly the characters {@code start..end} of what the document says
 * @param metadata where it comes from: {@code source} (String), {@code start}, {@code end} (offsets
 *     of UTF-16 characters), and, where the document has them, {@code line}, {@code lineEnd} (of
 *     the file, from 1), {@code page}, {@code pageEnd} (or slide, or cell, from 1), {@code title}
 *     and {@code heading} (String)
 */
public record Passage(String id, String text, Map<String, Object> metadata) {

    public Passage {
        metadata = Map.copyOf(metadata);
    }

    /** The file it comes from, with {@code /} between folders. */
    public String source() {
        return (String) Objects.requireNonNull(metadata.get("source"));
    }
}
