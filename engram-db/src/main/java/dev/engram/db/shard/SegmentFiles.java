package dev.engram.db.shard;

import dev.engram.error.CorruptException;
import dev.engram.error.EngramException;
import dev.engram.error.NotFoundException;
import dev.engram.index.IndexSpec;
import dev.engram.index.Indexes;
import dev.engram.index.VectorIndex;
import dev.engram.index.Vectors;
import dev.engram.index.VectorsWriter;
import dev.engram.index.Workers;
import dev.engram.storage.Kind;
import dev.engram.storage.SegmentFile;
import dev.engram.storage.SegmentWriter;
import dev.engram.storage.Storage;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntConsumer;
import java.util.function.Predicate;

/** Writes, opens and clears away the files of a shard's segments. */
final class SegmentFiles {

    private static final Kind ROWS = new Kind("ROWS", 1);
    private static final Kind TIMES = new Kind("TIME", 1);
    private static final int SECTION_NUMBERS = 0;
    private static final int SECTION_COMMITS = 0;
    private static final ValueLayout.OfLong LONG =
            ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final Storage folder;
    private final ShardSettings settings;

    SegmentFiles(Storage folder, ShardSettings settings) {
        this.folder = folder;
        this.settings = settings;
    }

    /** Starts the vectors file of a segment. */
    VectorsWriter vectors(long number) {
        return new VectorsWriter(folder, SegmentEntry.vectorsFile(number), settings.dimension());
    }

    /**
     * Writes the other files of a segment whose vectors file is finished; all durable after.
     *
     * @param index over the vectors
     * @param progress is told how many vectors are indexed
     */
    SegmentEntry complete(
            long number,
            RowNumbers rows,
            Births births,
            IndexSpec index,
            Workers workers,
            IntConsumer progress) {
        String vectorsFile = SegmentEntry.vectorsFile(number);
        String graphFile = SegmentEntry.graphFile(number);
        Map<String, Integer> checksums = new LinkedHashMap<>();
        if (!rows.isContiguous()) {
            writeRows(SegmentEntry.rowsFile(number), rows);
            add(checksums, SegmentEntry.rowsFile(number));
        }
        if (births.runs() > 1) {
            writeTimes(SegmentEntry.timesFile(number), births);
            add(checksums, SegmentEntry.timesFile(number));
        }
        try (Arena arena = Arena.ofShared()) {
            Vectors vectors = Vectors.open(folder, vectorsFile, arena);
            // The row store lets go of these vectors next: what was written must be right.
            vectors.rows();
            add(checksums, vectorsFile);
            long graphBytes =
                    Indexes.build(
                            index,
                            vectors,
                            settings.metric(),
                            folder,
                            graphFile,
                            workers,
                            progress);
            if (graphBytes > 0) {
                add(checksums, graphFile);
            }
            folder.sync();
            return new SegmentEntry(
                    number,
                    rows.first(),
                    rows.count(),
                    rows.isContiguous(),
                    births.runs() > 1 ? SegmentEntry.SEVERAL : births.time(0),
                    folder.size(vectorsFile),
                    graphBytes,
                    Map.copyOf(checksums),
                    index);
        }
    }

    /** The index that a segment has. */
    IndexSpec indexOf(SegmentEntry entry) {
        return entry.index() == null ? settings.indexFirst() : entry.index();
    }

    private void add(Map<String, Integer> checksums, String file) {
        checksums.put(file, SegmentFile.checksumOf(folder, file));
    }

    private void writeRows(String file, RowNumbers rows) {
        try (Arena arena = Arena.ofConfined();
                SegmentWriter writer = SegmentWriter.create(folder, file, ROWS)) {
            MemorySegment number = arena.allocate(Long.BYTES);
            writer.section(SECTION_NUMBERS);
            for (int i = 0; i < rows.count(); i++) {
                number.set(LONG, 0, rows.at(i));
                writer.write(number);
            }
            writer.finish();
        }
    }

    private void writeTimes(String file, Births births) {
        try (Arena arena = Arena.ofConfined();
                SegmentWriter writer = SegmentWriter.create(folder, file, TIMES)) {
            MemorySegment pair = arena.allocate(2 * Long.BYTES);
            writer.section(SECTION_COMMITS);
            for (int run = 0; run < births.runs(); run++) {
                pair.set(LONG, 0, births.first(run));
                pair.set(LONG, Long.BYTES, births.time(run));
                writer.write(pair);
            }
            writer.finish();
        }
    }

    /** Reads every byte of a segment and follows every link; returns all that is wrong. */
    List<String> faults(SegmentEntry entry) {
        Set<String> faults = new LinkedHashSet<>();
        entry.checksums().keySet().forEach(file -> note(faults, () -> checkFile(entry, file)));
        if (faults.isEmpty()) {
            note(faults, () -> verifyIndex(entry));
            note(faults, () -> rows(entry));
            note(faults, () -> births(entry));
            if (!entry.contiguous()) {
                note(faults, () -> verify(entry.rowsFile(), ROWS));
            }
            if (entry.committed() == SegmentEntry.SEVERAL) {
                note(faults, () -> verify(entry.timesFile(), TIMES));
            }
        }
        return List.copyOf(faults);
    }

    private void verifyIndex(SegmentEntry entry) {
        IndexSpec index = indexOf(entry);
        Indexes.verify(index, settings.metric(), folder, entry.vectorsFile(), entry.graphFile());
    }

    /** Whether its files are the right ones, of which only the ends are read. */
    boolean areRight(SegmentEntry entry) {
        Set<String> faults = new LinkedHashSet<>();
        entry.checksums().keySet().forEach(file -> note(faults, () -> checkFile(entry, file)));
        return faults.isEmpty();
    }

    /** What is unavailable, as a file of a newer engram, cannot be read either. */
    private static void note(Set<String> faults, Runnable check) {
        try {
            check.run();
        } catch (EngramException e) {
            faults.add(String.valueOf(e.getMessage()));
        }
    }

    /** The checksum that a file of these rows has; it is written under that number. */
    int checksumOfRows(long number, RowNumbers rows) {
        writeRows(SegmentEntry.rowsFile(number), rows);
        return SegmentFile.checksumOf(folder, SegmentEntry.rowsFile(number));
    }

    private void verify(String file, Kind kind) {
        try (Arena arena = Arena.ofConfined()) {
            SegmentFile.open(folder, file, kind, arena).verify();
        }
    }

    /**
     * Maps a segment and checks that its files are the right ones. What the large ones hold is
     * checked when a search first touches it.
     */
    Part open(SegmentEntry entry) {
        checkFiles(entry);
        Arena arena = Arena.ofShared();
        boolean opened = false;
        try {
            Vectors vectors = Vectors.open(folder, entry.vectorsFile(), arena);
            if (vectors.count() != entry.count() || vectors.dimension() != settings.dimension()) {
                throw new CorruptException(
                        folder.describe(entry.vectorsFile()),
                        0,
                        "%d vectors of %d components (expected: %d of %d)"
                                .formatted(
                                        vectors.count(),
                                        vectors.dimension(),
                                        entry.count(),
                                        settings.dimension()));
            }
            RowNumbers rows = rows(entry);
            Births births = births(entry);
            VectorIndex index =
                    Indexes.open(
                            indexOf(entry),
                            vectors,
                            settings.metric(),
                            folder,
                            entry.graphFile(),
                            arena);
            Segment segment = new Segment(entry, index, arena);
            Part part = Part.of(vectors::row, index, rows, births, segment);
            opened = true;
            return part;
        } finally {
            if (!opened) {
                arena.close();
            }
        }
    }

    /** A good file of another segment is as wrong as a bad one of this. */
    private void checkFiles(SegmentEntry entry) {
        entry.checksums().keySet().forEach(file -> checkFile(entry, file));
    }

    /** Looks whether a file of a segment is the one that was written. */
    void checkFile(SegmentEntry entry, String file) {
        int expected = entry.checksums().getOrDefault(file, 0);
        int found;
        try {
            found = SegmentFile.checksumOf(folder, file);
        } catch (NotFoundException e) {
            throw new CorruptException(folder.describe(file), "it is missing", e);
        }
        if (found != expected) {
            throw new CorruptException(
                    folder.describe(file),
                    0,
                    "crc32c: %08x (expected: %08x, in %s)"
                            .formatted(found, expected, folder.describe(ShardManifest.FILE)));
        }
    }

    /** Which row each vector stands for. */
    RowNumbers rows(SegmentEntry entry) {
        if (entry.contiguous()) {
            return RowNumbers.contiguous(entry.firstRow(), entry.count());
        }
        try (Arena arena = Arena.ofConfined()) {
            SegmentFile file = SegmentFile.open(folder, entry.rowsFile(), ROWS, arena);
            long[] numbers = file.verified(SECTION_NUMBERS).toArray(LONG);
            if (numbers.length != entry.count()) {
                throw new CorruptException(
                        file.file(), 0, numbers.length + " rows (expected: " + entry.count() + ")");
            }
            return RowNumbers.of(numbers);
        }
    }

    private Births births(SegmentEntry entry) {
        if (entry.committed() != SegmentEntry.SEVERAL) {
            return Births.uniform(entry.committed(), entry.count());
        }
        try (Arena arena = Arena.ofConfined()) {
            SegmentFile file = SegmentFile.open(folder, entry.timesFile(), TIMES, arena);
            long[] pairs = file.verified(SECTION_COMMITS).toArray(LONG);
            int[] firsts = new int[pairs.length / 2];
            long[] times = new long[firsts.length];
            for (int i = 0; i < firsts.length; i++) {
                firsts[i] = (int) pairs[2 * i];
                times[i] = pairs[2 * i + 1];
            }
            checkCommits(file.file(), firsts, times, entry.count());
            return Births.of(firsts, times, entry.count());
        }
    }

    private static void checkCommits(String file, int[] firsts, long[] times, int count) {
        boolean sound = firsts.length > 0 && firsts[0] == 0;
        for (int i = 1; i < firsts.length && sound; i++) {
            sound = firsts[i] > firsts[i - 1] && times[i] > times[i - 1] && firsts[i] < count;
        }
        if (!sound) {
            throw new CorruptException(file, 0, "commits that do not ascend");
        }
    }

    /** Deletes files that none of these names: leftovers of work that a crash cut off. */
    void clear(List<ShardManifest> manifests) {
        delete(manifests, _ -> true);
    }

    /** Deletes the files of one segment, but for those that a manifest names. */
    void clear(List<ShardManifest> manifests, long number) {
        String prefix = SegmentEntry.vectorsFile(number).split("\\.", 2)[0] + ".";
        delete(manifests, file -> file.startsWith(prefix));
    }

    private void delete(List<ShardManifest> manifests, Predicate<String> which) {
        Set<String> wanted = new HashSet<>();
        wanted.add(ShardManifest.FILE);
        for (ShardManifest manifest : manifests) {
            manifest.segments().forEach(entry -> wanted.addAll(entry.checksums().keySet()));
        }
        for (String file : folder.list()) {
            if (!wanted.contains(file) && which.test(file)) {
                folder.delete(file);
            }
        }
    }

    /** Gives another folder the files that a manifest names, and the manifest; durable after. */
    static void link(Storage folder, ShardManifest manifest, Storage into) {
        if (manifest.equals(ShardManifest.EMPTY)) {
            return;
        }
        for (SegmentEntry entry : manifest.segments()) {
            for (String file : entry.checksums().keySet()) {
                length(folder, file);
                folder.link(file, into);
            }
        }
        manifest.swap(into);
    }

    /** See {@link Shard#bytes}. A file may come or go meanwhile, but none that is named. */
    static Shard.ShardBytes bytes(Storage folder) {
        while (true) {
            ShardManifest manifest = ShardManifest.read(folder);
            try {
                return bytes(folder, manifest);
            } catch (CorruptException e) {
                if (ShardManifest.read(folder).equals(manifest)) {
                    throw e;
                }
                // A merge took the place of what was named.
            }
        }
    }

    private static Shard.ShardBytes bytes(Storage folder, ShardManifest manifest) {
        long vectors = 0;
        long graph = 0;
        long all = 0;
        for (SegmentEntry entry : manifest.segments()) {
            vectors += checkLength(folder, entry.vectorsFile(), entry.vectorBytes());
            if (entry.graphBytes() > 0) {
                graph += checkLength(folder, entry.graphFile(), entry.graphBytes());
            }
            if (!entry.contiguous()) {
                length(folder, entry.rowsFile());
            }
            if (entry.committed() == SegmentEntry.SEVERAL) {
                length(folder, entry.timesFile());
            }
        }
        for (String file : folder.list()) {
            all += lengthOrNone(folder, file);
        }
        return new Shard.ShardBytes(vectors, graph, Math.max(0, all - vectors - graph));
    }

    private static long lengthOrNone(Storage folder, String file) {
        try {
            return folder.size(file);
        } catch (NotFoundException e) {
            // Renamed or cleared away since it was listed.
            return 0;
        }
    }

    private static long checkLength(Storage folder, String file, long expected) {
        long found = length(folder, file);
        if (found != expected) {
            throw new CorruptException(
                    folder.describe(file), 0, "length: " + found + " (expected: " + expected + ")");
        }
        return found;
    }

    private static long length(Storage folder, String file) {
        try {
            return folder.size(file);
        } catch (NotFoundException e) {
            throw new CorruptException(folder.describe(file), "it is missing", e);
        }
    }
}
