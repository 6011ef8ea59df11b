package dev.engram.db.shard;

/** Is told how far long work has come, and can hold it up or end it. */
@FunctionalInterface
public interface Pace {

    /** For work that nobody watches. */
    Pace FREE = (_, _) -> {};

    /**
     * So much of all is done. Returns once the work may go on.
     *
     * @throws java.util.concurrent.CancellationException where it is to end; it changed nothing
     */
    void at(long done, long all);
}
