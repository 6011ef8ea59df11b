package dev.engram.text;

/**
 * A file or folder that was to be read and was not.
 *
 * @param path as results would have named it
 * @param reason why, in words for people
 */
public record Skipped(String path, String reason) {}
