package dev.engram.db;

import dev.engram.db.rows.Family;
import dev.engram.db.rows.RowBatch;
import dev.engram.db.rows.RowKey;
import dev.engram.db.rows.RowStore;
import dev.engram.error.CorruptException;
import dev.engram.error.UnavailableException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Which collections there are.
 *
 * <pre>
 *   key                       value
 *   format                    u32, version of the whole data folder
 *   next                      u32, the next collection number
 *   collection/NAME           CatalogEntry
 *   stats/NUMBER (u32)        Stats
 *   model/NUMBER (u32)        the model that was fitted on the collection: see ModelState
 *   garbage/NUMBER (u32)      nothing: what there is of that collection is to be removed
 *   clock                     u64, no timestamp given out before is larger
 *   identity                  u128, chosen at random when the folder was made
 *   done/KEY                  Done, of a transaction that is to be done once
 * </pre>
 */
final class Catalog {

    private static final int FORMAT = 2;
    private static final byte[] KEY_FORMAT = ascii("format");
    private static final byte[] KEY_NEXT = ascii("next");
    private static final byte[] KEY_IDENTITY = ascii("identity");
    private static final String COLLECTION = "collection/";
    private static final String GARBAGE = "garbage/";
    private static final String STATS = "stats/";
    private static final String DONE = "done/";
    private static final String MODEL = "model/";
    private static final byte[] KEY_CLOCK = ascii("clock");

    private final RowStore rows;

    Catalog(RowStore rows) {
        this.rows = rows;
    }

    /**
     * Counts kept with every commit.
     *
     * @param records there are
     * @param textBytes of their texts in UTF-8
     * @param nextRow the number the next row gets
     */
    record Stats(long records, long textBytes, long nextRow) {

        static final Stats NONE = new Stats(0, 0, 1);

        Stats plus(long recordsMore, long textBytesMore, long rowsMore) {
            return new Stats(records + recordsMore, textBytes + textBytesMore, nextRow + rowsMore);
        }
    }

    /** Refuses a folder written by a newer engram; marks a new one. */
    void checkFormat(boolean readOnly) {
        byte[] value = rows.get(Family.CATALOG, KEY_FORMAT);
        if (value != null) {
            int format = ByteBuffer.wrap(value).getInt();
            if (format > FORMAT) {
                throw new UnavailableException(
                        "the data folder has format "
                                + format
                                + " (this engram reads 1.."
                                + FORMAT
                                + "); open it with the newer engram that wrote it");
            }
        }
        boolean older = value == null || ByteBuffer.wrap(value).getInt() < FORMAT;
        boolean nameless = rows.get(Family.CATALOG, KEY_IDENTITY) == null;
        if ((older || nameless) && !readOnly) {
            // All that format 1 wrote is read as it is; what is written from here on is not.
            try (RowBatch batch = rows.batch()) {
                batch.put(Family.CATALOG, KEY_FORMAT, number(FORMAT));
                if (nameless) {
                    batch.put(Family.CATALOG, KEY_IDENTITY, bytes(UUID.randomUUID()));
                }
                rows.write(batch);
            }
        }
    }

    /** Tells this database from others, whatever copy it is of; open for writing. */
    UUID identity() {
        byte[] value = rows.get(Family.CATALOG, KEY_IDENTITY);
        if (value == null || value.length != 2 * Long.BYTES) {
            throw new CorruptException("rows", 0, "the database has no identity");
        }
        ByteBuffer bytes = ByteBuffer.wrap(value);
        return new UUID(bytes.getLong(), bytes.getLong());
    }

    private static byte[] bytes(UUID identity) {
        return ByteBuffer.allocate(2 * Long.BYTES)
                .putLong(identity.getMostSignificantBits())
                .putLong(identity.getLeastSignificantBits())
                .array();
    }

    Map<String, CatalogEntry> entries() {
        Map<String, CatalogEntry> found = new TreeMap<>();
        rows.scan(
                Family.CATALOG,
                ascii(COLLECTION),
                ascii("collection0"), // '0' is the letter behind '/'
                (key, value) -> {
                    String name =
                            new String(key, StandardCharsets.UTF_8).substring(COLLECTION.length());
                    found.put(name, CatalogEntry.decode(name, value));
                });
        return found;
    }

    void put(RowBatch batch, String name, CatalogEntry entry) {
        batch.put(Family.CATALOG, nameKey(name), entry.encode());
    }

    void remove(RowBatch batch, String name) {
        batch.delete(Family.CATALOG, nameKey(name));
    }

    /** A number for a new collection; taken for good once the batch is written. */
    int takeNumber(RowBatch batch) {
        byte[] value = rows.get(Family.CATALOG, KEY_NEXT);
        int next = value == null ? 1 : ByteBuffer.wrap(value).getInt();
        batch.put(Family.CATALOG, KEY_NEXT, number(next + 1));
        return next;
    }

    Stats stats(int collection) {
        byte[] value = rows.get(Family.CATALOG, key(STATS, collection));
        if (value == null) {
            return Stats.NONE;
        }
        ByteBuffer bytes = ByteBuffer.wrap(value);
        return new Stats(bytes.getLong(), bytes.getLong(), bytes.getLong());
    }

    void put(RowBatch batch, int collection, Stats stats) {
        batch.put(
                Family.CATALOG,
                key(STATS, collection),
                ByteBuffer.allocate(3 * Long.BYTES)
                        .putLong(stats.records())
                        .putLong(stats.textBytes())
                        .putLong(stats.nextRow())
                        .array());
    }

    /** The largest timestamp there may be. */
    long clock() {
        byte[] value = rows.get(Family.CATALOG, KEY_CLOCK);
        return value == null ? 0 : ByteBuffer.wrap(value).getLong();
    }

    void putClock(RowBatch batch, long ts) {
        batch.put(Family.CATALOG, KEY_CLOCK, ByteBuffer.allocate(Long.BYTES).putLong(ts).array());
    }

    /**
     * What a transaction with an idempotency key did.
     *
     * @param ts of its commit
     * @param content hash of what it wrote
     */
    record Done(long ts, byte[] content) {}

    @Nullable Done done(String key) {
        byte[] value = rows.get(Family.CATALOG, doneKey(key));
        return value == null ? null : decodeDone(value);
    }

    private static Done decodeDone(byte[] value) {
        byte[] content = new byte[value.length - Long.BYTES];
        return new Done(ByteBuffer.wrap(value).get(Long.BYTES, content).getLong(), content);
    }

    void putDone(RowBatch batch, String key, Done done) {
        batch.put(
                Family.CATALOG,
                doneKey(key),
                ByteBuffer.allocate(Long.BYTES + done.content.length)
                        .putLong(done.ts)
                        .put(done.content)
                        .array());
    }

    /** Adds to a batch the removal of what was done before that time. */
    void forgetDone(RowBatch batch, long before) {
        rows.scan(
                Family.CATALOG,
                ascii(DONE),
                ascii("done0"),
                (key, value) -> {
                    if (decodeDone(value).ts < before) {
                        batch.delete(Family.CATALOG, key);
                    }
                });
    }

    private static byte[] doneKey(String key) {
        return (DONE + key).getBytes(StandardCharsets.UTF_8);
    }

    /** Has all of a collection removed, now or after a crash. */
    void markGarbage(RowBatch batch, int collection) {
        batch.put(Family.CATALOG, key(GARBAGE, collection), new byte[0]);
    }

    void unmarkGarbage(RowBatch batch, int collection) {
        batch.delete(Family.CATALOG, key(GARBAGE, collection));
    }

    List<Integer> garbage() {
        List<Integer> found = new ArrayList<>();
        rows.scan(
                Family.CATALOG,
                ascii(GARBAGE),
                ascii("garbage0"),
                (key, _) -> found.add(ByteBuffer.wrap(key).getInt(GARBAGE.length())));
        return found;
    }

    /** Adds the removal of all rows of a collection to a batch. */
    void removeRows(RowBatch batch, int collection) {
        for (Family family : RowStore.OF_COLLECTIONS) {
            batch.deleteRange(family, RowKey.prefix(collection), RowKey.end(collection));
        }
        batch.delete(Family.CATALOG, key(STATS, collection));
        batch.delete(Family.CATALOG, key(MODEL, collection));
    }

    /** Keeps the model of a collection, where it is one that was fitted. */
    void putState(RowBatch batch, int collection, Schema.Content content) {
        switch (content) {
            case Schema.Content.FittedTexts(_, ModelState state) ->
                    batch.put(Family.CATALOG, key(MODEL, collection), state.bytes());
            case Schema.Content.Texts _, Schema.Content.OwnVectors _ -> {}
        }
    }

    /** The model that was fitted on a collection; null where there is none. */
    byte @Nullable [] state(int collection) {
        return rows.get(Family.CATALOG, key(MODEL, collection));
    }

    private static byte[] nameKey(String name) {
        return (COLLECTION + name).getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] key(String kind, int collection) {
        return ByteBuffer.allocate(kind.length() + Integer.BYTES)
                .put(ascii(kind))
                .putInt(collection)
                .array();
    }

    private static byte[] number(int value) {
        return ByteBuffer.allocate(Integer.BYTES).putInt(value).array();
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
