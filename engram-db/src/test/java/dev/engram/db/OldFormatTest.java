package dev.engram.db;

import static org.assertj.core.api.Assertions.assertThat;

import dev.engram.db.rows.Family;
import dev.engram.db.rows.RowBatch;
import dev.engram.db.rows.RowKey;
import dev.engram.db.rows.RowStore;
import dev.engram.db.rows.StoredRow;
import dev.engram.testkit.Seeded;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A folder as format 1 had it, before there were timestamps, is read and written to. */
@Seeded
final class OldFormatTest {

    private static final int DIMENSION = 3;
    private static final int COLLECTION = 1;

    @TempDir(factory = QuickFolder.class)
    private Path folder;

    private final TreeMap<String, Point> records = new TreeMap<>();

    /** Writes a folder, and then takes out of its rows what format 1 did not have. */
    private void fill(RandomGenerator random) {
        List<Point> points = Samples.points(random, "p", 30, DIMENSION);
        try (Database database = Database.open(folder)) {
            Collection collection = database.create("a", Samples.flat(DIMENSION));
            for (int i = 0; i < 30; i += 5) {
                collection.put(points.subList(i, i + 5));
            }
            points.forEach(point -> records.put(point.id(), point));
        }
        try (RowStore rows = RowStore.open(folder.resolve("rows"));
                RowBatch batch = rows.batch()) {
            age(rows, batch);
            rows.write(batch);
        }
    }

    private static void age(RowStore rows, RowBatch batch) {
        byte[] from = RowKey.row(COLLECTION, 1);
        byte[] end = RowKey.end(COLLECTION);
        byte[] one = ByteBuffer.allocate(Integer.BYTES).putInt(1).array();
        batch.put(Family.CATALOG, "format".getBytes(StandardCharsets.UTF_8), one);
        batch.delete(Family.CATALOG, "clock".getBytes(StandardCharsets.UTF_8));
        byte[] name = "collection/a".getBytes(StandardCharsets.UTF_8);
        CatalogEntry entry = CatalogEntry.decode("a", rows.get(Family.CATALOG, name));
        batch.put(Family.CATALOG, name, entry.withSince(0).encode());
        rows.scan(
                Family.ROWS,
                from,
                end,
                (key, value) -> {
                    StoredRow row = StoredRow.decode(value);
                    byte[] body = StoredRow.body(row.id(), row.text(), row.metadata());
                    byte[] old =
                            ByteBuffer.allocate(1 + body.length).put((byte) 1).put(body).array();
                    batch.put(Family.ROWS, key, old);
                });
        rows.scan(
                Family.IDS,
                RowKey.prefix(COLLECTION),
                end,
                (key, value) -> batch.put(Family.IDS, key, Arrays.copyOf(value, Long.BYTES)));
        rows.scan(
                Family.VECTORS,
                from,
                end,
                (key, value) ->
                        batch.put(
                                Family.VECTORS,
                                key,
                                Arrays.copyOfRange(value, Long.BYTES, value.length)));
        // A record that was deleted: its row is still there, its id is not.
        rows.scan(
                Family.IDS,
                RowKey.id(COLLECTION, "p7"),
                RowKey.id(COLLECTION, "p8"),
                (key, value) -> {
                    batch.delete(Family.IDS, key);
                    long row = RowKey.rowNumber(Arrays.copyOf(value, Long.BYTES));
                    batch.put(Family.DEAD, RowKey.row(COLLECTION, row), new byte[0]);
                });
        byte[] stats = "stats/\0\0\0\u0001".getBytes(StandardCharsets.UTF_8);
        byte[] counts = rows.get(Family.CATALOG, stats);
        ByteBuffer.wrap(counts).putLong(0, 29);
        batch.put(Family.CATALOG, stats, counts);
    }

    private void check(Database database, RandomGenerator random) {
        Collection collection = database.collection("a");
        TreeMap<String, float[]> vectors = new TreeMap<>();
        records.forEach((id, point) -> vectors.put(id, point.vector()));
        float[] query = Samples.vector(random, DIMENSION);
        new ExactAnswers(Samples.flat(DIMENSION).metric(), vectors)
                .check(collection.search(query, 100), query, 100);
        records.forEach((id, point) -> assertThat(collection.get(id)).contains(point));
        assertThat(collection.get("p7")).isEqualTo(Optional.ofNullable(records.get("p7")));
        assertThat(collection.info().records()).isEqualTo(records.size());
    }

    @Test
    void isReadAsItIsAndWrittenAnew(RandomGenerator random) {
        fill(random);
        records.remove("p7");
        try (Database database = Database.openReadOnly(folder, Models.NONE)) {
            check(database, random);
        }
        for (int i = 0; i < 2; i++) {
            try (Database database = Database.open(folder)) {
                check(database, random);
                Collection collection = database.collection("a");
                try (Transaction transaction = database.begin()) {
                    Point other = Samples.point(random, "p" + (7 + i), DIMENSION);
                    transaction.put("a", other);
                    transaction.delete("a", "p2" + i);
                    transaction.commit();
                    records.put(other.id(), other);
                    records.remove("p2" + i);
                }
                check(database, random);
                assertThat(collection.version("p1").orElseThrow().number()).isEqualTo(1);
                Map<String, Object> none = Map.of();
                collection.put(
                        new Point("t", "x".repeat(i), new float[DIMENSION], Map.copyOf(none)));
                records.put("t", collection.get("t").orElseThrow());
            }
        }
    }
}
