package dev.engram.index;

/** What searches took, added up over all that were given this. Not safe for several threads. */
public final class SearchCost {

    private long distances;
    private long reranked;

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

    /** An index tells of comparisons it made. */
    public void addDistances(long count) {
        distances += count;
    }

    /** An index tells of exact comparisons it made after those of codes. */
    public void addReranked(long count) {
        reranked += count;
    }
}
