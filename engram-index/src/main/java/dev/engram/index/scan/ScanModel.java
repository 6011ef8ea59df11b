package dev.engram.index.scan;

import dev.engram.index.IndexSpec;
import dev.engram.index.Metric;
import dev.engram.index.Rotation;
import dev.engram.index.Vectors;
import dev.engram.index.Workers;
import dev.engram.index.codes.Assigner;
import dev.engram.index.codes.ByteRows;
import dev.engram.index.codes.Clusters;
import dev.engram.index.codes.CodeBlock;
import dev.engram.index.codes.CodeEncoder;
import dev.engram.index.codes.CodeTables;
import dev.engram.index.codes.KMeans;
import dev.engram.index.codes.ProductQuantizer;
import dev.engram.index.codes.Scales;
import dev.engram.index.kernel.Crew;
import dev.engram.index.kernel.Instructions;
import dev.engram.index.kernel.Keys;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.stream.IntStream;

/**
 * What was learnt from a sample, and codes are made with: the lists' centroids, the centroids of
 * the codes of residuals from these, and the range of the scales. Does not depend on the number of
 * threads that learnt it.
 *
 * <p>All centroids are kept in a byte a number, and codes are made with what these stand for: so
 * nothing is lost by it but a little of the fit.
 *
 * @param lists their centroids
 * @param quantizer of residuals, 4 bits
 */
record ScanModel(Vectors lists, ProductQuantizer quantizer, Scales scales, long seed) {

    /** Vectors to learn from; more made no difference. */
    static final int SAMPLE_MAX = 20_000;

    /** A list's centroid takes the bytes of some ten vectors' codes, which this makes up for. */
    private static final int VECTORS_A_LIST = 128;

    /** Components a byte of codes, where the settings leave the choice. */
    private static final int COMPONENTS_A_BYTE = 16;

    /** Fewer bytes than this say too little, whatever the dimension. */
    private static final int CODE_BYTES_MIN = 8;

    private static final int CENTROIDS = 16;

    private static final ValueLayout.OfFloat FLOAT =
            ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    /** How many lists suit so many vectors. */
    static int lists(int count) {
        return Math.clamp(count / VECTORS_A_LIST, 1, CodeBlock.LISTS_MAX);
    }

    /** Codes a vector, a multiple of 4: never many more than it has components. */
    static int codes(IndexSpec.Scan spec, int dimension) {
        int usual = Math.max(CODE_BYTES_MIN, Math.ceilDiv(dimension, COMPONENTS_A_BYTE));
        int bytes = spec.codeBytes() > 0 ? spec.codeBytes() : usual;
        int wanted = Math.min(Math.min(2 * bytes, dimension), 2 * IndexSpec.Scan.CODE_BYTES_MAX);
        return Math.ceilDiv(wanted, 4) * 4;
    }

    /**
     * Learns from a sample.
     *
     * @param count of the vectors that will be coded, as far as it is known
     * @param arena owns the centroids; must let the workers' threads in
     */
    static ScanModel fit(
            IndexSpec.Scan spec,
            Vectors sample,
            int count,
            Workers workers,
            Instructions instructions,
            Arena arena) {
        int dimension = sample.dimension();
        Vectors lists = lists(spec, sample, count, workers, instructions, arena);
        float[][] residuals = residuals(sample, lists, workers, instructions);
        ProductQuantizer.Shape shape =
                new ProductQuantizer.Shape(
                        dimension, codes(spec, dimension), 4, Rotation.NONE, spec.seed());
        ProductQuantizer fitted = ProductQuantizer.train(shape, residuals, workers, instructions);
        MemorySegment bytes = arena.allocate(codebookBytes(shape));
        writeCodebook(fitted, bytes);
        ProductQuantizer quantizer = readCodebook(bytes, shape);
        CodeEncoder encoder = new CodeEncoder(quantizer, instructions);
        float[] scales = new float[residuals.length];
        for (int i = 0; i < scales.length; i++) {
            scales[i] = encoder.code(residuals[i]);
        }
        return new ScanModel(lists, quantizer, Scales.of(scales), spec.seed());
    }

    private static Vectors lists(
            IndexSpec.Scan spec,
            Vectors sample,
            int count,
            Workers workers,
            Instructions instructions,
            Arena arena) {
        int lists = Math.clamp(sample.count(), 1, lists(Math.max(count, sample.count())));
        int dimension = sample.dimension();
        float[] centroids = new float[lists * dimension];
        if (sample.count() > 0) {
            int[] all = IntStream.range(0, sample.count()).toArray();
            Vectors learnt =
                    KMeans.train(sample, all, lists, spec.seed(), workers, instructions, arena)
                            .centroids();
            MemorySegment.copy(learnt.rows(), FLOAT, 0, centroids, 0, centroids.length);
        }
        MemorySegment bytes = arena.allocate(ByteRows.bytes(lists, dimension));
        ByteRows.write(centroids, lists, dimension, bytes);
        return readLists(bytes, lists, dimension, arena);
    }

    private static float[][] residuals(
            Vectors sample, Vectors lists, Workers workers, Instructions instructions) {
        float[][] residuals = new float[sample.count()][];
        Clusters clusters = new Clusters(lists, new float[lists.count()]);
        new Crew(workers)
                .run(
                        Math.ceilDiv(sample.count(), Assigner.TILE),
                        tile -> {
                            int first = tile * Assigner.TILE;
                            int count = Math.min(Assigner.TILE, sample.count() - first);
                            long[] keys = new long[Assigner.TILE];
                            new Assigner(clusters, 1, instructions)
                                    .assign(sample, first, count, keys);
                            for (int i = 0; i < count; i++) {
                                residuals[first + i] = sample.row(first + i);
                                subtract(residuals[first + i], lists, Keys.id(keys[i]));
                            }
                        });
        return residuals;
    }

    /** Turns a vector into its residual from a list's centroid. */
    static void subtract(float[] vector, Vectors lists, int list) {
        MemorySegment centroids = lists.rows();
        long at = lists.offset(list);
        for (int i = 0; i < vector.length; i++) {
            vector[i] -= centroids.get(FLOAT, at + (long) i * Float.BYTES);
        }
    }

    int dimension() {
        return quantizer.shape().dimension();
    }

    /** Codes a vector. */
    int codes() {
        return quantizer.shape().parts();
    }

    /** Bytes of a block. */
    int blockBytes() {
        return CodeBlock.bytes(codes());
    }

    /** What a query becomes; for one thread. */
    CodeTables tables(Metric metric, Instructions instructions) {
        return new CodeTables(quantizer, lists, scales, metric, instructions);
    }

    /** The bytes of the lists' centroids. */
    void writeLists(MemorySegment into) {
        float[] centroids = new float[lists.count() * dimension()];
        MemorySegment.copy(lists.rows(), FLOAT, 0, centroids, 0, centroids.length);
        ByteRows.write(centroids, lists.count(), dimension(), into);
    }

    static Vectors readLists(MemorySegment bytes, int lists, int dimension, Arena arena) {
        float[] centroids = ByteRows.read(bytes, lists, dimension);
        MemorySegment rows = arena.allocate((long) centroids.length * Float.BYTES, 64);
        MemorySegment.copy(centroids, 0, rows, FLOAT, 0, centroids.length);
        return new Vectors(rows, lists, dimension);
    }

    static long codebookBytes(ProductQuantizer.Shape shape) {
        return ByteRows.bytes(shape.parts(), shape.width() * CENTROIDS);
    }

    static void writeCodebook(ProductQuantizer quantizer, MemorySegment into) {
        ProductQuantizer.Shape shape = quantizer.shape();
        ByteRows.write(quantizer.centroids(), shape.parts(), shape.width() * CENTROIDS, into);
    }

    static ProductQuantizer readCodebook(MemorySegment bytes, ProductQuantizer.Shape shape) {
        return ProductQuantizer.of(
                shape, ByteRows.read(bytes, shape.parts(), shape.width() * CENTROIDS));
    }
}
