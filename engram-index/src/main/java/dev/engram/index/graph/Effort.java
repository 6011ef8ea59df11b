package dev.engram.index.graph;

/**
 * How long a search through a graph takes for each candidate of its beam, in comparisons of a scan.
 * The scan's are cheap: it knows the next rows long before it reads them. Figures are rough, and
 * measured by {@code FilterComparison}.
 *
 * @param candidate whatever is accepted
 * @param passed for each node that is met until one is accepted
 */
record Effort(int candidate, int passed) {

    static final Effort OF_WALK = new Effort(48, 16);
    static final Effort OF_BLOCKS = new Effort(8, 6);

    /** Of a detour, where the accepted nodes turned out to be elsewhere. */
    static final Effort OF_BLOCKS_ELSEWHERE = new Effort(8, 40);

    /** Whether a scan of the accepted vectors is faster. */
    boolean isScanFaster(long accepted, int size, int beam) {
        double met = size / (double) accepted;
        return accepted <= beam * (candidate + passed * met);
    }
}
