package dev.engram.text.read;

import java.nio.file.Path;

/**
 * A file to be read.
 *
 * @param file where it lies
 * @param name what results call it, with {@code /} between folders; no two of a walk have the same
 * @param bytes how large it was when it was found
 * @param named whether the caller named this very file, not a folder above it
 */
public record Source(Path file, String name, long bytes, boolean named) {}
