package dev.engram.db.shard;

import dev.engram.db.rows.DeathMark;
import dev.engram.index.Ordinals;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * What readers see of a shard, and the one place where that changes.
 *
 * <pre>
 *   snapshot:   segment, segment, ...  |  frozen memory  |  linked rows  |  chunks
 *                     merged                 sealed           a graph        scanned, fed with commits
 * </pre>
 *
 * Every change is short, under one lock, and ends in a new snapshot; readers take no lock. Work
 * that takes long is done beside it, on parts as they were, and what happened to their rows
 * meanwhile is carried over when the outcome takes their place.
 */
final class Parts {

    private final ShardSettings settings;
    private final ReentrantLock changing = new ReentrantLock();

    /** Those behind what is frozen and linked; one part each. */
    private final List<MemoryChunk> chunks = new ArrayList<>();

    private final Deque<MemoryChunk> spare = new ArrayDeque<>();

    /** How many parts are segments. */
    private int sealed;

    /** How many parts in memory get no more rows, since they are being sealed. */
    private int frozen;

    /** The rows between those that are frozen and the chunks; null for none. */
    private @Nullable LinkedRows linked;

    /** Whether there are such. */
    private volatile boolean isLinked;

    /** How many chunks are full, and could be linked. */
    private volatile int full;

    /** Memory of the linked rows, and of those that are frozen. */
    private long linkedBytes;

    private long frozenBytes;

    private volatile Snapshot newest = new Snapshot(List.of());

    Parts(ShardSettings settings) {
        this.settings = settings;
    }

    /** The parts as they are; those of segments may be unmapped any time. */
    List<Part> now() {
        return newest.parts();
    }

    /** The newest snapshot, held for the caller, who lets go of it. */
    Snapshot hold() {
        while (true) {
            Snapshot snapshot = newest;
            if (snapshot.tryHold()) {
                return snapshot;
            }
            // It was replaced between the two lines above; the next one is there already.
            Thread.onSpinWait();
        }
    }

    /** Adds a segment behind all others; nothing is in memory yet. */
    void open(Part segment) {
        List<Part> parts = new ArrayList<>(now());
        parts.add(segment);
        sealed = parts.size();
        publish(parts);
    }

    /** Changes each part by itself. */
    void each(UnaryOperator<Part> change) {
        changing.lock();
        try {
            publish(now().stream().map(change).toList());
        } finally {
            changing.unlock();
        }
    }

    /** Takes the memory for so many rows, so that {@link #apply} finds it after the commit. */
    void reserve(int rowCount) {
        changing.lock();
        try {
            long room = growing() == null ? 0 : growing().room();
            room += (long) spare.size() * MemoryChunk.rowsMax(settings);
            for (; room < rowCount; room += MemoryChunk.rowsMax(settings)) {
                spare.add(new MemoryChunk(settings));
            }
        } finally {
            changing.unlock();
        }
    }

    private @Nullable MemoryChunk growing() {
        boolean some = !chunks.isEmpty() && chunks.getLast().room() > 0;
        return some ? chunks.getLast() : null;
    }

    /** See {@link Shard#apply}. */
    void apply(List<Shard.NewRow> added, List<Shard.DeadRow> died) {
        changing.lock();
        try {
            List<Part> parts = new ArrayList<>(now());
            long last = parts.isEmpty() ? 0 : parts.getLast().lastRow();
            append(parts, added.stream().filter(row -> row.number() > last).toList());
            bury(parts, died);
            publish(parts);
        } finally {
            changing.unlock();
        }
    }

    private void append(List<Part> parts, List<Shard.NewRow> added) {
        for (int at = 0; at < added.size(); ) {
            MemoryChunk chunk = growing();
            if (chunk == null) {
                chunk = spare.isEmpty() ? new MemoryChunk(settings) : spare.remove();
                chunks.add(chunk);
            }
            for (; at < added.size() && chunk.room() > 0; at++) {
                chunk.add(added.get(at));
            }
            full = chunks.size() - (growing() == null ? 0 : 1);
            int place = firstChunk() + chunks.size() - 1;
            if (place < parts.size()) {
                parts.set(place, chunk.part(parts.get(place)));
            } else {
                parts.add(chunk.part(null));
            }
        }
    }

    private int firstChunk() {
        return sealed + frozen + (linked == null ? 0 : 1);
    }

    private static void bury(List<Part> parts, List<Shard.DeadRow> died) {
        Map<Integer, List<Part.Death>> byPart = new TreeMap<>();
        for (Shard.DeadRow row : died) {
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

    /** See {@link Shard#gc}. */
    List<Long> gc(long lowWatermark) {
        changing.lock();
        try {
            List<Long> gone = new ArrayList<>();
            List<Part> parts = new ArrayList<>();
            for (Part part : now()) {
                for (int ordinal : part.deaths().through(lowWatermark)) {
                    gone.add(part.rows().at(ordinal));
                }
                parts.add(part.forgettingThrough(lowWatermark));
            }
            if (!gone.isEmpty()) {
                publish(parts);
            }
            return gone;
        } finally {
            changing.unlock();
        }
    }

    /** How many rows are in memory. */
    long memoryRows() {
        return now().stream()
                .filter(part -> part.segment() == null)
                .mapToLong(part -> part.rows().count())
                .sum();
    }

    /** Bytes of all rows in memory, and of the room in chunks that are not full. */
    long memoryBytes() {
        changing.lock();
        try {
            long inChunks = (chunks.size() + spare.size()) * chunkBytes();
            return inChunks + linkedBytes + frozenBytes;
        } finally {
            changing.unlock();
        }
    }

    private long chunkBytes() {
        return MemoryChunk.rowsMax(settings) * settings.vectorBytes();
    }

    /** The parts that are segments. */
    List<Part> segments() {
        return now().stream().filter(part -> part.segment() != null).toList();
    }

    /** Has later rows go to other chunks than those there are. */
    void freeze() {
        changing.lock();
        try {
            frozen += chunks.size() + (linked == null ? 0 : 1);
            frozenBytes += chunks.size() * chunkBytes() + linkedBytes;
            chunks.clear();
            setLinked(null);
            full = 0;
        } finally {
            changing.unlock();
        }
    }

    /** Whether full chunks are not linked that should be. */
    boolean isLinkDue() {
        long rows = (long) full * MemoryChunk.rowsMax(settings);
        return rows > 0 && (isLinked || rows >= LinkedRows.ROWS_MIN);
    }

    /** What is linked, and the full chunks behind it. */
    LinkPlan linkable() {
        changing.lock();
        try {
            int first = sealed + frozen;
            List<Part> from = now().subList(first, firstChunk() + full);
            return new LinkPlan(linked, List.copyOf(from), full);
        } finally {
            changing.unlock();
        }
    }

    /**
     * What is to be linked.
     *
     * @param before the rows that are linked already, in the first of the parts; null for none
     * @param from parts in memory
     * @param chunks how many of them are not linked
     */
    record LinkPlan(@Nullable LinkedRows before, List<Part> from, int chunks) {}

    /**
     * Puts linked rows in the place of what they were made of; not where that was frozen meanwhile.
     */
    void link(LinkPlan plan, LinkedRows after, Part made) {
        changing.lock();
        try {
            boolean frozenMeanwhile = linked != plan.before() || chunks.size() < plan.chunks();
            if (frozenMeanwhile || !isStart(plan)) {
                return;
            }
            replace(sealed + frozen, plan.from().size(), made);
            chunks.subList(0, plan.chunks()).clear();
            full = chunks.size() - (growing() == null ? 0 : 1);
            setLinked(after);
        } finally {
            changing.unlock();
        }
    }

    private void setLinked(@Nullable LinkedRows rows) {
        linked = rows;
        isLinked = rows != null;
        linkedBytes = rows == null ? 0 : rows.bytes();
    }

    private boolean isStart(LinkPlan plan) {
        Part first = now().get(sealed + frozen);
        return first.rows().at(0) == plan.from().getFirst().rows().at(0);
    }

    /** The memory that gets no more rows, with what is dead in it by now. */
    List<Part> frozen() {
        changing.lock();
        try {
            return List.copyOf(now().subList(sealed, sealed + frozen));
        } finally {
            changing.unlock();
        }
    }

    /** Keeps those of the segments mapped, that are still shown; returns the others' absence. */
    boolean holdAll(List<Part> segments) {
        changing.lock();
        try {
            List<Part> there = now();
            boolean all =
                    segments.stream()
                            .allMatch(
                                    part ->
                                            there.stream()
                                                    .anyMatch(
                                                            it -> it.segment() == part.segment()));
            if (all) {
                segments.forEach(Part::hold);
            }
            return all;
        } finally {
            changing.unlock();
        }
    }

    /** Puts a segment in the place of the frozen memory; null where none of their rows is kept. */
    void seal(@Nullable Part made) {
        changing.lock();
        try {
            replace(sealed, frozen, made);
            frozen = 0;
            frozenBytes = 0;
            sealed += made == null ? 0 : 1;
        } finally {
            changing.unlock();
        }
    }

    /**
     * Puts a segment in the place of some that follow each other.
     *
     * @param made null where none of their rows is kept
     */
    void merge(List<Part> from, @Nullable Part made) {
        changing.lock();
        try {
            int first = 0;
            while (now().get(first).segment() != from.getFirst().segment()) {
                first++;
            }
            replace(first, from.size(), made);
            sealed += (made == null ? 0 : 1) - from.size();
        } finally {
            changing.unlock();
        }
    }

    private void replace(int first, int count, @Nullable Part made) {
        List<Part> parts = new ArrayList<>(now());
        List<Part> from = parts.subList(first, first + count);
        Part heir = made == null ? null : carry(made, List.copyOf(from));
        from.clear();
        if (heir != null) {
            parts.add(first, heir);
        }
        publish(parts);
    }

    /** The deaths and ends of rows, as the parts have them by now that a segment was made of. */
    private static Part carry(Part made, List<Part> from) {
        List<Part.Death> deaths = new ArrayList<>();
        TreeMap<Long, List<Integer>> expiries = new TreeMap<>();
        for (Part part : from) {
            BitSet seen = new BitSet();
            for (int i = 0; i < part.deaths().count(); i++) {
                int ordinal = part.deaths().ordinal(i);
                seen.set(ordinal);
                deaths.add(new Part.Death(heir(made, part, ordinal), part.deaths().time(i)));
            }
            addGone(made, part, seen, deaths);
            part.expiries().collect(part.rows(), made.rows(), expiries);
        }
        deaths.sort(Comparator.comparingLong(Part.Death::ts));
        return made.with(Expiries.of(expiries)).withDeaths(deaths);
    }

    /** What went while the segment was made: the row is in its files, and nobody sees it. */
    private static void addGone(Part made, Part part, BitSet seen, List<Part.Death> deaths) {
        Ordinals live = part.live();
        for (int i = 0; live != null && i < part.rows().count(); i++) {
            if (!live.contains(i) && !seen.get(i)) {
                int ordinal = made.rows().find(part.rows().at(i));
                if (ordinal >= 0) {
                    deaths.add(new Part.Death(ordinal, DeathMark.FOR_ALL));
                }
            }
        }
    }

    private static int heir(Part made, Part part, int ordinal) {
        int found = made.rows().find(part.rows().at(ordinal));
        if (found < 0) {
            throw new AssertionError("row " + part.rows().at(ordinal) + " is seen, and was left");
        }
        return found;
    }

    private void publish(List<Part> parts) {
        Snapshot before = newest;
        newest = new Snapshot(parts);
        before.letGo();
    }

    /** Shows nothing any more. */
    void close() {
        changing.lock();
        try {
            publish(List.of());
            chunks.clear();
            spare.clear();
            sealed = 0;
            frozen = 0;
            frozenBytes = 0;
            setLinked(null);
            full = 0;
        } finally {
            changing.unlock();
        }
    }
}
