package dev.engram.db.shard;

import dev.engram.db.rows.Family;
import dev.engram.db.rows.RowBatch;
import dev.engram.db.rows.RowKey;
import dev.engram.db.rows.RowStore;
import dev.engram.error.CorruptException;
import dev.engram.index.Neighbour;
import dev.engram.index.VectorIndex;
import dev.engram.index.VectorsWriter;
import dev.engram.storage.Storage;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The vector index of a collection, fed with committed rows only.
 *
 * <pre>
 *   committed rows ──► chunks in memory ──seal──► segments in files
 *                            └────────┬───────────────┘
 *                                 Snapshot  ◄── readers
 * </pre>
 *
 * One writer at a time calls {@link #apply} and {@link #sealIfFull}; any number of readers search
 * meanwhile. Everything here can be rebuilt from the row store and the sealed vectors.
 */
public final class Shard implements AutoCloseable {

    private final ShardSettings settings;
    private final RowStore rows;
    private final Storage folder;
    private final SegmentFiles files;

    private ShardManifest manifest;
    private final List<MemoryChunk> chunks = new ArrayList<>();
    private int sealedParts;
    private volatile Snapshot newest;

    private Shard(ShardSettings settings, RowStore rows, Storage folder) {
        this.settings = settings;
        this.rows = rows;
        this.folder = folder;
        this.files = new SegmentFiles(folder, settings);
        this.manifest = ShardManifest.read(folder);
        this.newest = new Snapshot(List.of());
    }

    /**
     * A row that was committed.
     *
     * @param number larger than all before
     * @param vector as long as the shard's dimension
     */
    public record NewRow(long number, float[] vector) {}

    /**
     * A row that a search found.
     *
     * @param number of the row
     * @param distance as {@link dev.engram.index.Metric} has it
     */
    public record Found(long number, float distance) {}

    /**
     * Maps the segments, checks them, and takes the rows that are not sealed into memory.
     *
     * @param readOnly leaves leftovers of a crash where they are
     * @throws CorruptException where a file is not what was written
     */
    public static Shard open(
            ShardSettings settings, RowStore rows, Storage folder, boolean readOnly) {
        Shard shard = new Shard(settings, rows, folder);
        long sealedThrough = shard.manifest.sealedThrough();
        if (!readOnly) {
            shard.files.clear(shard.manifest);
        }
        List<Part> parts = new ArrayList<>();
        boolean opened = false;
        try {
            for (SegmentEntry entry : shard.manifest.segments()) {
                parts.add(shard.files.open(entry));
            }
            opened = true;
        } finally {
            if (!opened) {
                // A snapshot that nobody holds lets go of the segments opened so far.
                new Snapshot(parts).letGo();
            }
        }
        shard.sealedParts = parts.size();
        shard.publish(parts);
        List<Long> dead = shard.dead();
        shard.apply(shard.unsealed(sealedThrough, new HashSet<>(dead)), dead);
        if (!readOnly) {
            shard.forget(dead);
        }
        return shard;
    }

    /** Removes the marks of dead rows that no part holds: they can never be found again. */
    private void forget(List<Long> dead) {
        List<Part> parts = newest.parts();
        try (RowBatch batch = rows.batch()) {
            for (long row : dead) {
                if (parts.stream().noneMatch(part -> part.rows().find(row) >= 0)) {
                    byte[] key = RowKey.row(settings.collection(), row);
                    batch.delete(Family.ROWS, key);
                    batch.delete(Family.VECTORS, key);
                    batch.delete(Family.DEAD, key);
                }
            }
            rows.writeRelaxed(batch);
        }
    }

    private List<NewRow> unsealed(long sealedThrough, Set<Long> dead) {
        List<NewRow> found = new ArrayList<>();
        int collection = settings.collection();
        rows.scan(
                Family.VECTORS,
                RowKey.row(collection, sealedThrough + 1),
                RowKey.end(collection),
                (key, value) -> {
                    long row = RowKey.rowOf(key);
                    if (!dead.contains(row)) {
                        found.add(new NewRow(row, decode(value)));
                    }
                });
        return found;
    }

    private List<Long> dead() {
        List<Long> dead = new ArrayList<>();
        int collection = settings.collection();
        rows.scan(
                Family.DEAD,
                RowKey.prefix(collection),
                RowKey.end(collection),
                (key, _) -> dead.add(RowKey.rowOf(key)));
        return dead;
    }

    /** A vector as a value of {@link Family#VECTORS}. */
    public static byte[] encode(float[] vector) {
        ByteBuffer bytes =
                ByteBuffer.allocate(vector.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(vector);
        return bytes.array();
    }

    private float[] decode(byte[] value) {
        if (value.length != settings.dimension() * Float.BYTES) {
            throw new CorruptException("rows", 0, "vector of " + value.length + " bytes");
        }
        float[] vector = new float[settings.dimension()];
        ByteBuffer.wrap(value).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(vector);
        return vector;
    }

    /**
     * Makes a commit visible: all of it at once. Deaths of rows that are not here are passed over:
     * they were never sealed.
     */
    public void apply(List<NewRow> added, List<Long> died) {
        List<Part> parts = new ArrayList<>(newest.parts());
        for (int at = 0; at < added.size(); ) {
            if (chunks.isEmpty() || chunks.getLast().isFull()) {
                chunks.add(new MemoryChunk(settings.dimension(), settings.metric()));
            }
            MemoryChunk chunk = chunks.getLast();
            for (; at < added.size() && !chunk.isFull(); at++) {
                chunk.add(added.get(at).number(), added.get(at).vector());
            }
            int place = sealedParts + chunks.size() - 1;
            if (place < parts.size()) {
                parts.set(place, chunk.part(parts.get(place)));
            } else {
                parts.add(chunk.part(null));
            }
        }
        bury(parts, died);
        publish(parts);
    }

    private static void bury(List<Part> parts, List<Long> died) {
        Map<Integer, List<Integer>> byPart = new TreeMap<>();
        for (long row : died) {
            for (int place = 0; place < parts.size(); place++) {
                int ordinal = parts.get(place).rows().find(row);
                if (ordinal >= 0) {
                    byPart.computeIfAbsent(place, _ -> new ArrayList<>()).add(ordinal);
                    break;
                }
            }
        }
        byPart.forEach(
                (place, ordinals) ->
                        parts.set(
                                place,
                                parts.get(place)
                                        .without(
                                                ordinals.stream()
                                                        .mapToInt(Integer::intValue)
                                                        .toArray())));
    }

    private void publish(List<Part> parts) {
        Snapshot before = newest;
        newest = new Snapshot(parts);
        before.letGo();
    }

    /**
     * Seals the rows in memory where there are too many of them, and returns when that is done.
     * Called before a commit, so that a full disk refuses the commit and loses nothing.
     */
    public void sealIfFull() {
        int inMemory = 0;
        for (Part part : memoryParts()) {
            inMemory += part.rows().count();
        }
        if (inMemory >= settings.memoryRowsMax()) {
            seal();
        }
    }

    private List<Part> memoryParts() {
        List<Part> parts = newest.parts();
        return parts.subList(sealedParts, parts.size());
    }

    private void seal() {
        List<Part> memory = memoryParts();
        Part last = memory.getLast();
        long sealedThrough = last.rows().at(last.rows().count() - 1);
        List<Part> parts = new ArrayList<>(newest.parts().subList(0, sealedParts));
        ShardManifest next = new ShardManifest(sealedThrough, manifest.segments());
        if (memory.stream().anyMatch(part -> part.liveCount() > 0)) {
            files.clear(manifest);
            SegmentEntry entry = writeSegment(memory);
            next = manifest.with(entry, sealedThrough);
            parts.add(files.open(entry));
        }
        next.swap(folder);
        manifest = next;
        chunks.clear();
        sealedParts = parts.size();
        publish(parts);
        dropSealedVectors(sealedThrough);
    }

    private SegmentEntry writeSegment(List<Part> memory) {
        long number = manifest.nextNumber();
        List<Long> numbers = new ArrayList<>();
        try (VectorsWriter writer = files.vectors(number)) {
            for (Part part : memory) {
                for (int i = 0; i < part.rows().count(); i++) {
                    if (part.isLive(i)) {
                        writer.add(part.vectors().row(i));
                        numbers.add(part.rows().at(i));
                    }
                }
            }
            writer.finish();
        }
        long[] rowNumbers = numbers.stream().mapToLong(Long::longValue).toArray();
        return files.complete(number, RowNumbers.of(rowNumbers));
    }

    /** The segment file holds them now: one copy is enough. */
    private void dropSealedVectors(long sealedThrough) {
        int collection = settings.collection();
        try (RowBatch batch = rows.batch()) {
            batch.deleteRange(
                    Family.VECTORS,
                    RowKey.prefix(collection),
                    RowKey.row(collection, sealedThrough + 1));
            rows.writeRelaxed(batch);
        }
    }

    /** The k nearest live rows, nearest first, ties by row. */
    public List<Found> search(float[] query, int k, int beam) {
        Snapshot snapshot = hold();
        try {
            List<Found> found = new ArrayList<>();
            for (Part part : snapshot.parts()) {
                if (part.liveCount() == 0) {
                    continue;
                }
                for (Neighbour near :
                        part.index().search(new VectorIndex.Query(query, k, beam, part.live()))) {
                    found.add(new Found(part.rows().at(near.ordinal()), near.distance()));
                }
            }
            found.sort(
                    Comparator.comparingDouble(Found::distance).thenComparingLong(Found::number));
            return List.copyOf(found.subList(0, Math.min(k, found.size())));
        } finally {
            snapshot.letGo();
        }
    }

    /** A copy of a live row's vector, or null where there is no such row. */
    public float @Nullable [] vector(long row) {
        Snapshot snapshot = hold();
        try {
            for (Part part : snapshot.parts()) {
                int ordinal = part.rows().find(row);
                if (ordinal >= 0) {
                    return part.isLive(ordinal) ? part.vectors().row(ordinal) : null;
                }
            }
            return null;
        } finally {
            snapshot.letGo();
        }
    }

    private Snapshot hold() {
        while (true) {
            Snapshot snapshot = newest;
            if (snapshot.tryHold()) {
                return snapshot;
            }
            // It was replaced between the two lines above; the next one is there already.
            Thread.onSpinWait();
        }
    }

    /** Lets go of the files; they are unmapped when the last reader is done. */
    @Override
    public void close() {
        publish(List.of());
        chunks.clear();
        sealedParts = 0;
    }

    /** What a shard's files take, from its manifest alone. */
    public static ShardBytes bytes(Storage folder) {
        long vectors = 0;
        long graph = 0;
        for (SegmentEntry entry : ShardManifest.read(folder).segments()) {
            vectors += entry.vectorBytes();
            graph += entry.graphBytes();
        }
        long all = 0;
        for (String file : folder.list()) {
            all += folder.size(file);
        }
        return new ShardBytes(vectors, graph, Math.max(0, all - vectors - graph));
    }

    /**
     * Bytes of a shard's files.
     *
     * @param vectors of the full vectors
     * @param graph of the indexes over them
     * @param other of everything else
     */
    public record ShardBytes(long vectors, long graph, long other) {}
}
