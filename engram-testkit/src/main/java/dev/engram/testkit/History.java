package dev.engram.testkit;

import java.util.List;
import java.util.Map;

/** What transactions did and saw, as they themselves tell it: see {@link HistoryChecker}. */
public final class History {

    /** In the place of a writer: there is no such record. */
    public static final int NOTHING = 0;

    private History() {}

    /**
     * One transaction.
     *
     * @param id unique, from 1 on; every value it writes says so
     * @param began a time before it began
     * @param ended a time after it ended, on the same clock
     * @param version by which commits are ordered; 0 where it was not committed
     * @param ops in the order in which it did them
     */
    public record Attempt(int id, long began, long ended, long version, List<Op> ops) {

        public Attempt {
            if (id < 1) {
                throw new IllegalArgumentException("id: " + id + " (expected: >= 1)");
            }
            ops = List.copyOf(ops);
        }

        boolean isCommitted() {
            return version != 0;
        }
    }

    /** One thing a transaction did. */
    public sealed interface Op {

        /**
         * It read a record.
         *
         * @param key of the record
         * @param writer who wrote what it saw
         */
        record Read(String key, int writer) implements Op {}

        /**
         * It set a record.
         *
         * @param key of the record
         */
        record Write(String key) implements Op {}

        /**
         * It removed a record that was there when it began.
         *
         * @param key of the record
         */
        record Delete(String key) implements Op {}

        /**
         * It set a record that was not there when it began, and removed it again.
         *
         * @param key of the record
         */
        record Undo(String key) implements Op {}

        /**
         * It searched for everything that has a prefix.
         *
         * @param prefix of keys
         * @param found who wrote each record that it saw
         */
        record Search(String prefix, Map<String, Integer> found) implements Op {
            public Search {
                found = Map.copyOf(found);
            }
        }
    }
}
