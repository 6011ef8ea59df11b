package dev.engram.db.shard;

import dev.engram.error.CorruptException;
import dev.engram.index.Indexes;
import dev.engram.index.VectorIndex;
import dev.engram.index.Vectors;
import dev.engram.index.VectorsWriter;
import dev.engram.storage.Kind;
import dev.engram.storage.SegmentFile;
import dev.engram.storage.SegmentWriter;
import dev.engram.storage.Storage;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.HashSet;
import java.util.Set;

/** Writes, opens and clears away the files of a shard's segments. */
final class SegmentFiles {

    private static final Kind ROWS = new Kind("ROWS", 1);
    private static final int SECTION_NUMBERS = 0;
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
        return new VectorsWriter(folder, name(number).vectorsFile(), settings.dimension());
    }

    /** Writes the other files of a segment whose vectors file is finished; all durable after. */
    SegmentEntry complete(long number, RowNumbers rows) {
        SegmentEntry name = name(number);
        if (!rows.isContiguous()) {
            writeRows(name.rowsFile(), rows);
        }
        try (Arena arena = Arena.ofShared()) {
            Vectors vectors = Vectors.open(folder, name.vectorsFile(), arena);
            long graphBytes =
                    Indexes.build(
                            settings.index(), vectors, settings.metric(), folder, name.graphFile());
            folder.sync();
            return new SegmentEntry(
                    number,
                    rows.first(),
                    rows.count(),
                    rows.isContiguous(),
                    folder.size(name.vectorsFile()),
                    graphBytes);
        }
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

    /** Maps a segment and checks every byte of it. */
    Part open(SegmentEntry entry) {
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
            VectorIndex index =
                    Indexes.open(
                            settings.index(),
                            vectors,
                            settings.metric(),
                            folder,
                            entry.graphFile(),
                            arena);
            Part part = new Part(vectors, index, rows(entry), null, new Segment(entry, arena));
            opened = true;
            return part;
        } finally {
            if (!opened) {
                arena.close();
            }
        }
    }

    private RowNumbers rows(SegmentEntry entry) {
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

    /** Deletes files that no manifest names: leftovers of work that a crash cut off. */
    void clear(ShardManifest manifest) {
        Set<String> wanted = new HashSet<>();
        wanted.add("MANIFEST");
        for (SegmentEntry entry : manifest.segments()) {
            wanted.add(entry.vectorsFile());
            wanted.add(entry.graphFile());
            wanted.add(entry.rowsFile());
        }
        for (String file : folder.list()) {
            if (!wanted.contains(file)) {
                folder.delete(file);
            }
        }
    }

    private static SegmentEntry name(long number) {
        return new SegmentEntry(number, 0, 0, true, 0, 0);
    }
}
