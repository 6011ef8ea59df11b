package dev.engram.text.chunk;

import dev.engram.text.read.Heading;
import org.jspecify.annotations.Nullable;

/**
 * A paragraph, a fence of code, or a heading.
 *
 * @param start offset of its first line
 * @param end offset behind its last line
 * @param sentences whether it is prose; else every line means something by itself
 * @param heading where it is one
 */
record Block(int start, int end, boolean sentences, @Nullable Heading heading) {}
