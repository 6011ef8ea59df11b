package dev.engram.index.disk;

/**
 * How a bound on memory is spent: first on what there must be, codes and the memory of one search;
 * then on more searches at a time, as many as there are processors, but of what is left no more
 * than half; the rest keeps blocks.
 *
 * @param fixedBytes codes, codebook and twins
 * @param searcherBytes what one search takes
 * @param searchers how many search at a time; others wait
 * @param keptBlocks the first blocks of the file, which are read once
 * @param blockBytes of each
 */
record Budget(long fixedBytes, long searcherBytes, int searchers, int keptBlocks, int blockBytes) {

    /** Of the vectors' bytes, where no bound is given. */
    private static final double SHARE = 0.2;

    /**
     * The bound where none is given: a fifth of the vectors' bytes, but in a small set enough for a
     * search on every processor.
     */
    static long usual(DiskFile file, int processors) {
        long vectorBytes = (long) file.count() * file.layout().dimension() * Float.BYTES;
        long least = file.residentBytes() + processors * DiskSearcher.bytes(file);
        return Math.max((long) (SHARE * vectorBytes), least);
    }

    /**
     * @throws IllegalArgumentException where no search at all fits the bound
     */
    static Budget of(DiskFile file, long bytesMax, int processors) {
        long fixed = file.residentBytes();
        long searcher = DiskSearcher.bytes(file);
        long least = fixed + searcher;
        if (bytesMax < least) {
            throw new IllegalArgumentException(
                    "memory: "
                            + bytesMax
                            + " bytes (expected: >= "
                            + least
                            + " for "
                            + file.file()
                            + ", of which the codes take "
                            + file.codes().byteSize()
                            + ")");
        }
        int searchers = Math.clamp((bytesMax - fixed) / 2 / searcher, 1, Math.max(1, processors));
        long left = bytesMax - fixed - searchers * searcher;
        int blockBytes = file.layout().blockBytes();
        int kept = (int) Math.min(file.blocks(), left / blockBytes);
        return new Budget(fixed, searcher, searchers, kept, blockBytes);
    }

    /** The most that the index ever holds; not above the bound. */
    long bytes() {
        return fixedBytes + searchers * searcherBytes + (long) keptBlocks * blockBytes;
    }
}
