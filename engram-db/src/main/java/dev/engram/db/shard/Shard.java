package dev.engram.db.shard;

import dev.engram.db.rows.RowBatch;
import dev.engram.db.rows.RowStore;
import dev.engram.error.CorruptException;
import dev.engram.index.Neighbour;
import dev.engram.index.VectorIndex;
import dev.engram.index.VectorsWriter;
import dev.engram.storage.Storage;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
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
 * One writer at a time calls {@link #reserve}, {@link #apply} and {@link #sealIfFull}; any number
 * of readers search meanwhile. Everything here can be rebuilt from the row store and the sealed
 * vectors.
 */
public final class Shard implements AutoCloseable {

    private final ShardSettings settings;
    private final Storage folder;
    private final SegmentFiles files;
    private final ShardRows shardRows;

    private final Manifests manifests;
    private final List<MemoryChunk> chunks = new ArrayList<>();
    private final Deque<MemoryChunk> spare = new ArrayDeque<>();
    private int sealedParts;
    private volatile Snapshot newest;

    private Shard(ShardSettings settings, RowStore rows, Storage folder) {
        this.settings = settings;
        this.folder = folder;
        this.files = new SegmentFiles(folder, settings);
        this.shardRows = new ShardRows(rows, settings);
        this.manifests = new Manifests(folder);
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
     * Maps the segments, looks whether their files are the right ones, and takes the rows that are
     * not sealed into memory.
     *
     * @param readOnly leaves leftovers of a crash where they are
     * @throws CorruptException where a file is not what was written
     */
    public static Shard open(
            ShardSettings settings, RowStore rows, Storage folder, boolean readOnly) {
        Shard shard = new Shard(settings, rows, folder);
        boolean opened = false;
        try {
            shard.recover(readOnly);
            opened = true;
        } finally {
            if (!opened) {
                shard.close();
            }
        }
        return shard;
    }

    private void recover(boolean readOnly) {
        ShardManifest manifest = manifests.newest();
        long mark = shardRows.mark();
        if (manifest.sealedThrough() < mark) {
            throw new CorruptException(
                    folder.describe(ShardManifest.FILE),
                    0,
                    "rows sealed: up to %d (expected: %d; the file is missing or an old one)"
                            .formatted(manifest.sealedThrough(), mark));
        }
        for (SegmentEntry entry : manifest.segments()) {
            List<Part> parts = new ArrayList<>(newest.parts());
            parts.add(files.open(entry));
            sealedParts = parts.size();
            publish(parts);
        }
        List<Long> dead = shardRows.dead();
        apply(shardRows.unsealed(manifest.sealedThrough(), new HashSet<>(dead)), dead);
        if (!readOnly) {
            files.clear(List.of(manifest));
            shardRows.forget(dead, newest.parts());
            if (mark < manifest.sealedThrough()) {
                // A crash came between the seal and this last step of it.
                shardRows.removeSealed(manifest.sealedThrough());
            }
        }
    }

    /** How many rows a search can find. */
    public long liveCount() {
        return newest.parts().stream().mapToLong(Part::liveCount).sum();
    }

    /** Up to which row the segment files hold everything. */
    public long sealedThrough() {
        return manifests.newest().sealedThrough();
    }

    /** Adds the vector of a row to the batch that commits it. */
    public void put(RowBatch batch, NewRow row) {
        shardRows.put(batch, row);
    }

    /** Takes the memory for so many rows, so that {@link #apply} finds it after the commit. */
    public void reserve(int rowCount) {
        long room = chunks.isEmpty() ? 0 : chunks.getLast().room();
        room += (long) spare.size() * MemoryChunk.rowsMax(settings);
        for (; room < rowCount; room += MemoryChunk.rowsMax(settings)) {
            spare.add(new MemoryChunk(settings));
        }
    }

    /**
     * Makes a commit visible: all of it at once. Deaths of rows that are not here are passed over:
     * they were never sealed.
     */
    public void apply(List<NewRow> added, List<Long> died) {
        List<Part> parts = new ArrayList<>(newest.parts());
        for (int at = 0; at < added.size(); ) {
            if (chunks.isEmpty() || chunks.getLast().room() == 0) {
                chunks.add(spare.isEmpty() ? new MemoryChunk(settings) : spare.remove());
            }
            MemoryChunk chunk = chunks.getLast();
            for (; at < added.size() && chunk.room() > 0; at++) {
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
        publish(new Snapshot(parts));
    }

    private void publish(Snapshot next) {
        Snapshot before = newest;
        newest = next;
        before.letGo();
    }

    /**
     * Seals the rows in memory where there are too many of them, and returns when that is done.
     * Called before a commit, so that a full disk refuses the commit and loses nothing.
     */
    public void sealIfFull() {
        long inMemory = 0;
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
        ShardManifest manifest = manifests.newest();
        if (memory.stream().anyMatch(part -> part.liveCount() > 0)) {
            files.clear(manifests.possible());
            SegmentEntry entry = writeSegment(memory);
            parts.add(files.open(entry));
            swap(manifest.with(entry, sealedThrough), parts);
        } else {
            swap(new ShardManifest(sealedThrough, manifest.segments()), parts);
        }
        shardRows.removeSealed(sealedThrough);
    }

    /** Makes these parts what is sealed: on the disk, then for readers. */
    private void swap(ShardManifest next, List<Part> parts) {
        Snapshot sealed = new Snapshot(parts);
        boolean swapped = false;
        try {
            manifests.swap(next);
            swapped = true;
        } finally {
            if (!swapped) {
                sealed.letGo();
            }
        }
        chunks.clear();
        sealedParts = parts.size();
        publish(sealed);
    }

    private SegmentEntry writeSegment(List<Part> memory) {
        long number = manifests.nextNumber();
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

    /**
     * Reads every byte of the segments.
     *
     * @throws CorruptException where one is not what was written
     */
    public void verify() {
        Snapshot snapshot = hold();
        try {
            for (Part part : snapshot.parts()) {
                Segment segment = part.segment();
                if (segment != null) {
                    files.verify(segment.entry());
                }
            }
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
        spare.clear();
        sealedParts = 0;
    }

    /**
     * What a shard's files take, as far as it shows without reading them.
     *
     * @throws CorruptException where the manifest is damaged, or a file it names is missing or of
     *     another length
     */
    public static ShardBytes bytes(Storage folder) {
        return SegmentFiles.bytes(folder);
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
