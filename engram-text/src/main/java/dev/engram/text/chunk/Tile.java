package dev.engram.text.chunk;

import org.jspecify.annotations.Nullable;

/**
 * What chunks of source code are made of: a definition that fits into one, or a part of what does
 * not.
 *
 * @param start offset of its first character, never blank
 * @param end offset behind its last character, never blank
 * @param tokens how many it has
 * @param symbol the way to the definition it is, or lies in, such as {@code Point.move}; null
 *     outside of all
 * @param whole whether it is all of that definition
 */
record Tile(int start, int end, int tokens, @Nullable String symbol, boolean whole) {}
