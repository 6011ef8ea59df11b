package dev.engram.index.graph;

import dev.engram.index.IndexSpec;
import dev.engram.index.Metric;
import dev.engram.index.Vectors;
import dev.engram.index.Workers;
import dev.engram.index.codes.BlockEncoder;
import dev.engram.index.codes.BlockLayout;
import dev.engram.index.codes.PqCodebook;
import dev.engram.index.codes.Sq8;
import dev.engram.index.kernel.Crew;
import dev.engram.index.kernel.Instructions;
import dev.engram.storage.SegmentWriter;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Makes the records and pivots of a finished graph: neighbour blocks as in NGT-QG (2019) and
 * SymphonyQG (Gou and others, 2025). What it makes does not depend on the number of threads.
 */
final class BlocksBuilder {

    /** Few enough that a batch of records is small beside the graph. */
    private static final int BATCH = 1024;

    /** Centroids of so few components are learnt from few samples. */
    private static final int SAMPLES_MAX = 20_000;

    private static final long SAMPLED_COMPONENTS_MAX = 8_000_000;

    /** Pivots come in pairs of blocks, since a scan takes two. */
    private static final int PIVOT_STEP = 2 * BlockLayout.LANES;

    private static final int PIVOTS = 1024;
    private static final int PIVOTS_OF_MANY = 4096;
    private static final int MANY = 500_000;

    private final HnswGraph graph;
    private final Vectors vectors;
    private final Metric metric;
    private final Crew crew;
    private final BlocksLayout layout;
    private final SplittableRandom random;
    private final int[] standing;
    private final Sq8 ranges;
    private final PqCodebook codebook;
    private final ConcurrentLinkedQueue<Hand> idle = new ConcurrentLinkedQueue<>();

    BlocksBuilder(
            HnswGraph graph, IndexSpec.Hnsw spec, Vectors vectors, Metric metric, Workers workers) {
        this.graph = graph;
        this.vectors = vectors;
        this.metric = metric;
        this.crew = new Crew(workers);
        this.layout = BlocksLayout.of(vectors.dimension());
        this.random = new SplittableRandom(spec.seed());
        this.standing = standing();
        this.ranges = Sq8.of(vectors);
        this.codebook = PqCodebook.train(mean(), directions(), spec.seed(), Instructions.best());
    }

    /** All ordinals that are no twins, ascending. */
    private int[] standing() {
        TwinTable twins = graph.links().twins();
        boolean[] isTwin = new boolean[vectors.count()];
        for (int i = 0; i < twins.count(); i++) {
            isTwin[twins.twin(i)] = true;
        }
        int[] ordinals = new int[isTwin.length];
        int count = 0;
        for (int ordinal = 0; ordinal < isTwin.length; ordinal++) {
            if (!isTwin[ordinal]) {
                ordinals[count++] = ordinal;
            }
        }
        return Arrays.copyOf(ordinals, count);
    }

    private float[] mean() {
        double[] sums = new double[vectors.dimension()];
        float[] row = new float[sums.length];
        for (int ordinal = 0; ordinal < vectors.count(); ordinal++) {
            vectors.copyRow(ordinal, row);
            for (int i = 0; i < row.length; i++) {
                sums[i] += row[i];
            }
        }
        float[] mean = new float[sums.length];
        for (int i = 0; i < mean.length; i++) {
            mean[i] = (float) (sums[i] / Math.max(1, vectors.count()));
        }
        return mean;
    }

    /** Directions from nodes to nodes they link to, drawn by chance, of length 1. */
    private float[][] directions() {
        int padded = layout.codes() * PqCodebook.width(vectors.dimension());
        int wanted = (int) Math.min(SAMPLES_MAX, SAMPLED_COMPONENTS_MAX / padded);
        float[][] samples = new float[wanted][];
        int count = 0;
        MemorySegment lists = graph.links().base();
        for (int i = 0; i < wanted && standing.length > 0; i++) {
            int node = standing[random.nextInt(standing.length)];
            long list = graph.links().list(0, node);
            int links = HnswLayout.linkCount(lists, list);
            if (links > 0) {
                int link = HnswLayout.link(lists, list, random.nextInt(links));
                samples[count++] = direction(node, link, padded);
            }
        }
        return Arrays.copyOf(samples, count);
    }

    private float[] direction(int from, int to, int padded) {
        float[] direction = Arrays.copyOf(vectors.row(to), padded);
        float[] start = vectors.row(from);
        double squares = 0;
        for (int i = 0; i < start.length; i++) {
            direction[i] -= start[i];
            squares += (double) direction[i] * direction[i];
        }
        float scale = squares > 0 ? (float) (1 / Math.sqrt(squares)) : 0;
        for (int i = 0; i < start.length; i++) {
            direction[i] *= scale;
        }
        return direction;
    }

    Sq8 ranges() {
        return ranges;
    }

    PqCodebook codebook() {
        return codebook;
    }

    /** The blocks of the pivots: nodes drawn by chance, or all where there are few. */
    MemorySegment pivots(Arena arena) {
        int most = vectors.count() < MANY ? PIVOTS : PIVOTS_OF_MANY;
        int count = Math.min(most, standing.length);
        int[] chosen = standing.clone();
        for (int i = 0; i < count; i++) {
            int other = random.nextInt(i, chosen.length);
            int swapped = chosen[i];
            chosen[i] = chosen[other];
            chosen[other] = swapped;
        }
        int blocks = Math.ceilDiv(count, PIVOT_STEP) * 2;
        MemorySegment bytes = arena.allocate((long) Math.max(1, blocks) * layout.blockBytes(), 64);
        Hand hand = new Hand();
        float[] mean = Arrays.copyOf(codebook.mean(), vectors.dimension());
        for (int block = 0; block < blocks; block++) {
            int first = Math.min(count, block * BlockLayout.LANES);
            int some = Math.min(BlockLayout.LANES, count - first);
            System.arraycopy(chosen, first, hand.ids, 0, some);
            hand.encoder.encode(
                    mean, hand.ids, some, chosen[0], bytes, (long) block * layout.blockBytes());
        }
        return bytes.asSlice(0, (long) blocks * layout.blockBytes());
    }

    /** Writes the record of every vector to the current section. */
    void writeRecords(SegmentWriter writer) {
        try (Arena arena = Arena.ofShared()) {
            MemorySegment batch = arena.allocate(BATCH * layout.recordBytes(), 64);
            for (int first = 0; first < vectors.count(); first += BATCH) {
                int start = first;
                int count = Math.min(BATCH, vectors.count() - first);
                MemorySegment bytes = batch.asSlice(0, count * layout.recordBytes());
                bytes.fill((byte) 0);
                crew.run(count, i -> encode(start + i, bytes, i * layout.recordBytes()));
                writer.write(bytes);
            }
        }
    }

    private void encode(int ordinal, MemorySegment batch, long record) {
        Hand hand = idle.poll();
        if (hand == null) {
            hand = new Hand();
        }
        hand.encode(ordinal, batch, record);
        idle.add(hand);
    }

    /** One for each thread that works on the records. */
    private final class Hand {

        private final BlockEncoder encoder =
                new BlockEncoder(codebook, vectors, metric, Instructions.best());
        private final int[] ids = new int[BlockLayout.LANES];
        private final float[] centre = new float[vectors.dimension()];

        void encode(int ordinal, MemorySegment batch, long record) {
            vectors.copyRow(ordinal, centre);
            ranges.encode(centre, batch, record);
            // The centre as a search will see it: then the row's rounding adds no error.
            ranges.decode(batch, record, centre);
            MemorySegment lists = graph.links().base();
            long list = graph.links().list(0, ordinal);
            int count = HnswLayout.linkCount(lists, list);
            for (int i = 0; i < count; i++) {
                ids[i] = HnswLayout.link(lists, list, i);
            }
            encoder.encode(centre, ids, count, ordinal, batch, record + layout.rowBytes());
        }
    }
}
