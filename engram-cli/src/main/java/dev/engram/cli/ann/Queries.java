package dev.engram.cli.ann;

import dev.engram.cli.vectors.VectorFile;
import dev.engram.error.LimitExceededException;
import dev.engram.index.Metric;

/** Reads queries, which are held in memory. */
public final class Queries {

    private Queries() {}

    /** All rows of a file, as the engine wants them: under the cosine at length 1. */
    public static float[][] read(VectorFile file, Metric metric) {
        long bytes = (long) file.count() * file.dimension() * Float.BYTES;
        long bytesMax = Runtime.getRuntime().maxMemory() / 2;
        if (bytes > bytesMax) {
            throw new LimitExceededException(
                    file.name()
                            + ": "
                            + file.count()
                            + " rows need "
                            + bytes
                            + " bytes of heap (expected: at most "
                            + bytesMax
                            + ", half of what the JVM may use)");
        }
        float[][] rows = new float[file.count()][file.dimension()];
        for (int row = 0; row < rows.length; row++) {
            Directions.copyRow(file, row, metric, rows[row]);
        }
        return rows;
    }
}
