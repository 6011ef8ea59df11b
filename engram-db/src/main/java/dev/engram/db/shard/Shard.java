package dev.engram.db.shard;

import dev.engram.db.rows.DeathMark;
import dev.engram.db.rows.RowBatch;
import dev.engram.db.rows.RowStore;
import dev.engram.error.CorruptException;
import dev.engram.index.IndexSpec;
import dev.engram.index.Neighbour;
import dev.engram.index.Ordinals;
import dev.engram.index.VectorIndex;
import dev.engram.index.Workers;
import dev.engram.storage.Storage;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The vector index of a collection, fed with committed rows only.
 *
 * <pre>
 *   committed rows ──► chunks in memory ──seal──► segments in files ──merge──► fewer segments
 *                        └──link──► graph │              │
 *                            └────────┬───┴──────────────┘
 *                                 Snapshot  ◄── readers
 * </pre>
 *
 * One writer at a time calls {@link #reserve}, {@link #apply} and {@link #gc}; one thread beside it
 * may {@link #seal}, another {@link #link}, and another {@link #merge} and {@link #deleteUnneeded};
 * any number of readers search meanwhile, each at a timestamp of its own. A row that died stays
 * where it is, walked through and not answered to those who read later, until {@link #gc} says that
 * nobody reads earlier; merging leaves it out from then on. Everything here can be rebuilt from the
 * row store and the sealed vectors.
 */
public final class Shard implements AutoCloseable {

    /** How much of the memory for rows is filled before writers wait for the seal. */
    private static final int CROWDED = 2;

    private final ShardSettings settings;
    private final Storage folder;
    private final ShardRows shardRows;
    private final Parts parts;
    private final Segments segments;

    private Shard(ShardSettings settings, RowStore rows, Storage folder, Runnable wake) {
        this.settings = settings;
        this.folder = folder;
        this.shardRows = new ShardRows(rows, settings);
        this.parts = new Parts(settings);
        this.segments = new Segments(settings, folder, shardRows, parts, wake);
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
     * @param wake is told when {@link #hasUnneeded} becomes true; does not take long
     * @throws CorruptException where a file is not what was written
     */
    public static Shard open(
            ShardSettings settings,
            RowStore rows,
            Storage folder,
            boolean readOnly,
            Runnable wake) {
        Shard shard = new Shard(settings, rows, folder, wake);
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
        ShardManifest manifest = segments.manifest();
        long mark = shardRows.mark();
        if (manifest.sealedThrough() < mark) {
            throw new CorruptException(
                    folder.describe(ShardManifest.FILE),
                    0,
                    "rows sealed: up to %d (expected: %d; the file is missing or an old one)"
                            .formatted(manifest.sealedThrough(), mark));
        }
        segments.open();
        List<DeadRow> dead = shardRows.dead();
        Set<Long> gone =
                dead.stream()
                        .filter(row -> row.ts() == DeathMark.FOR_ALL)
                        .map(DeadRow::number)
                        .collect(Collectors.toSet());
        expire(shardRows.expiries());
        apply(shardRows.unsealed(manifest.sealedThrough(), gone), dead);
        if (!readOnly) {
            if (mark < manifest.sealedThrough() || isOld(shardRows.copy(), manifest)) {
                // A crash came between a swap and this last step of it.
                shardRows.removeSealed(manifest);
                shardRows.sync();
            }
            segments.clear();
            shardRows.forget(dead.stream().map(DeadRow::number).toList(), parts.now());
        }
    }

    private static boolean isOld(@Nullable ShardManifest copy, ShardManifest manifest) {
        return !manifest.equals(copy) && !manifest.equals(ShardManifest.EMPTY);
    }

    /** Tells sealed parts which of their rows are over when; soonest first. */
    private void expire(Map<Long, Long> expiries) {
        if (!expiries.isEmpty()) {
            parts.each(part -> expire(part, expiries));
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
        return parts.now().stream().mapToLong(Part::liveCount).sum();
    }

    /** How many rows died and are kept for those who read the past. */
    public long deadCount() {
        return parts.now().stream().mapToLong(part -> part.deaths().count()).sum();
    }

    /**
     * The number of the first row that was committed after that time; none where it is too large.
     */
    public long firstAfter(long ts) {
        for (Part part : parts.now()) {
            int there = part.births().through(ts);
            if (there < part.rows().count()) {
                return part.rows().at(there);
            }
        }
        return Long.MAX_VALUE;
    }

    /** Up to which row the segment files hold everything. */
    public long sealedThrough() {
        return segments.manifest().sealedThrough();
    }

    /** Adds the vector of a row to the batch that commits it. */
    public void put(RowBatch batch, NewRow row) {
        shardRows.put(batch, row);
    }

    /** Takes the memory for so many rows, so that {@link #apply} finds it after the commit. */
    public void reserve(int rowCount) {
        parts.reserve(rowCount);
    }

    /**
     * Takes what was committed; readers see it from the timestamps on that it has. Rows that are
     * here already, and deaths of rows that are not, are passed over: to apply the same again
     * changes nothing.
     */
    public void apply(List<NewRow> added, List<DeadRow> died) {
        parts.apply(added, died);
    }

    /**
     * Forgets when rows died, where nobody reads as far back as {@code lowWatermark}: they are gone
     * for all.
     *
     * @return the numbers of these rows
     */
    public List<Long> gc(long lowWatermark) {
        return parts.gc(lowWatermark);
    }

    /** Whether so many rows in memory are scanned that a graph would be faster. */
    public boolean isLinkDue() {
        return segments.graph() != null && parts.isLinkDue() && !isFull();
    }

    /**
     * Links the rows in memory to a graph, which searches walk from then on. Ends early where it is
     * time to seal them, since a segment's graph is built by itself.
     */
    public void link(Pace pace) {
        IndexSpec.Hnsw graph = segments.graph();
        Parts.LinkPlan plan = parts.linkable();
        if (graph == null || plan.chunks() == 0) {
            return;
        }
        LinkedRows before = plan.before();
        LinkedRows linked = before == null ? new LinkedRows(graph, settings) : before;
        Part made = linked.link(plan.from(), pace, this::isFull);
        if (made != null) {
            parts.link(plan, linked, made);
        }
    }

    /** How many rows are in memory. */
    public long memoryRows() {
        return parts.memoryRows();
    }

    /** Bytes of memory that are taken for rows, whether there are any in it or not. */
    public long memoryBytes() {
        return parts.memoryBytes();
    }

    /** Bytes of memory that so many rows may take. */
    public static long memoryBytes(ShardSettings settings, long rowCount) {
        int rowsMax = MemoryChunk.rowsMax(settings);
        return (rowCount + rowsMax - 1) / rowsMax * rowsMax * settings.vectorBytes();
    }

    /** What the indexes of segments hold in memory at most. */
    public long residentBytes() {
        return parts.segments().stream().mapToLong(part -> part.index().residentBytes()).sum();
    }

    /** Bytes of the files that are mapped. */
    public long mappedBytes() {
        return parts.segments().stream()
                .map(Part::segment)
                .filter(Objects::nonNull)
                .mapToLong(segment -> segment.entry().vectorBytes() + segment.entry().graphBytes())
                .sum();
    }

    /** Whether so much is in memory that it should be sealed. */
    public boolean isFull() {
        return memoryRows() >= settings.memoryRowsMax();
    }

    /** Whether so much is in memory that there is no room for more before something is sealed. */
    public boolean isCrowded() {
        return memoryRows() >= CROWDED * settings.memoryRowsMax();
    }

    /**
     * Decides that what is in memory is sealed next; later rows go elsewhere. Not called between
     * {@link #reserve} and {@link #apply}.
     */
    public void freeze() {
        parts.freeze();
    }

    /**
     * Moves what was frozen to a segment; whatever somebody may see goes along.
     *
     * @throws dev.engram.error.LimitExceededException where the disk is full; nothing has changed
     */
    public void seal(Workers workers, Pace pace) {
        segments.seal(workers, pace);
    }

    /** Has segments made with another index from now on; {@link #merge} makes the others anew. */
    public void alter(IndexSpec index) {
        segments.alter(index);
    }

    /** What {@link #merge} has to do next; null for nothing. */
    public @Nullable MergePlan mergePlan() {
        return segments.plan();
    }

    /**
     * Makes one segment out of those that should be merged next, or makes one anew, without the
     * rows that nobody sees.
     *
     * @throws dev.engram.error.LimitExceededException where the disk is full; nothing has changed
     * @throws CorruptException where a vector is not what was written; nothing has changed
     */
    public void merge(Workers workers, Pace pace) {
        segments.merge(workers, pace);
    }

    /** Whether there are files of segments that nobody reads any more. */
    public boolean hasUnneeded() {
        return segments.hasUnneeded();
    }

    /** Deletes them. */
    public void deleteUnneeded() {
        segments.deleteUnneeded();
    }

    /**
     * The k nearest rows of a view, nearest first, ties by row.
     *
     * @param beam candidates a graph search holds
     */
    public List<Found> search(float[] query, int k, int beam, View view) {
        Snapshot snapshot = parts.hold();
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

    /** Tells of single rows whether a view shows them; to be closed. */
    public Sight sight(View view) {
        Snapshot snapshot = parts.hold();
        boolean made = false;
        try {
            Sight sight = new Sight(snapshot, view);
            made = true;
            return sight;
        } finally {
            if (!made) {
                snapshot.letGo();
            }
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
        Snapshot snapshot = parts.hold();
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

    /** Reads every byte of the segments and follows every link; returns all that is wrong. */
    public List<String> faults() {
        Snapshot snapshot = parts.hold();
        try {
            List<String> faults = new ArrayList<>();
            String manifest = segments.manifestFault();
            if (manifest != null) {
                faults.add(manifest);
            }
            for (Part part : snapshot.parts()) {
                Segment segment = part.segment();
                if (segment != null) {
                    faults.addAll(segments.faults(segment.entry()));
                }
            }
            return faults;
        } finally {
            snapshot.letGo();
        }
    }

    /**
     * Has the files stay as they are until this thread calls {@link #releaseFiles}: a short time.
     */
    public void holdFiles() {
        segments.holdFiles();
    }

    /** Ends what {@link #holdFiles} began. */
    public void releaseFiles() {
        segments.releaseFiles();
    }

    /** Gives another folder the files of this shard; they are held. */
    public void linkFiles(Storage into) {
        SegmentFiles.link(folder, segments.manifest(), into);
    }

    /** Gives another folder the files of a shard that is not open. */
    public static void linkFiles(Storage folder, Storage into) {
        SegmentFiles.link(folder, ShardManifest.read(folder), into);
    }

    /** The rows that are there at a time; to be closed. */
    public Presence presence(long ts) {
        return new Presence(parts.hold(), ts);
    }

    /** Lets go of the files; they are unmapped when the last reader is done. */
    @Override
    public void close() {
        parts.close();
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
