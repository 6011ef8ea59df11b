package dev.engram.db;

import dev.engram.db.commit.Moment;
import dev.engram.db.shard.Shard;
import dev.engram.db.shard.View;
import dev.engram.error.ConflictException;
import dev.engram.error.LimitExceededException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Reads and writes of any records of any collections that belong together. All of it is read as it
 * was when the transaction began, with its own writes on top; all of it is written at once by
 * {@link #commit}, or nothing is. Of two transactions that write the same record, the first to
 * commit wins, and the other gets a {@link ConflictException}: this is snapshot isolation.
 *
 * <p>One thread at a time. Closing without a commit rolls back. Every method throws
 * IllegalStateException once it has ended, or while another thread is using it, {@link
 * LimitExceededException} past its lease, and {@link ConflictException} for a collection that came
 * or was replaced after it began.
 */
public final class Transaction implements AutoCloseable {

    private enum State {
        OPEN,
        COMMITTED,
        ROLLED_BACK
    }

    private final Database database;
    private final Commits commits;
    private final TransactionOptions options;
    private final Moment moment;
    private final View view;
    private final WriteSet writes;

    /** The stored rows that its own writes take the place of, as far as a search asked for them. */
    private final Map<WriteSet.Key, Long> replaced = new HashMap<>();

    private final AtomicReference<@Nullable Thread> user = new AtomicReference<>();
    private State state = State.OPEN;

    Transaction(Database database, Commits commits, TransactionOptions options) {
        this.database = database;
        this.commits = commits;
        this.options = options;
        this.moment = commits.lease(options.lease());
        this.view = View.at(moment.ts(), commits.millis());
        this.writes =
                new WriteSet(
                        view,
                        options.durability() == TransactionOptions.Durability.SYNCED,
                        options.key());
    }

    /** The record of an id. Under cosine its vector comes back at length 1. */
    public Optional<Point> get(String collection, String id) {
        Point.checkId(id);
        return use(collection, records -> get(records, id));
    }

    private Optional<Point> get(Records records, String id) {
        return switch (writes.writes().get(new WriteSet.Key(records, id))) {
            case null -> records.reading().get(id, view).map(Version::point);
            case WriteSet.Write.Put put ->
                    isOver(put) ? Optional.empty() : Optional.of(put.point());
            case WriteSet.Write.Delete(), WriteSet.Write.Over(_, _) -> Optional.empty();
        };
    }

    private boolean isOver(WriteSet.Write.Put put) {
        return put.expires() != 0 && put.expires() <= view.now();
    }

    /** Sets records, replacing those of the same ids; others see it after the commit. */
    public void put(String collection, Point... points) {
        put(collection, Arrays.asList(points));
    }

    /** Sets records, replacing those of the same ids; others see it after the commit. */
    public void put(String collection, List<Point> points) {
        List<Point> wanted = List.copyOf(points);
        use(
                collection,
                records -> {
                    for (WriteSet.Write.Put put : records.prepare(wanted)) {
                        writes.write(records, put.point().id(), put);
                    }
                    return records;
                });
    }

    /**
     * Sets a record that is still the version the caller knows.
     *
     * @param version its {@link Version#number}, or {@link Version#NONE} for a record that must not
     *     be there
     * @throws ConflictException where it is another
     */
    public void putIf(String collection, Point point, long version) {
        use(
                collection,
                records -> {
                    long found =
                            records.reading().get(point.id(), view).map(Version::number).orElse(0L);
                    if (found != version) {
                        throw new ConflictException(
                                "record '%s' of '%s': version %d (expected: %d)"
                                        .formatted(point.id(), collection, found, version));
                    }
                    for (WriteSet.Write.Put put : records.prepare(List.of(point))) {
                        writes.write(records, put.point().id(), put);
                    }
                    return records;
                });
    }

    /**
     * Removes records; others see it after the commit.
     *
     * @return how many there were
     */
    public int delete(String collection, String... ids) {
        Set<String> wanted = new HashSet<>(Arrays.asList(ids));
        wanted.forEach(Point::checkId);
        return use(
                collection,
                records -> {
                    records.checkWritable();
                    int there = 0;
                    for (String id : wanted) {
                        there += get(records, id).isPresent() ? 1 : 0;
                        writes.write(records, id, new WriteSet.Write.Delete());
                    }
                    return there;
                });
    }

    /** The records nearest to a vector, best first: see {@link Collection#search(float[], int)}. */
    public List<Hit> search(String collection, float[] vector, int k) {
        return search(collection, vector, k, Collection.BEAM_DEFAULT);
    }

    /** The same, with a beam: see {@link Collection#search(float[], int, int)}. */
    public List<Hit> search(String collection, float[] vector, int k, int beam) {
        return search(collection, vector, k, beam, Filter.every());
    }

    /** Of those that a filter accepts: see {@link Collection#search(float[], int, Filter)}. */
    public List<Hit> search(String collection, float[] vector, int k, int beam, Filter filter) {
        Collection.check(k, beam);
        return use(
                collection,
                records -> search(records, records.vectors().ofQuery(vector), k, beam, filter));
    }

    /** The records nearest to a text, best first: see {@link Collection#search(String, int)}. */
    public List<Hit> search(String collection, String query, int k) {
        return search(collection, query, k, Filter.every());
    }

    /** Of those that a filter accepts: see {@link Collection#search(String, int, Filter)}. */
    public List<Hit> search(String collection, String query, int k, Filter filter) {
        Collection.check(k, Collection.BEAM_DEFAULT);
        return use(
                collection,
                records ->
                        search(
                                records,
                                records.vectors().ofQuery(query),
                                k,
                                Collection.BEAM_DEFAULT,
                                filter));
    }

    private List<Hit> search(Records records, float[] query, int k, int beam, Filter filter) {
        List<WriteSet.Write.Put> own = new ArrayList<>();
        Set<Long> hidden = new HashSet<>();
        writes.writes()
                .forEach(
                        (key, write) -> {
                            if (key.records() == records) {
                                hidden.add(replaced.computeIfAbsent(key, this::rowOf));
                                if (write instanceof WriteSet.Write.Put put
                                        && !isOver(put)
                                        && filter.matches(put.point())) {
                                    own.add(put);
                                }
                            }
                        });
        List<Shard.Found> found =
                new ArrayList<>(
                        records.reading().find(query, k, beam, filter, view.without(hidden)));
        found.addAll(compare(records, own, query));
        return records.reading()
                .hits(Shard.nearest(found, k), row -> own.get(Math.toIntExact(-row - 1)));
    }

    private long rowOf(WriteSet.Key key) {
        RowReader.Located row = key.records().reader().find(key.id(), view);
        return row == null ? 0 : row.number();
    }

    /** Its own records get numbers that no row has: -1, -2, ... */
    private static List<Shard.Found> compare(
            Records records, List<WriteSet.Write.Put> own, float[] query) {
        List<Shard.NewRow> rows = new ArrayList<>(own.size());
        for (int i = 0; i < own.size(); i++) {
            rows.add(new Shard.NewRow(i + 1, 0, 0, own.get(i).vector()));
        }
        return Shard.compare(records.shardSettings(), rows, query).stream()
                .map(found -> new Shard.Found(-found.number(), found.distance()))
                .toList();
    }

    /**
     * Writes all at once; durable when it returns, unless the options ask for less. Where it fails,
     * nothing is written.
     *
     * @return the version of the records written: see {@link Version#number}; where nothing was
     *     written, the newest version this transaction could see
     * @throws ConflictException naming a record that another transaction has changed meanwhile
     */
    public long commit() {
        return alone(
                () -> {
                    // Whatever happens now, it has ended.
                    state = State.ROLLED_BACK;
                    long version =
                            writes.writes().isEmpty() ? moment.ts() : database.commit(writes);
                    state = State.COMMITTED;
                    return version;
                });
    }

    /** Forgets all writes, and ends. */
    public void rollback() {
        alone(
                () -> {
                    state = State.ROLLED_BACK;
                    return state;
                });
    }

    private <T> T use(String collection, Function<Records, T> work) {
        return alone(
                () ->
                        database.call(
                                collection,
                                records -> {
                                    checkNotNewer(records);
                                    return work.apply(records);
                                }));
    }

    private void checkNotNewer(Records records) {
        if (records.since() > moment.ts()) {
            throw new ConflictException(
                    "collection '%s' was made or replaced after the transaction began; begin again"
                            .formatted(records.name()));
        }
    }

    private <T> T alone(Supplier<T> work) {
        if (!user.compareAndSet(null, Thread.currentThread())) {
            throw new IllegalStateException(
                    "the transaction is in use by another thread (expected: one at a time)");
        }
        try {
            checkOpen();
            if (!moment.tryHold(commits.clock().now())) {
                throw new LimitExceededException(
                        "the transaction is past its lease of "
                                + options.lease()
                                + "; begin again, with a longer one if need be");
            }
            try {
                return work.get();
            } finally {
                moment.letGo();
            }
        } finally {
            if (state != State.OPEN) {
                moment.end();
            }
            user.set(null);
        }
    }

    private void checkOpen() {
        String trouble =
                switch (state) {
                    case OPEN -> null;
                    case COMMITTED -> "committed";
                    case ROLLED_BACK -> "rolled back";
                };
        if (trouble != null) {
            throw new IllegalStateException(
                    "the transaction is " + trouble + " already; begin another");
        }
    }

    /** Rolls back, unless it was committed. A second call does nothing. */
    @Override
    public void close() {
        if (!user.compareAndSet(null, Thread.currentThread())) {
            throw new IllegalStateException(
                    "the transaction is in use by another thread (expected: one at a time)");
        }
        try {
            if (state == State.OPEN) {
                state = State.ROLLED_BACK;
            }
            moment.end();
        } finally {
            user.set(null);
        }
    }
}
