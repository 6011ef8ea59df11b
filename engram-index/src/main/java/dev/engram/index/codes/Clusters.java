package dev.engram.index.codes;

import dev.engram.index.Vectors;

/**
 * Cells of a space, each around a centroid: a vector belongs to the one with the least squared
 * euclidean distance plus penalty. Immutable once made.
 */
public final class Clusters {

    private final Vectors centroids;
    private final float[] penalties;
    private final Columns columns;

    /**
     * @param centroids one a cell; not to be written to any more
     * @param penalties of the cells that would otherwise get too many, 0 for most
     */
    public Clusters(Vectors centroids, float[] penalties) {
        if (penalties.length != centroids.count()) {
            throw new AssertionError(penalties.length + " of " + centroids.count());
        }
        this.centroids = centroids;
        this.penalties = penalties;
        this.columns = Columns.of(centroids);
    }

    /** One a cell. */
    public Vectors centroids() {
        return centroids;
    }

    /** Of every cell: not to be written to. */
    public float[] penalties() {
        return penalties;
    }

    Columns columns() {
        return columns;
    }
}
