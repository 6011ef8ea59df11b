package dev.engram.cli.ann;

import dev.engram.cli.vectors.VectorFile;
import dev.engram.index.Metric;

/** Takes rows over as the engine wants them: under the cosine at length 1. */
final class Directions {

    private Directions() {}

    /** Copies one row of a file. */
    static void copyRow(VectorFile file, int row, Metric metric, float[] into) {
        file.copyRow(row, into);
        switch (metric) {
            case COSINE -> normalize(file, row, into);
            case DOT, EUCLIDEAN, MANHATTAN -> {}
        }
    }

    private static void normalize(VectorFile file, int row, float[] vector) {
        double squares = 0;
        for (float x : vector) {
            squares += (double) x * x;
        }
        if (squares == 0) {
            throw file.corrupt(row, 0, "a zero vector has no direction (metric: cosine)");
        }
        double length = Math.sqrt(squares);
        for (int i = 0; i < vector.length; i++) {
            vector[i] = (float) (vector[i] / length);
        }
    }
}
