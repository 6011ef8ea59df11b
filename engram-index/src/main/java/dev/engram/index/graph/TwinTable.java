package dev.engram.index.graph;

import dev.engram.index.Ordinals;
import dev.engram.index.kernel.Keys;
import dev.engram.index.kernel.Nearest;
import dev.engram.storage.Guarded;
import org.jspecify.annotations.Nullable;

/**
 * Which vectors equal an earlier one bit by bit, and stand in the graph by way of it.
 *
 * @param pairs as {@link HnswLayout} draws them
 * @param vectors how many there are
 */
public record TwinTable(Guarded pairs, int vectors) {

    /** How many twins there are. */
    public int count() {
        return (int) (pairs.byteSize() / HnswLayout.PAIR_BYTES);
    }

    /** Who stands in the graph for the twin at a place. */
    public int original(int place) {
        long offset = (long) place * HnswLayout.PAIR_BYTES;
        return check(HnswLayout.first(pairs.range(offset, HnswLayout.PAIR_BYTES), place), offset);
    }

    /** The twin at a place. */
    public int twin(int place) {
        long offset = (long) place * HnswLayout.PAIR_BYTES;
        return check(HnswLayout.second(pairs.range(offset, HnswLayout.PAIR_BYTES), place), offset);
    }

    private int check(int ordinal, long offset) {
        if (ordinal < 0 || ordinal >= vectors) {
            throw pairs.corrupt(offset, "twin: " + ordinal + " (expected: below " + vectors + ")");
        }
        return ordinal;
    }

    /**
     * Offers the vector of a node, and all its twins, as answers at a distance.
     *
     * @param accepted who may be answered; null for all
     */
    public void offer(float distance, int ordinal, @Nullable Ordinals accepted, Nearest answers) {
        if (accepted == null || accepted.contains(ordinal)) {
            answers.offer(Keys.of(distance, ordinal));
        }
        int count = count();
        for (int i = count == 0 ? 0 : placeOf(ordinal); i < count && original(i) == ordinal; i++) {
            if (accepted == null || accepted.contains(twin(i))) {
                answers.offer(Keys.of(distance, twin(i)));
            }
        }
    }

    /** The place of an ordinal's first twin, or where it would stand. */
    public int placeOf(int ordinal) {
        int low = 0;
        int high = count();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (original(middle) < ordinal) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    /** Reads all pairs, and that they are in order. */
    public void verify() {
        int first = 0;
        for (int place = 0; place < count(); place++) {
            long offset = (long) place * HnswLayout.PAIR_BYTES;
            if (original(place) < first) {
                throw pairs.corrupt(offset, "twins of " + original(place) + " behind " + first);
            }
            first = original(place);
            if (twin(place) <= first) {
                throw pairs.corrupt(offset, "twin: " + twin(place) + " of a later " + first);
            }
        }
    }
}
