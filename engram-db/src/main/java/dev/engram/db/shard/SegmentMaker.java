package dev.engram.db.shard;

import dev.engram.index.IndexSpec;
import dev.engram.index.Ordinals;
import dev.engram.index.VectorsWriter;
import dev.engram.index.Workers;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes one segment out of what somebody may see of some parts: chunks in memory, or other
 * segments. Vectors are copied, the index over them is built.
 */
final class SegmentMaker {

    private static final int ROWS_A_STEP = 1024;

    private final SegmentFiles files;
    private final IndexSpec index;
    private final Workers workers;
    private final Pace pace;

    /**
     * @param index of the segment
     * @param pace counts every row twice: copied, and indexed
     */
    SegmentMaker(SegmentFiles files, IndexSpec index, Workers workers, Pace pace) {
        this.files = files;
        this.index = index;
        this.workers = workers;
        this.pace = pace;
    }

    /** Writes the files of a segment, durable when it returns; null where there is no row. */
    @Nullable SegmentEntry make(long number, List<Part> from) {
        int count = Math.toIntExact(from.stream().mapToLong(Part::keptCount).sum());
        if (count == 0) {
            return null;
        }
        long[] rows = new long[count];
        Births.Growing births = new Births.Growing();
        try (VectorsWriter writer = files.vectors(number)) {
            for (Part part : from) {
                copy(part, writer, rows, births);
            }
            writer.finish();
        }
        return files.complete(
                number,
                RowNumbers.of(rows),
                births.births(),
                index,
                workers,
                indexed -> pace.at(count + (long) indexed, 2L * count));
    }

    private void copy(Part part, VectorsWriter writer, long[] rows, Births.Growing births) {
        Ordinals kept = part.kept();
        for (int i = 0; i < part.rows().count(); i++) {
            if (kept != null && !kept.contains(i)) {
                continue;
            }
            int at = writer.add(part.vectors().row(i));
            rows[at] = part.rows().at(i);
            births.add(part.births().at(i));
            if (at % ROWS_A_STEP == 0) {
                pace.at(at, 2L * rows.length);
            }
        }
    }
}
