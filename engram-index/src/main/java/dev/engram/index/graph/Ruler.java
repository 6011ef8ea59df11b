package dev.engram.index.graph;

import dev.engram.index.VectorSource;
import dev.engram.index.codes.RowQuery;
import dev.engram.index.codes.Sq8Kernel;
import dev.engram.index.codes.Sq8Query;
import dev.engram.storage.Guarded;

/**
 * Measures distances from the query a walk asks for, by full vectors or by codes. Not safe for
 * several threads.
 */
sealed interface Ruler permits GrowingRows.Reader, Ruler.OfCodes, Ruler.OfRecords, Ruler.OfVectors {

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
        private final Guarded rows;
        private final int rowBytes;

        /**
         * @param query reads the rows, of which those it compares with are checked before
         */
        OfCodes(RowQuery query, Guarded rows, int rowBytes) {
            this.query = query;
            this.rows = rows;
            this.rowBytes = rowBytes;
        }

        @Override
        public void ask(float[] query) {
            this.query.set(query);
        }

        @Override
        public void distances(int[] ordinals, int count, float[] out) {
            rows.rows(ordinals, count, rowBytes);
            query.distances(ordinals, count, out);
        }
    }

    /**
     * By the codes in the records of a graph of neighbour blocks.
     *
     * @param query asked already
     * @param recordBytes from one row of codes to the next
     */
    record OfRecords(Sq8Query query, Sq8Kernel kernel, Guarded records, long recordBytes)
            implements Ruler {

        @Override
        public void ask(float[] asked) {
            query.set(asked);
        }

        @Override
        public void distances(int[] ordinals, int count, float[] out) {
            kernel.distances(
                    query,
                    records.rows(ordinals, count, recordBytes),
                    recordBytes,
                    ordinals,
                    count,
                    out);
        }
    }
}
