package dev.engram.text;

/**
 * How far a run has come.
 *
 * @param files read to their end, or skipped
 * @param filesTotal found
 * @param bytes of the files that were read, the present one in part
 * @param bytesTotal of all files found
 * @param passages made so far
 */
public record Progress(int files, int filesTotal, long bytes, long bytesTotal, long passages) {}
