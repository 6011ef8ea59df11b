package dev.engram.db;

import dev.engram.index.IndexSpec;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * A named set of records that can be searched. Safe for many threads.
 *
 * <p>Every method throws {@link dev.engram.error.NotFoundException} once the collection is dropped,
 * {@link dev.engram.error.CorruptException} where its files are damaged, and
 * IllegalArgumentException, with nothing changed, for input it cannot take.
 */
public final class Collection {

    /** The largest number of answers one search can ask for. */
    public static final int K_MAX = 10_000;

    /** Candidates a graph search holds where nothing else is asked for. */
    public static final int BEAM_DEFAULT = 64;

    private static final int ID_LETTERS = 16;

    private final Database database;
    private final String name;

    Collection(Database database, String name) {
        this.database = database;
        this.name = name;
    }

    /** Its name, unique in the database. */
    public String name() {
        return name;
    }

    /**
     * Adds texts, each under an id made of its content: adding a text again changes nothing, and
     * embeds nothing. Durable when it returns.
     *
     * @return the ids, in the order of the texts
     */
    public List<String> add(String... texts) {
        List<Point> points = new ArrayList<>();
        for (String text : texts) {
            points.add(Point.of(contentId(text), text));
        }
        database.run(name, records -> records.putMissing(points));
        return points.stream().map(Point::id).toList();
    }

    /** Sets records, replacing those of the same ids: all or none, durable when it returns. */
    public void put(Point... points) {
        put(Arrays.asList(points));
    }

    /** Sets records, replacing those of the same ids: all or none, durable when it returns. */
    public void put(List<Point> points) {
        database.run(name, records -> records.put(points));
    }

    /**
     * Removes records: all at once, durable when it returns.
     *
     * @return how many there were
     */
    public int delete(String... ids) {
        return database.call(name, records -> records.delete(Arrays.asList(ids)));
    }

    /** The record of an id. Under cosine its vector comes back at length 1. */
    public Optional<Point> get(String id) {
        return database.call(
                name,
                records ->
                        records.now(view -> records.reading().get(id, view)).map(Version::point));
    }

    /**
     * The records whose texts mean most nearly what {@code query} means, best first.
     *
     * @param k how many, 1..10000; fewer come back only where there are fewer
     */
    public List<Hit> search(String query, int k) {
        return search(query, k, BEAM_DEFAULT);
    }

    /**
     * The records nearest to a text, best first.
     *
     * @param beam candidates a graph search holds: more finds more, slower; 1..10000
     */
    public List<Hit> search(String query, int k, int beam) {
        return search(query, k, beam, Filter.every());
    }

    /**
     * Of the records that a filter accepts, those nearest to a text, best first: {@code k} of them
     * wherever as many are accepted.
     */
    public List<Hit> search(String query, int k, Filter filter) {
        return search(query, k, BEAM_DEFAULT, filter);
    }

    /** The same, with a beam: see {@link #search(String, int, int)}. */
    public List<Hit> search(String query, int k, int beam, Filter filter) {
        check(k, beam);
        return database.call(
                name,
                records -> search(records, records.vectors().ofQuery(query), k, beam, filter));
    }

    /**
     * The records nearest to a vector, best first.
     *
     * @param k how many, 1..10000; fewer come back only where there are fewer
     */
    public List<Hit> search(float[] vector, int k) {
        return search(vector, k, BEAM_DEFAULT);
    }

    /**
     * The records nearest to a vector, best first.
     *
     * @param beam candidates a graph search holds: more finds more, slower; 1..10000
     */
    public List<Hit> search(float[] vector, int k, int beam) {
        return search(vector, k, beam, Filter.every());
    }

    /**
     * Of the records that a filter accepts, those nearest to a vector, best first: {@code k} of
     * them wherever as many are accepted.
     */
    public List<Hit> search(float[] vector, int k, Filter filter) {
        return search(vector, k, BEAM_DEFAULT, filter);
    }

    /** The same, with a beam: see {@link #search(float[], int, int)}. */
    public List<Hit> search(float[] vector, int k, int beam, Filter filter) {
        check(k, beam);
        return database.call(
                name,
                records -> search(records, records.vectors().ofQuery(vector), k, beam, filter));
    }

    private static List<Hit> search(
            Records records, float[] query, int k, int beam, Filter filter) {
        return records.now(view -> records.reading().search(query, k, beam, filter, view));
    }

    /**
     * The best answers to a question, by its meaning, its words or both, all from one state of the
     * collection.
     */
    public Answer search(Search wish) {
        return database.call(
                name, records -> records.now(view -> records.reading().search(wish, view)));
    }

    /** All records as they are now, to be gone through: see {@link Cursor}. */
    public Cursor<Point> scan() {
        return scan(Filter.every(), Cursor.LEASE_DEFAULT);
    }

    /**
     * The records that a filter accepts, as they are now, to be gone through.
     *
     * @param lease how long what it shows is kept while nobody uses it; an hour at most
     */
    public Cursor<Point> scan(Filter filter, Duration lease) {
        return database.cursor(name, lease, new RecordSource(filter));
    }

    /**
     * The records nearest to a vector, as they are now, to be gone through best first; up to
     * 100,000. Under an index that is not exact, one that comes later may be nearer.
     *
     * @param beam candidates a graph search holds; more where more are asked for at once
     * @param lease how long what it shows is kept while nobody uses it; an hour at most
     */
    public Cursor<Hit> nearest(float[] vector, int beam, Filter filter, Duration lease) {
        check(1, beam);
        return nearest(
                database.call(name, it -> it.vectors().ofQuery(vector)), filter, beam, lease);
    }

    /** The records nearest to a text: see {@link #nearest(float[], int, Filter, Duration)}. */
    public Cursor<Hit> nearest(String query, int beam, Filter filter, Duration lease) {
        check(1, beam);
        return nearest(database.call(name, it -> it.vectors().ofQuery(query)), filter, beam, lease);
    }

    private Cursor<Hit> nearest(float[] query, Filter filter, int beam, Duration lease) {
        return database.cursor(name, lease, new HitSource(query, beam, filter));
    }

    /** The record of an id together with its version, for {@link #putIf}. */
    public Optional<Version> version(String id) {
        return database.call(name, records -> records.now(view -> records.reading().get(id, view)));
    }

    /**
     * Sets a record that is still the version the caller knows. Durable when it returns.
     *
     * @param version its {@link Version#number}, or {@link Version#NONE} for a record that must not
     *     be there
     * @return the new version
     * @throws dev.engram.error.ConflictException where it is another
     */
    public long putIf(Point point, long version) {
        try (Transaction transaction = database.begin()) {
            transaction.putIf(name, point, version);
            return transaction.commit();
        }
    }

    /**
     * The collection as it was at a moment of its {@link Schema#retention}.
     *
     * @throws IllegalArgumentException where that is in the future, or further back
     */
    public Past asOf(Instant moment) {
        database.run(name, records -> records.past(moment, view -> view));
        return new Past(database, name, moment);
    }

    /**
     * How the records of one moment differ from those of an earlier one, by id; both as for {@link
     * #asOf}.
     */
    public List<Change> diff(Instant from, Instant to) {
        if (from.isAfter(to)) {
            throw new IllegalArgumentException("from: " + from + " (expected: at most " + to + ")");
        }
        return database.call(
                name,
                records ->
                        records.past(
                                from,
                                before ->
                                        records.past(
                                                to,
                                                after ->
                                                        records.reading().changes(before, after))));
    }

    /**
     * Brings all records back to what they were at a moment, as one commit; {@link #asOf} still
     * finds what they were before that.
     *
     * @return how many records had changed
     * @throws dev.engram.error.ConflictException where another commit came between; nothing changed
     */
    public int restore(Instant moment) {
        return database.call(name, records -> records.restore(moment));
    }

    /** What it is and what it holds. */
    public CollectionInfo info() {
        return database.call(name, Records::info);
    }

    /**
     * Reads every byte of its index files, follows every link, and compares the index with the
     * records. A search checks what it touches, and that only once; this finds damage before a
     * search comes to it. It may be read and written meanwhile.
     *
     * @return what is not as it was written; empty where all is
     */
    public List<Finding> verify() {
        return database.call(name, Records::verify);
    }

    /**
     * Has its vectors get another index. Durable when it returns; the index itself is then built by
     * jobs, segment after segment, while searches go on in what there is. {@link #settle} waits for
     * them, and {@link #jobs} tells how far they are.
     *
     * @throws IllegalArgumentException where the index cannot have this metric; nothing changed
     * @throws dev.engram.error.ConflictException where the collection is replaced meanwhile
     */
    public void alter(IndexSpec index) {
        database.alter(name, index);
    }

    /** The work on it that is done beside the calls: see {@link Database#jobs}. */
    public List<Job> jobs() {
        return database.call(name, Records::jobs);
    }

    /**
     * Does the work that is due beside the calls, or waits for it, until there is none: what is too
     * much in memory is sealed, segments are merged, space is given back.
     *
     * @throws dev.engram.error.EngramException where some of it failed; it changed nothing
     * @throws IllegalStateException where jobs are paused
     */
    public void settle() {
        database.run(name, Records::settle);
    }

    /** The id a text gets where none is given: the start of its SHA-256. */
    public static String contentId(String text) {
        try {
            byte[] hash =
                    MessageDigest.getInstance("SHA-256")
                            .digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash).substring(0, ID_LETTERS);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every JDK has SHA-256", e);
        }
    }

    static void check(int k, int beam) {
        checkRange("k", k);
        checkRange("beam", beam);
    }

    private static void checkRange(String what, int value) {
        if (value < 1 || value > K_MAX) {
            throw new IllegalArgumentException(
                    what + ": " + value + " (expected: 1.." + K_MAX + ")");
        }
    }
}
