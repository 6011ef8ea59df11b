package dev.engram.db;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A collection as it was at a moment. Every call looks it up anew, and throws
 * IllegalArgumentException once the moment is further back than the collection is kept.
 */
public final class Past {

    private final Database database;
    private final String name;
    private final Instant moment;

    Past(Database database, String name, Instant moment) {
        this.database = database;
        this.name = name;
        this.moment = moment;
    }

    /** The moment, to the millisecond: all commits of that millisecond are seen. */
    public Instant moment() {
        return moment;
    }

    /** The record of an id, as it was. */
    public Optional<Point> get(String id) {
        return database.call(
                name,
                records ->
                        records.past(moment, view -> records.reading().get(id, view))
                                .map(Version::point));
    }

    /** The records that were nearest to a text: see {@link Collection#search(String, int)}. */
    public List<Hit> search(String query, int k) {
        return search(query, k, Filter.every());
    }

    /** Of those that a filter accepts: see {@link Collection#search(String, int, Filter)}. */
    public List<Hit> search(String query, int k, Filter filter) {
        Collection.check(k, Collection.BEAM_DEFAULT);
        return database.call(
                name,
                records ->
                        search(
                                records,
                                records.vectors().ofQuery(query),
                                k,
                                Collection.BEAM_DEFAULT,
                                filter));
    }

    /** The records that were nearest to a vector: see {@link Collection#search(float[], int)}. */
    public List<Hit> search(float[] vector, int k) {
        return search(vector, k, Collection.BEAM_DEFAULT);
    }

    /** The same, with a beam: see {@link Collection#search(float[], int, int)}. */
    public List<Hit> search(float[] vector, int k, int beam) {
        return search(vector, k, beam, Filter.every());
    }

    /** Of those that a filter accepts: see {@link Collection#search(float[], int, Filter)}. */
    public List<Hit> search(float[] vector, int k, int beam, Filter filter) {
        Collection.check(k, beam);
        return database.call(
                name,
                records -> search(records, records.vectors().ofQuery(vector), k, beam, filter));
    }

    /** The best answers to a question at that moment: see {@link Collection#search(Search)}. */
    public Answer search(Search wish) {
        return database.call(
                name,
                records -> records.past(moment, view -> records.reading().search(wish, view)));
    }

    private List<Hit> search(Records records, float[] query, int k, int beam, Filter filter) {
        return records.past(moment, view -> records.reading().search(query, k, beam, filter, view));
    }
}
