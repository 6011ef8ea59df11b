package dev.engram.db.shard;

import dev.engram.error.CorruptException;
import dev.engram.index.IndexSpec;
import dev.engram.index.Ordinals;
import dev.engram.index.Workers;
import dev.engram.storage.Storage;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Makes segments out of chunks and of other segments, beside readers and the writer.
 *
 * <pre>
 *   files written, synced ──► mapped ──► manifest swapped ──► shown ──► old files deleted,
 *                                                                       once nobody reads them
 * </pre>
 *
 * What fails or is cut off before the swap has changed nothing; its files are deleted later, at the
 * latest when the shard is opened again. One seal and one merge may be at work at the same time.
 * Order of locks: {@code swapping}, then that of {@link Parts}.
 */
final class Segments {

    private final ShardSettings settings;
    private final SegmentFiles files;
    private final ShardRows rows;
    private final Parts parts;
    private final Runnable wake;

    private final ReentrantLock swapping = new ReentrantLock();
    private final Manifests manifests;
    private long lastNumber;

    /** Of the segments that are made from now on. */
    private volatile IndexSpec index;

    /** The numbers of segments whose files nobody needs. */
    private final Queue<Long> unneeded = new ConcurrentLinkedQueue<>();

    /** The same, but a manifest names them that may be the one on the disk. */
    private final List<Long> doubtful = new ArrayList<>();

    /**
     * @param wake is told that files are to be deleted
     */
    Segments(ShardSettings settings, Storage folder, ShardRows rows, Parts parts, Runnable wake) {
        this.settings = settings;
        this.index = settings.index();
        this.files = new SegmentFiles(folder, settings);
        this.rows = rows;
        this.parts = parts;
        this.wake = wake;
        this.manifests = new Manifests(folder);
    }

    /** The manifest that counts. */
    ShardManifest manifest() {
        swapping.lock();
        try {
            return manifests.newest();
        } finally {
            swapping.unlock();
        }
    }

    /** Maps the segments of the manifest and shows them. */
    void open() {
        for (SegmentEntry entry : manifest().segments()) {
            parts.open(files.open(entry));
        }
    }

    /** Deletes what a crash left; nothing else is at work. */
    void clear() {
        files.clear(List.of(manifest()));
    }

    /** See {@link Shard#seal}. */
    void seal(Workers workers, Pace pace) {
        List<Part> memory = parts.frozen();
        if (memory.isEmpty()) {
            return;
        }
        long sealedThrough = memory.getLast().lastRow();
        // A segment must not outlive rows that were committed without a sync.
        rows.sync();
        replace(
                memory,
                new SegmentMaker(files, index, workers, pace),
                (before, made) ->
                        made == null
                                ? new ShardManifest(sealedThrough, before.segments())
                                : before.with(made, sealedThrough),
                parts::seal);
        keepCopy();
        rows.forget(leftOut(memory), parts.now());
    }

    /** In the order of the swaps: an older copy might name files that are deleted. */
    private void keepCopy() {
        swapping.lock();
        try {
            rows.removeSealed(manifests.newest());
        } finally {
            swapping.unlock();
        }
    }

    /** Segments are made with another index from now on, and those there are made anew. */
    void alter(IndexSpec other) {
        index = other;
    }

    /** The graph that segments get, where it is one that can grow in memory. */
    IndexSpec.@Nullable Hnsw graph() {
        return index instanceof IndexSpec.Hnsw hnsw ? hnsw : null;
    }

    @Nullable MergePlan plan() {
        List<Part> segments = parts.segments();
        MergePlan merge = MergePlan.of(segments, settings.memoryRowsMax());
        if (merge != null) {
            return merge;
        }
        IndexSpec wanted = index;
        List<Part> others =
                segments.stream().filter(part -> !wanted.equals(indexOf(part))).toList();
        return MergePlan.another(others, segments.size());
    }

    private IndexSpec indexOf(Part part) {
        return files.indexOf(entry(part));
    }

    /** See {@link Shard#merge}. */
    void merge(Workers workers, Pace pace) {
        MergePlan plan = plan();
        if (plan == null || !parts.holdAll(plan.segments())) {
            return;
        }
        List<Part> from = plan.segments();
        try {
            // Rows are left out because of commits, which must not get lost before them.
            rows.sync();
            List<Long> numbers = from.stream().map(Segments::number).toList();
            replace(
                    from,
                    new SegmentMaker(files, index, workers, pace),
                    (before, made) -> before.replacing(numbers, made),
                    made -> {
                        retire(from);
                        parts.merge(from, made);
                    });
        } finally {
            from.forEach(Part::letGo);
        }
        keepCopy();
        rows.forget(leftOut(from), parts.now());
    }

    private static long number(Part part) {
        return entry(part).number();
    }

    private static SegmentEntry entry(Part part) {
        Segment segment = part.segment();
        if (segment == null) {
            throw new AssertionError("a chunk in memory is no segment");
        }
        return segment.entry();
    }

    private void retire(List<Part> from) {
        for (Part part : from) {
            long number = number(part);
            Segment segment = part.segment();
            if (segment != null) {
                segment.retire(
                        () -> {
                            unneeded.add(number);
                            wake.run();
                        });
            }
        }
    }

    private static List<Long> leftOut(List<Part> from) {
        List<Long> rows = new ArrayList<>();
        for (Part part : from) {
            Ordinals kept = part.kept();
            for (int i = 0; kept != null && i < part.rows().count(); i++) {
                if (!kept.contains(i)) {
                    rows.add(part.rows().at(i));
                }
            }
        }
        return rows;
    }

    private void replace(
            List<Part> from,
            SegmentMaker maker,
            BiFunction<ShardManifest, @Nullable SegmentEntry, ShardManifest> next,
            Consumer<@Nullable Part> show) {
        long number = takeNumber();
        boolean replaced = false;
        try {
            SegmentEntry entry = maker.make(number, from);
            Part made = entry == null ? null : files.open(entry);
            if (made != null) {
                made.hold();
            }
            try {
                swap(made, entry, next, show);
                replaced = true;
            } finally {
                if (made != null) {
                    made.letGo();
                }
            }
        } finally {
            if (!replaced) {
                unneeded.add(number);
            }
        }
    }

    private void swap(
            @Nullable Part made,
            @Nullable SegmentEntry entry,
            BiFunction<ShardManifest, @Nullable SegmentEntry, ShardManifest> next,
            Consumer<@Nullable Part> show) {
        swapping.lock();
        try {
            manifests.swap(next.apply(manifests.newest(), entry));
            show.accept(made);
            unneeded.addAll(doubtful);
            doubtful.clear();
        } finally {
            swapping.unlock();
        }
    }

    private long takeNumber() {
        swapping.lock();
        try {
            lastNumber = Math.max(lastNumber + 1, manifests.nextNumber());
            return lastNumber;
        } finally {
            swapping.unlock();
        }
    }

    /** Whether there are files to delete. */
    boolean hasUnneeded() {
        return !unneeded.isEmpty();
    }

    /** Deletes the files of segments that nobody reads any more. */
    void deleteUnneeded() {
        // The manifest's copy must not name what is not there any more, after a power cut neither.
        keepCopy();
        rows.sync();
        swapping.lock();
        try {
            List<ShardManifest> possible = manifests.possible();
            for (Long number = unneeded.peek(); number != null; number = unneeded.peek()) {
                files.clear(possible, number);
                if (isNamed(possible, number)) {
                    doubtful.add(number);
                }
                unneeded.remove();
            }
        } finally {
            swapping.unlock();
        }
    }

    private static boolean isNamed(List<ShardManifest> manifests, long number) {
        return manifests.stream()
                .flatMap(manifest -> manifest.segments().stream())
                .anyMatch(entry -> entry.number() == number);
    }

    /** See {@link Shard#holdFiles}. */
    void holdFiles() {
        swapping.lock();
    }

    /** See {@link Shard#releaseFiles}. */
    void releaseFiles() {
        swapping.unlock();
    }

    /** What is wrong with the manifest's file; null for nothing. */
    @Nullable String manifestFault() {
        swapping.lock();
        try {
            boolean expected = manifests.possible().contains(manifests.read());
            return expected ? null : manifests.file() + " is another than the one that counts";
        } catch (CorruptException e) {
            return e.getMessage();
        } finally {
            swapping.unlock();
        }
    }

    /** Reads every byte of a segment; returns what is wrong. */
    List<String> faults(SegmentEntry entry) {
        return files.faults(entry);
    }
}
