package dev.engram.db.shard;

import dev.engram.index.Ordinals;
import dev.engram.index.VectorIndex;
import dev.engram.index.Vectors;
import org.jspecify.annotations.Nullable;

/**
 * A piece of a shard that a search looks through: a sealed segment, or a chunk of the rows still in
 * memory. Immutable; a commit replaces the parts it changes.
 *
 * @param vectors of this part
 * @param index over them
 * @param rows which row each ordinal stands for
 * @param live ordinals neither replaced nor deleted; null for all
 * @param segment the files behind it; null for rows in memory
 */
record Part(
        Vectors vectors,
        VectorIndex index,
        RowNumbers rows,
        @Nullable Ordinals live,
        @Nullable Segment segment) {

    int liveCount() {
        return live == null ? rows.count() : live.count();
    }

    boolean isLive(int ordinal) {
        return live == null || live.contains(ordinal);
    }

    /** This part after some of its rows died. */
    Part without(int... ordinals) {
        Ordinals before = live == null ? Ordinals.all(rows.count()) : live;
        return new Part(vectors, index, rows, before.without(ordinals), segment);
    }
}
