package dev.engram.db.shard;

import dev.engram.error.CorruptException;
import dev.engram.error.EngramException;
import dev.engram.index.Vectors;
import dev.engram.index.VectorsWriter;
import dev.engram.index.Workers;
import dev.engram.storage.Storage;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Repairs one segment of a {@link ShardRepair}: keeps it where it is sound, else writes it anew.
 */
final class SlotRepair {

    /** So many vectors are made again at once. */
    private static final int BLOCK = 256;

    private final ShardSettings settings;
    private final Storage folder;
    private final SegmentFiles files;
    private final ShardRows rows;
    private final long number;
    private final @Nullable SegmentEntry there;
    private final List<String> faults;

    private @Nullable SegmentEntry entry;
    private final List<String> mended = new ArrayList<>();
    private final List<ShardRepair.Loss> lost = new ArrayList<>();
    private long remade;

    /**
     * @param number of the segment that is written, if one is
     * @param there what the manifest has; null for nothing
     */
    SlotRepair(
            ShardSettings settings,
            Storage folder,
            SegmentFiles files,
            ShardRows rows,
            long number,
            @Nullable SegmentEntry there) {
        this.settings = settings;
        this.folder = folder;
        this.files = files;
        this.rows = rows;
        this.number = number;
        this.there = there;
        this.faults = there == null ? List.of() : files.faults(there);
    }

    /** What takes its place in the manifest; null where there are no rows. */
    @Nullable SegmentEntry entry() {
        return entry;
    }

    List<String> mended() {
        return mended;
    }

    List<ShardRepair.Loss> lost() {
        return lost;
    }

    /** Looks at the rows {@code first..last}, and repairs their segment. */
    void run(long first, long last, ShardRepair.Remaker remaker, Workers workers) {
        ShardRows.Stored stored = rows.stored(first, last);
        RowNumbers numbers = numbers(stored);
        entry = there;
        if (there != null && faults.isEmpty() && numbers != null && agree(numbers, stored)) {
            return;
        }
        if (there == null && stored.count() == 0) {
            return;
        }
        List<Long> without = write(stored, numbers, remaker);
        if (!without.isEmpty()) {
            files.clear(List.of(), number);
            lost.add(new ShardRepair.Loss(cause(), without));
            return;
        }
        entry = stored.count() == 0 ? null : complete(stored, workers);
        String how = remade == 0 ? "" : ", " + remade + " vectors were made again from texts";
        mended.add(cause() + ": written anew" + how);
    }

    private SegmentEntry complete(ShardRows.Stored stored, Workers workers) {
        return files.complete(
                number,
                RowNumbers.of(stored.numbers()),
                stored.births(),
                settings.index(),
                workers,
                _ -> {});
    }

    private String cause() {
        if (!faults.isEmpty()) {
            return String.join("; ", faults);
        }
        return there == null
                ? "vectors of sealed rows: no file is known to have them"
                : folder.describe(there.vectorsFile()) + " has other rows than the row store";
    }

    /** All that is stored is in the segment, and what else is there nobody sees. */
    private static boolean agree(RowNumbers numbers, ShardRows.Stored stored) {
        int found = 0;
        for (int i = 0; i < numbers.count(); i++) {
            long row = numbers.at(i);
            if (stored.contains(row)) {
                found++;
            } else if (!stored.gone().contains(row)) {
                return false;
            }
        }
        return found == stored.count();
    }

    /** Which row each vector of the file stands for; null where that cannot be known. */
    private @Nullable RowNumbers numbers(ShardRows.Stored stored) {
        if (there == null) {
            return null;
        }
        try {
            return files.rows(there);
        } catch (EngramException e) {
            return derived(stored, there);
        }
    }

    /** The rows that the segment should have, if the file of their numbers would be the same. */
    private @Nullable RowNumbers derived(ShardRows.Stored stored, SegmentEntry before) {
        TreeSet<Long> all = new TreeSet<>(stored.gone());
        for (long row : stored.numbers()) {
            all.add(row);
        }
        RowNumbers numbers = RowNumbers.of(all.stream().mapToLong(Long::longValue).toArray());
        if (isOf(numbers, before)) {
            return numbers;
        }
        // Rows that nobody sees are in it only if they died after it was made.
        RowNumbers seen = RowNumbers.of(stored.numbers());
        return isOf(seen, before) ? seen : null;
    }

    private boolean isOf(RowNumbers numbers, SegmentEntry before) {
        Integer wanted = before.checksums().get(before.rowsFile());
        if (numbers.count() != before.count() || wanted == null) {
            return false;
        }
        boolean same = wanted == files.checksumOfRows(number, numbers);
        files.clear(List.of(), number);
        return same;
    }

    /** Writes the vectors file; returns the rows it has no vectors for, in which case it is not. */
    private List<Long> write(
            ShardRows.Stored stored, @Nullable RowNumbers numbers, ShardRepair.Remaker remaker) {
        List<Long> without = new ArrayList<>();
        if (stored.count() == 0) {
            return without;
        }
        try (Arena arena = Arena.ofConfined();
                VectorsWriter writer = files.vectors(number)) {
            Vectors old = numbers == null ? null : open(arena);
            for (int from = 0; from < stored.count(); from += BLOCK) {
                int to = Math.min(stored.count(), from + BLOCK);
                for (long row : copy(stored, from, to, old, numbers, writer, remaker)) {
                    without.add(row);
                }
            }
            if (without.isEmpty()) {
                writer.finish();
            }
        }
        return without;
    }

    private List<Long> copy(
            ShardRows.Stored stored,
            int from,
            int to,
            @Nullable Vectors old,
            @Nullable RowNumbers numbers,
            VectorsWriter writer,
            ShardRepair.Remaker remaker) {
        List<float @Nullable []> block = new ArrayList<>();
        List<Long> missing = new ArrayList<>();
        for (int i = from; i < to; i++) {
            long row = stored.numbers()[i];
            float[] vector = old == null || numbers == null ? null : read(old, numbers.find(row));
            block.add(vector);
            if (vector == null) {
                missing.add(row);
            }
        }
        Iterator<float @Nullable []> made =
                missing.isEmpty() ? List.<float[]>of().iterator() : make(missing, remaker);
        Iterator<Long> next = missing.iterator();
        List<Long> without = new ArrayList<>();
        for (float[] there : block) {
            float[] vector = there == null ? made.next() : there;
            if (there == null) {
                long row = next.next();
                if (vector == null) {
                    without.add(row);
                } else {
                    remade++;
                }
            }
            if (vector != null) {
                writer.add(vector);
            }
        }
        return without;
    }

    private static Iterator<float @Nullable []> make(
            List<Long> missing, ShardRepair.Remaker remaker) {
        return remaker.vectors(missing).iterator();
    }

    /** The vectors as far as they can be read; null where nothing of them can be trusted. */
    private @Nullable Vectors open(Arena arena) {
        if (there == null) {
            return null;
        }
        try {
            files.checkFile(there, there.vectorsFile());
            Vectors vectors = Vectors.open(folder, there.vectorsFile(), arena);
            boolean right =
                    vectors.count() == there.count() && vectors.dimension() == settings.dimension();
            return right ? vectors : null;
        } catch (EngramException e) {
            return null;
        }
    }

    private static float @Nullable [] read(Vectors vectors, int ordinal) {
        if (ordinal < 0) {
            return null;
        }
        try {
            return vectors.row(ordinal);
        } catch (CorruptException e) {
            // The chunk it is in is damaged; others may not be.
            return null;
        }
    }
}
