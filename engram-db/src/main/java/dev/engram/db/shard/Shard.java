package dev.engram.db.shard;

import dev.engram.db.rows.DeathMark;
import dev.engram.db.rows.RowBatch;
import dev.engram.db.rows.RowStore;
import dev.engram.error.CorruptException;
import dev.engram.index.Neighbour;
import dev.engram.index.Ordinals;
import dev.engram.index.VectorIndex;
import dev.engram.index.VectorsWriter;
import dev.engram.storage.Storage;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
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
 * One writer at a time calls {@link #reserve}, {@link #apply}, {@link #gc} and {@link #seal}; any
 * number of readers search meanwhile, each at a timestamp of its own. A row that died stays where
 * it is, walked through and not answered to those who read later, until {@link #gc} says that
 * nobody reads earlier. Everything here can be rebuilt from the row store and the sealed vectors.
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
     * @param ts of the commit, not smaller than any before
     * @param expires milliseconds since 1970 from which on nobody sees it; 0 for never
     * @param vector as long as the shard's dimension
     */
    public record NewRow(long number, long ts, long expires, float[] vector) {}

    /**
     * A row that was replaced or deleted.
     *
     * @param number of the row
     * @param ts of the commit that did it; {@link DeathMark#FOR_ALL} where nobody can see the row
     */
    public record DeadRow(long number, long ts) {}

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
        List<DeadRow> dead = shardRows.dead();
        Set<Long> gone =
                dead.stream()
                        .filter(row -> row.ts() == DeathMark.FOR_ALL)
                        .map(DeadRow::number)
                        .collect(Collectors.toSet());
        expire(shardRows.expiries());
        apply(shardRows.unsealed(manifest.sealedThrough(), gone), dead);
        if (!readOnly) {
            files.clear(List.of(manifest));
            shardRows.forget(dead, newest.parts());
            if (mark < manifest.sealedThrough()) {
                // A crash came between the seal and this last step of it.
                shardRows.removeSealed(manifest.sealedThrough());
            }
        }
    }

    /** Tells sealed parts which of their rows are over when; soonest first. */
    private void expire(Map<Long, Long> expiries) {
        if (!expiries.isEmpty()) {
            publish(newest.parts().stream().map(part -> expire(part, expiries)).toList());
        }
    }

    private static Part expire(Part part, Map<Long, Long> expiries) {
        TreeMap<Long, List<Integer>> found = new TreeMap<>();
        expiries.forEach(
                (row, millis) -> {
                    int ordinal = part.rows().find(row);
                    if (ordinal >= 0) {
                        found.computeIfAbsent(millis, _ -> new ArrayList<>()).add(ordinal);
                    }
                });
        return part.with(Expiries.of(found));
    }

    /** How many rows are neither replaced nor deleted. */
    public long liveCount() {
        return newest.parts().stream().mapToLong(Part::liveCount).sum();
    }

    /** How many rows died and are kept for those who read the past. */
    public long deadCount() {
        return newest.parts().stream().mapToLong(part -> part.deaths().count()).sum();
    }

    /**
     * The number of the first row that was committed after that time; none where it is too large.
     */
    public long firstAfter(long ts) {
        for (Part part : newest.parts()) {
            int there = part.births().through(ts);
            if (there < part.rows().count()) {
                return part.rows().at(there);
            }
        }
        return Long.MAX_VALUE;
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
     * Takes what was committed; readers see it from the timestamps on that it has. Rows that are
     * here already, and deaths of rows that are not, are passed over: to apply the same again
     * changes nothing.
     */
    public void apply(List<NewRow> added, List<DeadRow> died) {
        List<Part> parts = new ArrayList<>(newest.parts());
        long last = parts.isEmpty() ? 0 : lastRow(parts.getLast());
        append(parts, added.stream().filter(row -> row.number() > last).toList());
        bury(parts, died);
        publish(parts);
    }

    private static long lastRow(Part part) {
        return part.rows().at(part.rows().count() - 1);
    }

    private void append(List<Part> parts, List<NewRow> added) {
        for (int at = 0; at < added.size(); ) {
            if (chunks.isEmpty() || chunks.getLast().room() == 0) {
                chunks.add(spare.isEmpty() ? new MemoryChunk(settings) : spare.remove());
            }
            MemoryChunk chunk = chunks.getLast();
            for (; at < added.size() && chunk.room() > 0; at++) {
                chunk.add(added.get(at));
            }
            int place = sealedParts + chunks.size() - 1;
            if (place < parts.size()) {
                parts.set(place, chunk.part(parts.get(place)));
            } else {
                parts.add(chunk.part(null));
            }
        }
    }

    private static void bury(List<Part> parts, List<DeadRow> died) {
        Map<Integer, List<Part.Death>> byPart = new TreeMap<>();
        for (DeadRow row : died) {
            for (int place = 0; place < parts.size(); place++) {
                int ordinal = parts.get(place).rows().find(row.number());
                if (ordinal >= 0) {
                    byPart.computeIfAbsent(place, _ -> new ArrayList<>())
                            .add(new Part.Death(ordinal, row.ts()));
                    break;
                }
            }
        }
        byPart.forEach((place, deaths) -> parts.set(place, parts.get(place).withDeaths(deaths)));
    }

    /**
     * Forgets when rows died, where nobody reads as far back as {@code lowWatermark}: they are gone
     * for all.
     *
     * @return the numbers of these rows
     */
    public List<Long> gc(long lowWatermark) {
        List<Long> gone = new ArrayList<>();
        List<Part> parts = new ArrayList<>();
        for (Part part : newest.parts()) {
            for (int ordinal : part.deaths().through(lowWatermark)) {
                gone.add(part.rows().at(ordinal));
            }
            parts.add(part.forgettingThrough(lowWatermark));
        }
        if (!gone.isEmpty()) {
            publish(parts);
        }
        return gone;
    }

    private void publish(List<Part> parts) {
        publish(new Snapshot(parts));
    }

    private void publish(Snapshot next) {
        Snapshot before = newest;
        newest = next;
        before.letGo();
    }

    /** Whether so much is in memory that it should be sealed. */
    public boolean isFull() {
        long inMemory = 0;
        for (Part part : memoryParts()) {
            inMemory += part.rows().count();
        }
        return inMemory >= settings.memoryRowsMax();
    }

    private List<Part> memoryParts() {
        List<Part> parts = newest.parts();
        return parts.subList(sealedParts, parts.size());
    }

    /**
     * Moves what is in memory to a segment; whatever somebody may see goes along.
     *
     * @throws dev.engram.error.LimitExceededException where the disk is full; nothing has changed
     */
    public void seal() {
        List<Part> memory = List.copyOf(memoryParts());
        if (memory.isEmpty()) {
            return;
        }
        long sealedThrough = lastRow(memory.getLast());
        // A segment must not outlive rows that were committed without a sync.
        shardRows.sync();
        List<Part> parts = new ArrayList<>(newest.parts().subList(0, sealedParts));
        ShardManifest manifest = manifests.newest();
        if (memory.stream().anyMatch(part -> part.keptCount() > 0)) {
            files.clear(manifests.possible());
            SegmentEntry entry = writeSegment(memory);
            parts.add(withPast(files.open(entry), memory));
            swap(manifest.with(entry, sealedThrough), parts);
        } else {
            swap(new ShardManifest(sealedThrough, manifest.segments()), parts);
        }
        shardRows.removeSealed(sealedThrough);
    }

    /** The deaths and ends of rows, as the parts had them that a segment was made of. */
    private static Part withPast(Part sealed, List<Part> from) {
        List<Part.Death> deaths = new ArrayList<>();
        TreeMap<Long, List<Integer>> expiries = new TreeMap<>();
        for (Part part : from) {
            for (int i = 0; i < part.deaths().count(); i++) {
                int ordinal = sealed.rows().find(part.rows().at(part.deaths().ordinal(i)));
                deaths.add(new Part.Death(ordinal, part.deaths().time(i)));
            }
            part.expiries().collect(part.rows(), sealed.rows(), expiries);
        }
        deaths.sort(Comparator.comparingLong(Part.Death::ts));
        return sealed.with(Expiries.of(expiries)).withDeaths(deaths);
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
        Births.Growing births = new Births.Growing();
        try (VectorsWriter writer = files.vectors(number)) {
            for (Part part : memory) {
                Ordinals kept = part.kept();
                for (int i = 0; i < part.rows().count(); i++) {
                    if (kept == null || kept.contains(i)) {
                        writer.add(part.vectors().row(i));
                        numbers.add(part.rows().at(i));
                        births.add(part.births().at(i));
                    }
                }
            }
            writer.finish();
        }
        long[] rowNumbers = numbers.stream().mapToLong(Long::longValue).toArray();
        return files.complete(number, RowNumbers.of(rowNumbers), births.births());
    }

    /**
     * The k nearest rows of a view, nearest first, ties by row.
     *
     * @param beam candidates a graph search holds
     */
    public List<Found> search(float[] query, int k, int beam, View view) {
        Snapshot snapshot = hold();
        try {
            List<Found> found = new ArrayList<>();
            for (Part part : snapshot.parts()) {
                Ordinals visible = part.visible(view);
                if (visible != null && visible.count() == 0) {
                    continue;
                }
                for (Neighbour near :
                        part.index().search(new VectorIndex.Query(query, k, beam, visible))) {
                    found.add(new Found(part.rows().at(near.ordinal()), near.distance()));
                }
            }
            return nearest(found, k);
        } finally {
            snapshot.letGo();
        }
    }

    /** The k nearest of some answers, nearest first, ties by number. */
    public static List<Found> nearest(List<Found> found, int k) {
        return found.stream()
                .sorted(
                        Comparator.comparingDouble(Found::distance)
                                .thenComparingLong(Found::number))
                .limit(k)
                .toList();
    }

    /** The distances of rows that are in no shard yet; computed as in a shard. */
    public static List<Found> compare(ShardSettings settings, List<NewRow> rows, float[] query) {
        List<Found> found = new ArrayList<>(rows.size());
        for (int from = 0; from < rows.size(); ) {
            MemoryChunk chunk = new MemoryChunk(settings);
            for (; from < rows.size() && chunk.room() > 0; from++) {
                chunk.add(rows.get(from));
            }
            Part part = chunk.part(null);
            int count = part.rows().count();
            for (Neighbour near :
                    part.index().search(new VectorIndex.Query(query, count, count, null))) {
                found.add(new Found(part.rows().at(near.ordinal()), near.distance()));
            }
        }
        return found;
    }

    /** A copy of a row's vector, seen by anybody or not; null where there is no such row. */
    public float @Nullable [] vector(long row) {
        Snapshot snapshot = hold();
        try {
            for (Part part : snapshot.parts()) {
                int ordinal = part.rows().find(row);
                if (ordinal >= 0) {
                    return part.vectors().row(ordinal);
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
