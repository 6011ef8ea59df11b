package dev.engram.index.graph;

import dev.engram.index.VectorSource;
import dev.engram.index.codes.RowQuery;

/**
 * Measures distances from the query a walk asks for, by full vectors or by codes. Not safe for
 * several threads.
 */
sealed interface Ruler {

    /** From now on distances are those from this query. */
    void ask(float[] query);

    /** Distances to {@code ordinals[0..count-1]}, one call for a whole list of links. */
    void distances(int[] ordinals, int count, float[] out);

    /** By full vectors. */
    final class OfVectors implements Ruler {

        private final VectorSource vectors;
        private float[] query = {};

        OfVectors(VectorSource vectors) {
            this.vectors = vectors;
        }

        @Override
        public void ask(float[] query) {
            this.query = query;
        }

        @Override
        public void distances(int[] ordinals, int count, float[] out) {
            vectors.distances(query, ordinals, count, out);
        }
    }

    /** By codes, a row for each vector. */
    final class OfCodes implements Ruler {

        private final RowQuery query;

        OfCodes(RowQuery query) {
            this.query = query;
        }

        @Override
        public void ask(float[] query) {
            this.query.set(query);
        }

        @Override
        public void distances(int[] ordinals, int count, float[] out) {
            query.distances(ordinals, count, out);
        }
    }
}
