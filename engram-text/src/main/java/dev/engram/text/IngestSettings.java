package dev.engram.text;

/**
 * How documents become passages.
 *
 * @param files which files of a folder are read
 * @param chunkTokens the most tokens of a passage; 16 to what the model's window holds
 * @param overlapTokens the most tokens a passage repeats from the one before; up to half a chunk
 * @param fileBytesMax larger files are skipped, by name
 */
public record IngestSettings(
        Selection files, int chunkTokens, int overlapTokens, long fileBytesMax) {

    /**
     * Folders with all they hold, 200 tokens a passage of which 40 may be repeated, 64 MiB a file.
     */
    public static final IngestSettings DEFAULT =
            new IngestSettings(Selection.DEFAULT, 200, 40, 64L << 20);

    public IngestSettings {
        if (fileBytesMax < 1) {
            throw new IllegalArgumentException(
                    "file size limit: " + fileBytesMax + " bytes (expected: >= 1)");
        }
    }

    /** These settings, with folders in folders entered or not. */
    public IngestSettings withRecursive(boolean wanted) {
        return withFiles(files.withRecursive(wanted));
    }

    /** These settings, with other files. */
    public IngestSettings withFiles(Selection wanted) {
        return new IngestSettings(wanted, chunkTokens, overlapTokens, fileBytesMax);
    }

    /** These settings, with other passages. */
    public IngestSettings withChunks(int tokens, int overlap) {
        return new IngestSettings(files, tokens, overlap, fileBytesMax);
    }

    /** These settings, with another limit. */
    public IngestSettings withFileBytesMax(long bytes) {
        return new IngestSettings(files, chunkTokens, overlapTokens, bytes);
    }
}
