package dev.engram.testkit;

import dev.engram.testkit.History.Attempt;
import dev.engram.testkit.History.Op;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Finds what breaks snapshot isolation in a history of transactions.
 *
 * <p>The committed ones, in the order of their versions, make a row of states. A transaction is
 * right where there is one of these states that shows all it read, that is no older than what had
 * been committed when it began, and after which nobody but itself wrote what it wrote until it was
 * committed. Every observation says in which states it is true; the checker intersects these sets.
 *
 * <p>A. Adya: Weak Consistency, 1999; the idea of unique values is of K. Kingsbury's Elle, 2020.
 */
public final class HistoryChecker {

    private final List<Attempt> commits;
    private final Map<Integer, Attempt> byId = new HashMap<>();

    /** For each key: from which state on which writer is seen. */
    private final Map<String, TreeMap<Integer, Integer>> writers = new HashMap<>();

    private HistoryChecker(List<Attempt> attempts) {
        commits =
                attempts.stream()
                        .filter(Attempt::isCommitted)
                        .sorted(Comparator.comparingLong(Attempt::version))
                        .toList();
        attempts.forEach(attempt -> byId.put(attempt.id(), attempt));
        for (int state = 1; state <= commits.size(); state++) {
            Attempt commit = commits.get(state - 1);
            for (Map.Entry<String, Integer> write : lastWrites(commit).entrySet()) {
                writers.computeIfAbsent(write.getKey(), _ -> new TreeMap<>())
                        .put(state, write.getValue());
            }
        }
    }

    /** What is wrong. */
    public enum Kind {
        /** It saw what was never committed. */
        DIRTY_READ,
        /** It did not see what it had written itself. */
        OWN_WRITE_LOST,
        /** It read a record twice, and saw two things. */
        NON_REPEATABLE_READ,
        /** What it read of several records was never there at the same time. */
        READ_SKEW,
        /** A search saw something else than the reads beside it. */
        SEARCH_DISAGREES,
        /** It saw less than what was committed before it began. */
        STALE_READ,
        /** It wrote over what another had committed meanwhile. */
        LOST_UPDATE
    }

    /**
     * A transaction that is not as it should be.
     *
     * @param kind what is wrong
     * @param attempt its id
     * @param what it did, in words
     */
    public record Violation(Kind kind, int attempt, String what) {}

    /** All violations, by transaction; at most one for each, the plainest. */
    public static List<Violation> check(List<Attempt> attempts) {
        HistoryChecker checker = new HistoryChecker(attempts);
        List<Violation> violations = new ArrayList<>();
        for (Attempt attempt : attempts) {
            checker.check(attempt, violations);
        }
        return violations;
    }

    /** What a transaction leaves behind: its own id, or nothing where it deleted. */
    private static Map<String, Integer> lastWrites(Attempt attempt) {
        Map<String, Integer> last = new HashMap<>();
        for (Op op : attempt.ops()) {
            switch (op) {
                case Op.Write(String key) -> last.put(key, attempt.id());
                case Op.Delete(String key) -> last.put(key, History.NOTHING);
                case Op.Undo(String key) -> last.remove(key);
                case Op.Read _, Op.Search _ -> {}
            }
        }
        return last;
    }

    /** What is seen of a record that a transaction has not written itself. */
    private record Seen(String key, int writer, boolean bySearch) {}

    private void check(Attempt attempt, List<Violation> violations) {
        List<Seen> seen = new ArrayList<>();
        Violation early = look(attempt, seen);
        if (early == null) {
            early = repeat(attempt, seen);
        }
        if (early != null) {
            violations.add(early);
            return;
        }
        BitSet states = new BitSet();
        states.set(0, commits.size() + 1);
        seen.stream().filter(one -> !one.bySearch).forEach(one -> states.and(statesOf(one)));
        if (states.isEmpty()) {
            violations.add(violation(Kind.READ_SKEW, attempt, seen));
            return;
        }
        seen.stream().filter(one -> one.bySearch).forEach(one -> states.and(statesOf(one)));
        if (states.isEmpty()) {
            violations.add(violation(Kind.SEARCH_DISAGREES, attempt, seen));
            return;
        }
        states.clear(0, firstStateFor(attempt));
        if (states.isEmpty()) {
            violations.add(violation(Kind.STALE_READ, attempt, seen));
            return;
        }
        if (attempt.isCommitted()) {
            int own = commits.indexOf(attempt) + 1;
            int state = states.nextSetBit(lastForeignWrite(attempt, own));
            if (state < 0 || state >= own) {
                violations.add(violation(Kind.LOST_UPDATE, attempt, seen));
            }
        }
    }

    private static Violation violation(Kind kind, Attempt attempt, List<Seen> seen) {
        return new Violation(kind, attempt.id(), "transaction " + attempt + " saw " + seen);
    }

    /** Gathers what was seen of others; tells what cannot be right whatever the others did. */
    private @Nullable Violation look(Attempt attempt, List<Seen> seen) {
        Map<String, Integer> own = new HashMap<>();
        for (Op op : attempt.ops()) {
            switch (op) {
                case Op.Write(String key) -> own.put(key, attempt.id());
                case Op.Delete(String key) -> own.put(key, History.NOTHING);
                case Op.Undo(String key) -> own.put(key, History.NOTHING);
                case Op.Read(String key, int writer) -> {
                    if (!own.containsKey(key)) {
                        seen.add(new Seen(key, writer, false));
                    } else if (own.get(key) != writer) {
                        return violation(Kind.OWN_WRITE_LOST, attempt, seen);
                    }
                }
                case Op.Search search -> {
                    for (String key : keys(search, own)) {
                        int writer = search.found().getOrDefault(key, History.NOTHING);
                        if (!own.containsKey(key)) {
                            seen.add(new Seen(key, writer, true));
                        } else if (own.get(key) != writer) {
                            return violation(Kind.OWN_WRITE_LOST, attempt, seen);
                        }
                    }
                }
            }
        }
        for (Seen one : seen) {
            if (one.writer != History.NOTHING && !isCommittedValue(one)) {
                return violation(Kind.DIRTY_READ, attempt, List.of(one));
            }
        }
        return null;
    }

    private boolean isCommittedValue(Seen seen) {
        Attempt writer = byId.get(seen.writer);
        return writer != null
                && writer.isCommitted()
                && lastWrites(writer).getOrDefault(seen.key, History.NOTHING) == seen.writer;
    }

    /** The records that a search could have seen. */
    private Set<String> keys(Op.Search search, Map<String, Integer> own) {
        Set<String> keys = new TreeSet<>(search.found().keySet());
        keys.addAll(writers.keySet());
        keys.addAll(own.keySet());
        keys.removeIf(key -> !key.startsWith(search.prefix()));
        return keys;
    }

    private static @Nullable Violation repeat(Attempt attempt, List<Seen> seen) {
        Map<String, Integer> first = new HashMap<>();
        for (Seen one : seen) {
            Integer before = first.putIfAbsent(one.key, one.writer);
            if (!one.bySearch && before != null && before != one.writer) {
                return violation(Kind.NON_REPEATABLE_READ, attempt, seen);
            }
        }
        return null;
    }

    /** The states in which this is to be seen. */
    private BitSet statesOf(Seen seen) {
        BitSet states = new BitSet();
        int from = 0;
        int writer = History.NOTHING;
        for (Map.Entry<Integer, Integer> change : changes(seen.key).entrySet()) {
            if (writer == seen.writer) {
                states.set(from, change.getKey());
            }
            from = change.getKey();
            writer = change.getValue();
        }
        if (writer == seen.writer) {
            states.set(from, commits.size() + 1);
        }
        return states;
    }

    /** Who is seen of a record, by the state from which on it is. */
    private NavigableMap<Integer, Integer> changes(String key) {
        return writers.getOrDefault(key, new TreeMap<>());
    }

    /** The first state with all that was committed before the attempt began. */
    private int firstStateFor(Attempt attempt) {
        for (int state = commits.size(); state > 0; state--) {
            if (commits.get(state - 1).ended() < attempt.began()) {
                return state;
            }
        }
        return 0;
    }

    /** The last state before its own in which another wrote what the attempt writes. */
    private int lastForeignWrite(Attempt attempt, int own) {
        int last = 0;
        Set<String> keys = new HashSet<>(lastWrites(attempt).keySet());
        for (String key : keys) {
            Integer before = changes(key).lowerKey(own);
            last = Math.max(last, before == null ? 0 : before);
        }
        return last;
    }
}
