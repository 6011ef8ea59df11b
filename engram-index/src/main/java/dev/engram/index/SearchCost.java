package dev.engram.index;

/** What searches took, added up over all that were given this. Not safe for several threads. */
public final class SearchCost {

    private long distances;
    private long reranked;
    private long pages;

    /** Starts at nothing. */
    public SearchCost() {}

    /** Vectors, or codes of vectors, that a query was compared with. */
    public long distances() {
        return distances;
    }

    /** Vectors that were compared a second time, exactly, after their codes looked promising. */
    public long reranked() {
        return reranked;
    }

    /** Blocks of 4 KiB that were read from a file, by an index that does not map it. */
    public long pages() {
        return pages;
    }

    /** An index tells of comparisons it made. */
    public void addDistances(long count) {
        distances += count;
    }

    /** An index tells of exact comparisons it made after those of codes. */
    public void addReranked(long count) {
        reranked += count;
    }

    /** An index tells of blocks of 4 KiB that it read. */
    public void addPages(long count) {
        pages += count;
    }
}
