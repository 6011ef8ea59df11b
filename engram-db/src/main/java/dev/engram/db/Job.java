package dev.engram.db;

import org.jspecify.annotations.Nullable;

/**
 * Work on a collection that is done beside the calls, or was done last.
 *
 * @param collection its name
 * @param kind of the work
 * @param cause why it is done
 * @param state of the work
 * @param done of {@code all}; what is counted depends on the kind
 * @param all 0 where it is not known yet
 * @param trouble why it failed; null where it did not
 */
public record Job(
        String collection,
        Kind kind,
        String cause,
        State state,
        long done,
        long all,
        @Nullable String trouble) {

    /** What is done. */
    public enum Kind {
        /** Vectors in memory are written to a segment, and their index is built. */
        SEAL,
        /** Vectors in memory get a graph, so that searches need not scan them. */
        LINK,
        /** Segments become one, without the rows that nobody sees. */
        MERGE,
        /** A segment gets the index that the collection was altered to. */
        ALTER,
        /** Files that a merge made useless are deleted. */
        DELETE_FILES,
        /** The space of removed records is given back. */
        COMPACT
    }

    /** How far the work has come. */
    public enum State {
        /** It is due, and starts with the next write at the latest. */
        WAITING,
        /** It is under way. */
        RUNNING,
        /** It is due or under way, and goes on after {@link Database#resumeJobs}. */
        PAUSED,
        /** It changed nothing, and is tried again with a later write: after a rest that grows. */
        FAILED,
        /** It is done. */
        DONE
    }
}
