package dev.engram.db.shard;

import dev.engram.index.GrowingIndex;
import dev.engram.index.IndexSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Rows in memory that are found through a graph. Chunks come one after the other, in the order of
 * their rows; one thread at a time links them.
 *
 * <p>What is linked is not shown before {@link Parts} says so: a search sees the first rows up to
 * the part it has.
 */
final class LinkedRows {

    /** Fewer rows than that are scanned faster than a graph is searched. */
    static final int ROWS_MIN = 2048;

    private static final int ROWS_A_STEP = 64;

    private final GrowingIndex index;

    LinkedRows(IndexSpec.Hnsw spec, ShardSettings settings) {
        this.index = new GrowingIndex(spec, settings.dimension(), settings.metric());
    }

    /**
     * Links the rows of some parts, of which the first may be linked already. Cut off and called
     * again with the same parts, and more of them, it goes on.
     *
     * @param unwanted asked now and then; ends the work
     * @return the same rows as one part, as if none had died; null where it was ended
     */
    @Nullable Part link(List<Part> from, Pace pace, BooleanSupplier unwanted) {
        int count = from.stream().mapToInt(part -> part.rows().count()).sum();
        append(from);
        for (int left = count; left > 0; left = index.link(ROWS_A_STEP)) {
            pace.at(count - (long) left, count);
            if (unwanted.getAsBoolean()) {
                return null;
            }
        }
        return part(from, count);
    }

    /** The memory taken. */
    long bytes() {
        return index.bytes();
    }

    private void append(List<Part> from) {
        int done = index.size();
        int first = 0;
        for (Part part : from) {
            List<float[]> more = new ArrayList<>();
            for (int i = Math.max(0, done - first); i < part.rows().count(); i++) {
                more.add(part.vectors().row(i));
            }
            index.append(more);
            first += part.rows().count();
        }
    }

    private Part part(List<Part> from, int count) {
        long[] rows = new long[count];
        Births.Growing births = new Births.Growing();
        int at = 0;
        for (Part part : from) {
            for (int i = 0; i < part.rows().count(); i++) {
                rows[at++] = part.rows().at(i);
                births.add(part.births().at(i));
            }
        }
        return Part.of(index::row, index.snapshot(), RowNumbers.of(rows), births.births(), null);
    }
}
