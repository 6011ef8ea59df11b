package dev.engram.db.shard;

import dev.engram.db.rows.RowStore;
import dev.engram.error.CorruptException;
import dev.engram.error.EngramException;
import dev.engram.index.Workers;
import dev.engram.storage.Storage;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Makes a shard whole again out of what is sound of it and of the row store.
 *
 * <pre>
 *   MANIFEST       from its copy in the row store
 *   rows, times    from the numbers and commits of the records
 *   vectors        those that can be read are copied; the others are made again from texts
 *   index          built again from the vectors
 * </pre>
 *
 * Nobody else uses the shard meanwhile. What is written anew gets names of its own, and counts once
 * the manifest is swapped; a crash before that has changed nothing.
 */
public final class ShardRepair {

    private final ShardSettings settings;
    private final Storage folder;
    private final SegmentFiles files;
    private final ShardRows rows;

    /** What is wrong with a shard that need not be open. */
    public ShardRepair(ShardSettings settings, RowStore store, Storage folder) {
        this.settings = settings;
        this.folder = folder;
        this.files = new SegmentFiles(folder, settings);
        this.rows = new ShardRows(store, settings);
    }

    /** Makes vectors again. */
    @FunctionalInterface
    public interface Remaker {
        /** The vectors of these rows' records; null where a record has nothing to make it from. */
        List<float @Nullable []> vectors(List<Long> rows);
    }

    /**
     * Records whose vectors are gone.
     *
     * @param cause which file had them, and what is wrong with it
     * @param rows ascending
     */
    public record Loss(String cause, List<Long> rows) {}

    /**
     * What came of it.
     *
     * @param mended what was wrong, and how it was made good
     * @param lost what could not be made good; the files it was in are as they were
     */
    public record Outcome(List<String> mended, List<Loss> lost) {}

    /** All that is wrong with the files, each by its name. */
    public List<String> faults() {
        List<String> faults = new ArrayList<>();
        ShardManifest manifest = null;
        try {
            manifest = ShardManifest.read(folder);
            String trouble = rows.troubleOf(manifest, folder.describe(ShardManifest.FILE));
            if (trouble != null) {
                faults.add(trouble);
                manifest = rows.copy();
            }
        } catch (EngramException e) {
            faults.add(String.valueOf(e.getMessage()));
            manifest = rows.copy();
        }
        if (manifest != null) {
            manifest.segments().forEach(entry -> faults.addAll(files.faults(entry)));
        }
        return faults;
    }

    /** Rows of which one segment is to hold the vectors, and the segment there is. */
    private record Slot(long first, long last, @Nullable SegmentEntry entry) {}

    private static List<Slot> slots(ShardManifest manifest) {
        List<SegmentEntry> entries = manifest.segments();
        if (entries.isEmpty()) {
            long last = manifest.sealedThrough();
            return last == 0 ? List.of() : List.of(new Slot(1, last, null));
        }
        List<Slot> slots = new ArrayList<>();
        for (int i = 0; i < entries.size(); i++) {
            long first = i == 0 ? 1 : entries.get(i).firstRow();
            boolean isLast = i + 1 == entries.size();
            long last = isLast ? manifest.sealedThrough() : entries.get(i + 1).firstRow() - 1;
            slots.add(new Slot(first, last, entries.get(i)));
        }
        return slots;
    }

    /** Repairs what can be. */
    public Outcome run(Remaker remaker, Workers workers) {
        List<String> mended = new ArrayList<>();
        List<Loss> lost = new ArrayList<>();
        ShardManifest manifest = choose(mended);
        List<SegmentEntry> entries = new ArrayList<>();
        boolean whole = true;
        long number = nextNumber(manifest);
        for (Slot slot : slots(manifest)) {
            SlotRepair repair = new SlotRepair(settings, folder, files, rows, number, slot.entry());
            repair.run(slot.first(), slot.last(), remaker, workers);
            mended.addAll(repair.mended());
            lost.addAll(repair.lost());
            SegmentEntry entry = repair.entry();
            if (entry != null) {
                entries.add(entry);
                number = Math.max(number, entry.number() + 1);
            }
            whole &= slot.entry() != null || repair.lost().isEmpty();
        }
        new MemoryRepair(rows).run(manifest.sealedThrough(), remaker, mended, lost);
        if (whole) {
            keep(new ShardManifest(manifest.sealedThrough(), List.copyOf(entries)), lost.isEmpty());
        }
        return new Outcome(List.copyOf(mended), List.copyOf(lost));
    }

    private void keep(ShardManifest next, boolean clear) {
        if (!next.equals(readOrNull())) {
            next.swap(folder);
        }
        rows.removeSealed(next);
        rows.sync();
        if (clear) {
            files.clear(List.of(next));
        }
    }

    private @Nullable ShardManifest readOrNull() {
        try {
            return ShardManifest.read(folder);
        } catch (CorruptException e) {
            return null;
        }
    }

    /** The manifest to go by: the file, or its copy in the row store. */
    private ShardManifest choose(List<String> mended) {
        String file = folder.describe(ShardManifest.FILE);
        ShardManifest copy = rows.copy();
        String trouble;
        try {
            ShardManifest stored = ShardManifest.read(folder);
            trouble = rows.troubleOf(stored, file);
            if (trouble == null) {
                if (copy == null || faulty(stored) <= faulty(copy)) {
                    return stored;
                }
                trouble = file + " is an old one";
            }
        } catch (CorruptException e) {
            trouble = e.getMessage();
        }
        if (copy == null) {
            mended.add(trouble + ": there is no copy of it, so all is made again");
            return new ShardManifest(rows.mark(), List.of());
        }
        mended.add(trouble + ": taken from its copy in the row store");
        return copy;
    }

    private long faulty(ShardManifest manifest) {
        return manifest.segments().stream().filter(it -> !files.areRight(it)).count();
    }

    /** No file has it, whether a manifest names it or not. */
    private long nextNumber(ShardManifest manifest) {
        long number = manifest.nextNumber();
        for (String file : folder.list()) {
            number = Math.max(number, SegmentEntry.numberOf(file) + 1);
        }
        return number;
    }
}
