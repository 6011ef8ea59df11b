package dev.engram.index.codes;

import dev.engram.index.Vectors;

/**
 * Cells of a space, each around a centroid: a vector belongs to the one with the least squared
 * euclidean distance plus penalty.
 *
 * @param centroids one a cell
 * @param penalties of the cells that would otherwise get too many, 0 for most
 */
public record Clusters(Vectors centroids, float[] penalties) {

    public Clusters {
        if (penalties.length != centroids.count()) {
            throw new AssertionError(penalties.length + " of " + centroids.count());
        }
    }
}
