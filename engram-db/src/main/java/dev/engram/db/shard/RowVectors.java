package dev.engram.db.shard;

/** The vectors of a part, one at a time, wherever they lie. */
@FunctionalInterface
interface RowVectors {

    /** A copy of the vector at an ordinal. */
    float[] row(int ordinal);
}
