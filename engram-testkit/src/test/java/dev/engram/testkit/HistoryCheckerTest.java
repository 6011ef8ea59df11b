package dev.engram.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.engram.testkit.History.Attempt;
import dev.engram.testkit.History.Op;
import dev.engram.testkit.HistoryChecker.Kind;
import dev.engram.testkit.HistoryChecker.Violation;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/** The checker finds every kind of violation that was planted, and nothing else. */
@Seeded
final class HistoryCheckerTest {

    private static Op read(String key, int writer) {
        return new Op.Read(key, writer);
    }

    private static Op write(String key) {
        return new Op.Write(key);
    }

    private static Op delete(String key) {
        return new Op.Delete(key);
    }

    private static Op search(Map<String, Integer> found) {
        return new Op.Search("", found);
    }

    /** Transactions one after the other, from time 10 * id on, each committed as its id. */
    private static Attempt committed(int id, Op... ops) {
        return new Attempt(id, 10L * id, 10L * id + 5, id, List.of(ops));
    }

    /** A transaction that begins at a time and ends at another. */
    private static Attempt during(int id, long began, long ended, long version, Op... ops) {
        return new Attempt(id, began, ended, version, List.of(ops));
    }

    private static void finds(Kind kind, int attempt, Attempt... history) {
        assertThat(HistoryChecker.check(List.of(history)))
                .extracting(Violation::kind, Violation::attempt)
                .containsExactly(tuple(kind, attempt));
    }

    private static void findsNothing(Attempt... history) {
        assertThat(HistoryChecker.check(List.of(history))).isEmpty();
    }

    @Test
    void isContentWithOneAfterTheOther() {
        findsNothing(
                committed(1, write("x"), write("y"), read("x", 1)),
                committed(2, read("x", 1), write("x"), search(Map.of("x", 2, "y", 1))),
                committed(3, read("x", 2), delete("y"), read("y", 0)),
                committed(4, read("y", 0), search(Map.of("x", 2))));
    }

    @Test
    void isContentWithWhatSnapshotIsolationAllows() {
        findsNothing(
                committed(1, write("x"), write("y")),
                // Write skew: each reads what the other writes.
                during(2, 20, 30, 2, read("x", 1), read("y", 1), write("x")),
                during(3, 20, 31, 3, read("x", 1), read("y", 1), write("y")),
                // A write taken back is none.
                during(5, 20, 32, 5, read("z", 0), write("z"), new Op.Undo("z"), read("z", 0)),
                during(6, 20, 33, 6, read("z", 0), write("z")),
                // An old snapshot, while others commit.
                during(4, 19, 60, 0, read("x", 1), read("y", 1), search(Map.of("x", 1, "y", 1))));
    }

    @Test
    void findsADirtyRead() {
        Attempt first = committed(1, write("x"));
        finds(
                Kind.DIRTY_READ,
                3,
                first,
                during(2, 20, 40, 0, write("x")),
                committed(3, read("x", 2)));
        finds(Kind.DIRTY_READ, 3, first, committed(3, read("x", 7)));
        finds(Kind.DIRTY_READ, 3, first, committed(3, search(Map.of("x", 9))));
        // Written, and overwritten by the same transaction.
        finds(
                Kind.DIRTY_READ,
                3,
                committed(2, write("x"), delete("x")),
                committed(3, read("x", 2)));
    }

    @Test
    void findsAnOwnWriteThatIsLost() {
        Attempt first = committed(1, write("x"));
        finds(Kind.OWN_WRITE_LOST, 2, first, committed(2, write("x"), read("x", 1)));
        finds(Kind.OWN_WRITE_LOST, 2, first, committed(2, delete("x"), search(Map.of("x", 1))));
        finds(Kind.OWN_WRITE_LOST, 2, first, committed(2, write("y"), search(Map.of("x", 1))));
    }

    @Test
    void findsANonRepeatableRead() {
        finds(
                Kind.NON_REPEATABLE_READ,
                3,
                committed(1, write("x")),
                committed(2, write("x")),
                during(3, 15, 40, 0, read("x", 1), read("x", 2)));
    }

    @Test
    void findsReadSkew() {
        finds(
                Kind.READ_SKEW,
                3,
                committed(1, write("x"), write("y")),
                committed(2, write("x"), write("y")),
                during(3, 15, 40, 0, read("x", 1), read("y", 2)));
        finds(
                Kind.READ_SKEW,
                3,
                committed(1, write("x"), write("y")),
                committed(2, delete("x"), write("y")),
                during(3, 15, 40, 0, read("x", 0), read("y", 1)));
    }

    @Test
    void findsASearchThatDisagreesWithReads() {
        finds(
                Kind.SEARCH_DISAGREES,
                3,
                committed(1, write("x"), write("y")),
                committed(2, write("x")),
                during(3, 15, 40, 0, read("x", 1), search(Map.of("x", 2, "y", 1))));
        finds(
                Kind.SEARCH_DISAGREES,
                3,
                committed(1, write("x"), write("y")),
                committed(2, write("x"), delete("y")),
                during(3, 15, 40, 0, search(Map.of("x", 1))));
    }

    @Test
    void findsAStaleRead() {
        finds(
                Kind.STALE_READ,
                3,
                committed(1, write("x")),
                committed(2, write("x")),
                committed(3, read("x", 1)));
    }

    @Test
    void findsALostUpdate() {
        finds(
                Kind.LOST_UPDATE,
                3,
                committed(1, write("x")),
                during(2, 20, 30, 2, read("x", 1), write("x")),
                during(3, 20, 40, 3, read("x", 1), write("x")));
        finds(
                Kind.LOST_UPDATE,
                3,
                committed(1, write("x")),
                during(2, 20, 30, 2, delete("x")),
                during(3, 20, 40, 3, read("x", 1), write("x")));
    }

    /** A store that keeps snapshot isolation by doing one thing at a time. */
    private static final class Reference {
        private final RandomGenerator random;
        private final List<Map<String, Integer>> states = new ArrayList<>(List.of(Map.of()));
        private final Map<String, Integer> lastWrite = new HashMap<>();
        private final List<Attempt> history = new ArrayList<>();
        private long time;

        Reference(RandomGenerator random) {
            this.random = random;
        }

        /** Begins in one of the last states, as if it had taken that long. */
        void attempt(int id) {
            int snapshot = Math.max(0, states.size() - 1 - random.nextInt(3));
            long began = snapshot == 0 ? 0 : 10L * snapshot + 6;
            Map<String, Integer> view = new HashMap<>(states.get(snapshot));
            Map<String, Integer> written = new HashMap<>();
            List<Op> ops = new ArrayList<>();
            for (int left = 1 + random.nextInt(6); left > 0; left--) {
                String key = "k" + random.nextInt(5);
                switch (random.nextInt(5)) {
                    case 0, 1 -> ops.add(read(key, view.getOrDefault(key, 0)));
                    case 2 -> ops.add(search(view));
                    case 3 -> {
                        ops.add(write(key));
                        view.put(key, id);
                        written.put(key, id);
                    }
                    default -> {
                        if (view.remove(key) != null) {
                            ops.add(delete(key));
                            written.put(key, 0);
                        }
                    }
                }
            }
            boolean wins =
                    written.keySet().stream()
                            .allMatch(key -> lastWrite.getOrDefault(key, 0) <= snapshot);
            boolean commits = wins && random.nextInt(8) > 0;
            int version = states.size();
            time = 10L * version + (commits ? 5 : 8);
            history.add(new Attempt(id, began, time, commits ? version : 0, ops));
            if (commits) {
                Map<String, Integer> next = new HashMap<>(states.getLast());
                written.forEach(
                        (key, writer) -> {
                            lastWrite.put(key, version);
                            if (writer == 0) {
                                next.remove(key);
                            } else {
                                next.put(key, writer);
                            }
                        });
                states.add(next);
            }
        }
    }

    @SeededTest
    void isContentWithAStoreThatKeepsTheRules(RandomGenerator random) {
        Reference reference = new Reference(random);
        for (int id = 1; id <= 300; id++) {
            reference.attempt(id);
        }
        assertThat(HistoryChecker.check(reference.history)).isEmpty();
        assertThat(reference.states).hasSizeGreaterThan(100);
    }

    /** Whatever single value is replaced by another one, somebody has seen what cannot be. */
    @SeededTest
    void findsAnySingleWrongValue(RandomGenerator random) {
        Reference reference = new Reference(random);
        for (int id = 1; id <= 120; id++) {
            reference.attempt(id);
        }
        int planted = 0;
        for (int i = 0; i < reference.history.size(); i++) {
            Attempt sound = reference.history.get(i);
            for (int at = 0; at < sound.ops().size(); at++) {
                if (sound.ops().get(at) instanceof Op.Read(String key, int writer)) {
                    List<Op> ops = new ArrayList<>(sound.ops());
                    // Nobody writes under this number.
                    ops.set(at, read(key, 100_000 + writer));
                    List<Attempt> history = new ArrayList<>(reference.history);
                    history.set(
                            i,
                            new Attempt(
                                    sound.id(),
                                    sound.began(),
                                    sound.ended(),
                                    sound.version(),
                                    ops));
                    assertThat(HistoryChecker.check(history))
                            .extracting(Violation::attempt)
                            .containsExactly(sound.id());
                    planted++;
                }
            }
        }
        assertThat(planted).isGreaterThan(50);
    }
}
