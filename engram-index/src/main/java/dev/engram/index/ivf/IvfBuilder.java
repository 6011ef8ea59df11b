package dev.engram.index.ivf;

import dev.engram.index.IndexSpec;
import dev.engram.index.Metric;
import dev.engram.index.Vectors;
import dev.engram.index.Workers;
import dev.engram.index.codes.BlockEncoder;
import dev.engram.index.codes.BlockLayout;
import dev.engram.index.codes.KMeans;
import dev.engram.index.codes.PqCodebook;
import dev.engram.index.codes.ProductQuantizer;
import dev.engram.index.kernel.Crew;
import dev.engram.index.kernel.Instructions;
import dev.engram.storage.SegmentWriter;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Makes the codes of a {@link Division}: of every member the direction from its centroid, in blocks
 * as those of a graph's neighbours. What it makes does not depend on the number of threads.
 */
final class IvfBuilder {

    /** Centroids of so few components are learnt from few samples. */
    private static final int SAMPLES_MAX = 8192;

    private static final int SAMPLED_COMPONENTS_MAX = 8_000_000;

    /** Up to so many components a code has two of them, above it three. */
    private static final int DIMENSION_OF_TWO = 200;

    /** Codes come in steps of so many: see {@link BlockLayout}. */
    private static final int STEP = 4;

    /** Bytes of blocks that are made before they are written. */
    private static final long BATCH_BYTES = 16L << 20;

    private final Vectors vectors;
    private final Metric metric;
    private final Division division;
    private final Crew crew;
    private final Instructions instructions;
    private final ProductQuantizer quantizer;
    private final PqCodebook codebook;
    private final int blockBytes;
    private final ConcurrentLinkedQueue<Hand> idle = new ConcurrentLinkedQueue<>();

    IvfBuilder(
            IndexSpec.IvfPq spec,
            Vectors vectors,
            Metric metric,
            Division division,
            Workers workers,
            Instructions instructions) {
        this.vectors = vectors;
        this.metric = metric;
        this.division = division;
        this.crew = new Crew(workers);
        this.instructions = instructions;
        int codes = codes(spec, vectors.dimension());
        ProductQuantizer.Shape shape =
                new ProductQuantizer.Shape(
                        vectors.dimension(), codes, 4, spec.rotation(), spec.seed());
        this.quantizer = ProductQuantizer.train(shape, directions(shape), workers, instructions);
        this.codebook = quantizer.directions(mean());
        this.blockBytes = BlockLayout.bytes(codes);
    }

    /** Codes a vector, a multiple of 4: never many more than it has components. */
    static int codes(IndexSpec.IvfPq spec, int dimension) {
        int width = dimension <= DIMENSION_OF_TWO ? 2 : 3;
        int wanted =
                spec.codeBytes() == 0
                        ? Math.min(
                                Math.ceilDiv(dimension, width), 2 * IndexSpec.IvfPq.CODE_BYTES_MAX)
                        : Math.min(2 * spec.codeBytes(), dimension);
        return Math.ceilDiv(wanted, STEP) * STEP;
    }

    ProductQuantizer quantizer() {
        return quantizer;
    }

    PqCodebook codebook() {
        return codebook;
    }

    /** Directions from centroids to members, drawn by chance, of length 1. */
    private float[][] directions(ProductQuantizer.Shape shape) {
        int wanted = Math.min(SAMPLES_MAX, SAMPLED_COMPONENTS_MAX / shape.padded());
        int[] chosen = KMeans.sample(division.members().length, wanted, shape.seed());
        float[][] samples = new float[chosen.length][];
        crew.run(samples.length, i -> samples[i] = direction(chosen[i]));
        return samples;
    }

    private float[] direction(int member) {
        float[] direction = vectors.row(division.members()[member]);
        float[] centroid = division.clusters().centroids().row(division.listOf(member));
        double squares = 0;
        for (int i = 0; i < direction.length; i++) {
            direction[i] -= centroid[i];
            squares += (double) direction[i] * direction[i];
        }
        float scale = squares > 0 ? (float) (1 / Math.sqrt(squares)) : 0;
        for (int i = 0; i < direction.length; i++) {
            direction[i] *= scale;
        }
        return direction;
    }

    /** Of all vectors, as their lists' centroids have it; arranged. */
    private float[] mean() {
        double[] sums = new double[vectors.dimension()];
        float[] centroid = new float[sums.length];
        for (int list = 0; list < division.lists(); list++) {
            division.clusters().centroids().copyRow(list, centroid);
            for (int i = 0; i < centroid.length; i++) {
                sums[i] += (double) centroid[i] * division.length(list);
            }
        }
        for (int i = 0; i < centroid.length; i++) {
            centroid[i] = (float) (sums[i] / Math.max(1, division.members().length));
        }
        return quantizer.arranged(centroid);
    }

    /** What ranks each list, besides the query's distance from its centroid. */
    float[] biases() {
        float[] biases = division.clusters().penalties().clone();
        float[] centroid = new float[vectors.dimension()];
        for (int list = 0; list < biases.length; list++) {
            switch (metric) {
                // The penalty belongs to the squared euclidean distance: of unit vectors, it is
                // 1 + |c|^2 + 2 * (-<q, c>), of which the last is the distance twice.
                case COSINE -> {
                    division.clusters().centroids().copyRow(list, centroid);
                    double squares = 0;
                    for (float x : centroid) {
                        squares += (double) x * x;
                    }
                    biases[list] = (float) ((squares + biases[list]) / 2);
                }
                case DOT -> biases[list] = 0;
                case EUCLIDEAN -> {}
                case MANHATTAN -> throw new AssertionError("no inverted lists under MANHATTAN");
            }
        }
        return biases;
    }

    /** The lengths of all lists. */
    int[] lengths() {
        int[] lengths = new int[division.lists()];
        for (int list = 0; list < lengths.length; list++) {
            lengths[list] = division.length(list);
        }
        return lengths;
    }

    /** Writes the blocks of all lists to the current section. */
    void writeBlocks(SegmentWriter writer) {
        int first = 0;
        while (first < division.lists()) {
            long[] offsets = new long[division.lists() - first + 1];
            int last = first;
            while (last < division.lists() && offsets[last - first] < BATCH_BYTES) {
                int blocks = IvfLayout.blocks(division.length(last));
                offsets[last + 1 - first] = offsets[last - first] + (long) blocks * blockBytes;
                last++;
            }
            write(writer, first, last, offsets);
            first = last;
        }
    }

    private void write(SegmentWriter writer, int first, int last, long[] offsets) {
        try (Arena arena = Arena.ofShared()) {
            long bytes = offsets[last - first];
            MemorySegment batch = arena.allocate(Math.max(1, bytes), 64).asSlice(0, bytes);
            crew.run(
                    last - first,
                    i -> {
                        Hand hand = idle.poll();
                        if (hand == null) {
                            hand = new Hand();
                        }
                        hand.encode(first + i, batch, offsets[i]);
                        idle.add(hand);
                    });
            writer.write(batch);
        }
    }

    /** One for each thread that works on the blocks. */
    private final class Hand {

        private final BlockEncoder encoder =
                new BlockEncoder(codebook, vectors, metric, instructions);
        private final float[] row = new float[vectors.dimension()];
        private final float[] centre = new float[codebook.padded()];
        private final float[] arranged = new float[codebook.padded()];

        void encode(int list, MemorySegment batch, long offset) {
            division.clusters().centroids().copyRow(list, row);
            quantizer.arrange(row, centre);
            int start = division.ends()[list];
            int length = division.length(list);
            for (int i = 0; i < length; i++) {
                int ordinal = division.members()[start + i];
                vectors.copyRow(ordinal, row);
                quantizer.arrange(row, arranged);
                long block = offset + (long) (i / BlockLayout.LANES) * blockBytes;
                encoder.encode(centre, arranged, ordinal, batch, block, i % BlockLayout.LANES);
            }
            if (length % BlockLayout.LANES != 0) {
                long block = offset + (long) (length / BlockLayout.LANES) * blockBytes;
                encoder.vacate(length % BlockLayout.LANES, 0, batch, block);
            }
        }
    }
}
