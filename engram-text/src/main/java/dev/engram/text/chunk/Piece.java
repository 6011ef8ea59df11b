package dev.engram.text.chunk;

import dev.engram.text.read.Heading;
import org.jspecify.annotations.Nullable;

/**
 * What a chunk is made of: a sentence, a line, or a part of one that was too long.
 *
 * @param start offset of its first character, never blank
 * @param end offset behind its last character, never blank
 * @param tokens how many it has
 * @param heading where it is the beginning of one
 */
record Piece(int start, int end, int tokens, @Nullable Heading heading) {}
